/**
 * `npm run bench -- window`: how the window feels with 100,000 photos. Starts the real web app on a
 * library made for it (see window/library.ts), and does in real Chromium what a person does.
 *
 * Whatever else the machine does shows in the frames: those of a page at rest are told beside the
 * others, and so is what the page itself computes for each frame.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Command } from 'commander';
import type { CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../test/support/browser.ts';
import { cacheFolder } from './cache.ts';
import { median, setting } from './measuring.ts';
import { describePeaks, MemoryWatch } from './processes.ts';
import { atMost, keepReport, printed, type Row, type Table } from './report.ts';
import { largeLibrary } from './window/library.ts';
import { openWindow, type OpenedWindow } from './window/program.ts';
import type { Recorder } from './window/recorder.ts';

const { photos, export: exports } = new Command('window')
  .option('--photos <number>', 'how many photos the library has', Number, 100_000)
  .option('--no-export', 'leave out the export, which takes longest')
  .parse()
  .opts<{ photos: number; export: boolean }>();
const starts = 5;
const clicks = 25;
const openings = 9;
/** Seconds that a fling through the whole grid takes. */
const flingSeconds = 15;
/** The time of one frame at 60 in a second. */
const frameMs = 16.7;
/** The browser rounds the times of frames, and its own clock is not quite even. */
const rounding = 0.3;
const leastKept = 0.95;

const library = await largeLibrary(cacheFolder, photos, console.error);
const browser = await launchChromium();
try {
  const tables = [await measureStarts(), ...(await measureUse())];
  const report = { subject: 'window', setting: setting(1), tables };
  keepReport(report);
  console.log(printed(report));
} finally {
  await browser.close();
}

function row(what: string, value: number, unit: Row['unit'], goal: Row['goal'] = null): Row {
  return { what, value, unit, peer: null, goal };
}

async function measureStarts(): Promise<Table> {
  const [whole, ready, page]: number[][] = [[], [], []];
  for (let start = 0; start <= starts; start++) {
    const opened = await openWindow(browser, library.folder);
    const paintedAt = await opened.recorder.firstPicture();
    await opened.close();
    // The first start fills the caches of the disk and of what Node compiled.
    if (start === 0) continue;
    whole?.push(paintedAt - opened.startedAt);
    ready?.push(opened.openedAt - opened.startedAt);
    page?.push(paintedAt - opened.openedAt);
  }
  const first = median(whole ?? []);
  return {
    title: `Start, ${photos} photos`,
    rows: [
      row('first thumbnails after the start', first, 'ms', atMost(1000, first, 'ms')),
      row('… until the page can be opened', median(ready ?? []), 'ms'),
      row('… from the page being opened', median(page ?? []), 'ms'),
    ],
    notes: [`Medians of ${starts} starts by the launcher, with the browser open.`],
  };
}

async function measureUse(): Promise<Table[]> {
  const opened = await openWindow(browser, library.folder);
  const { page, recorder, pid, close } = opened;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await recorder.firstPicture();
  await page.getByText('Up to date').waitFor({ timeout: 300_000 });
  const memory = new MemoryWatch(pid);
  await memory.begin();
  const watched = { page, recorder, devtools };
  const grid = await measureGrid(watched);
  const answers = await measureAnswers(watched);
  grid.rows.push(row('heap of the page after all', await heap(devtools), 'MB'));
  answers.notes.push(`Peaks of memory: ${describePeaks(await memory.stop())}.`);
  const exported = exports ? [await measureExport(opened)] : [];
  await close();
  return [grid, answers, ...exported];
}

interface Watched {
  page: Page;
  recorder: Recorder;
  devtools: CDPSession;
}

async function measureGrid(watched: Watched): Promise<Table> {
  const { page, devtools } = watched;
  const rest = await framesOf(watched, () => page.waitForTimeout(3000));
  const before = await heap(devtools);
  await page.locator('[role=grid]').hover();
  const reading = await framesOf(watched, () => scroll(page, 8, 40));
  await page.keyboard.press('Home');
  const height = await page.evaluate<number>(`document.querySelector('[role=grid]').scrollHeight`);
  const fling = await framesOf(watched, async () => {
    await scroll(page, flingSeconds, height / flingSeconds / 60);
    await scroll(page, flingSeconds, -height / flingSeconds / 60);
  });
  const after = await heap(devtools);
  const goal = { text: `≥ ${leastKept}`, met: fling.kept >= leastKept };
  return {
    title: `The grid of ${photos} photos`,
    rows: [
      row(`frames within ${frameMs} ms, at rest`, rest.kept, ''),
      row('… reading', reading.kept, ''),
      row('… flung through all and back', fling.kept, '', goal),
      row('95th percentile of frames, flung', fling.late, 'ms'),
      row('computed for a frame, reading', reading.work, 'ms'),
      row('computed for a frame, flung', fling.work, 'ms'),
      row('heap of the page before', before, 'MB'),
      row('heap of the page after', after, 'MB'),
    ],
    notes: [`The grid is ${height} pixels high; ${flingSeconds} s each way.`],
  };
}

interface Frames {
  /** Share of them that came in time. */
  kept: number;
  /** 95th percentile, milliseconds. */
  late: number;
  /** What the page's thread computed, milliseconds a frame; other programs do not count. */
  work: number;
}

async function framesOf(
  { recorder, devtools }: Watched,
  work: () => Promise<unknown>,
): Promise<Frames> {
  const before = await busySeconds(devtools);
  const frames = await recorder.frames(work);
  const busy = (await busySeconds(devtools)) - before;
  return {
    kept: frames.filter((time) => time <= frameMs + rounding).length / frames.length,
    late: percentile(frames, 0.95),
    work: (busy * 1000) / frames.length,
  };
}

async function busySeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ThreadTime')?.value ?? NaN;
}

/** MB, after everything was let go that can be. */
async function heap(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

/** Turns the wheel by `step` pixels a frame for some seconds. */
async function scroll(page: Page, seconds: number, step: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let next = performance.now(); next < end; next += 1000 / 60) {
    await page.waitForTimeout(Math.max(0, next - performance.now()));
    await page.mouse.wheel(0, step);
  }
}

async function measureAnswers(watched: Watched): Promise<Table> {
  const found = await measureClicks(watched);
  const [first = NaN, ...others] = found;
  const { times: opened, inIt } = await measureCluster(watched);
  const [click, cluster] = [median(others), median(opened)];
  return {
    title: 'From a click to what it shows',
    rows: [
      row('five lookalikes', click, 'ms', atMost(100, click, 'ms')),
      row('… 95th percentile', percentile(others, 0.95), 'ms'),
      row('… the first time', first, 'ms'),
      row(`a cluster of ${library.largestCluster}`, cluster, 'ms', atMost(100, cluster, 'ms')),
      row('… frames in time, scrolled in it', inIt.kept, ''),
    ],
    notes: [`Medians of ${others.length} photos and ${opened.length} openings, painted.`],
  };
}

async function measureClicks({ page, recorder }: Watched): Promise<number[]> {
  const times: number[] = [];
  await page.keyboard.press('Home');
  await page.waitForTimeout(500);
  for (let click = 0; click <= clicks; click++) {
    await page.keyboard.press('PageDown');
    await page.waitForTimeout(700);
    const cell = page.locator('[role=gridcell] a').nth(8);
    times.push(
      await recorder.answer(
        { selector: '[data-results] img[data-photo]', count: 5, gone: '[role=grid]' },
        () => cell.click(),
      ),
    );
    await page.goBack();
    await page.locator('[role=gridcell] img').first().waitFor();
  }
  return times;
}

async function measureCluster(watched: Watched): Promise<{ times: number[]; inIt: Frames }> {
  const { page, recorder } = watched;
  const times: number[] = [];
  for (let n = 0; n < openings; n++) {
    await page.getByRole('link', { name: /^Clusters \d/ }).click();
    const card = page.locator('a[href="#/cluster/1"]').first();
    await card.waitFor();
    await page.waitForTimeout(500);
    times.push(
      await recorder.answer(
        { selector: '[role=gridcell] img[data-photo]', count: 5, gone: 'a[href="#/cluster/2"]' },
        () => card.click(),
      ),
    );
  }
  await page.locator('[role=grid]').hover();
  return { times, inIt: await framesOf(watched, () => scroll(page, 4, 400)) };
}

async function measureExport({ page, pid }: OpenedWindow): Promise<Table> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  try {
    const memory = new MemoryWatch(pid);
    await memory.begin();
    const document = { kind: 'library', method: 'imagenet' };
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ document, path: join(folder, 'export.json') }),
    };
    const begun = performance.now();
    const { bytes } = await page.evaluate<{ bytes: number }>(
      `fetch('/api/export.write', ${JSON.stringify(request)}).then((answer) => answer.json())`,
    );
    const seconds = (performance.now() - begun) / 1000;
    const peaks = await memory.stop();
    const host = peaks.find(({ name }) => name === 'host')?.peak ?? NaN;
    return {
      title: `Export of ${photos} photos with five lookalikes each`,
      rows: [
        row('time', seconds, 's', atMost(60, seconds, 's')),
        row('memory of the host', host, 'MB', atMost(200, host, 'MB')),
        row('the document', bytes / 1e6, 'MB'),
      ],
      notes: [
        `Peaks of memory: ${describePeaks(peaks)}.`,
        'Clusters had been looked for with DBSCAN, which lists the nearest photos of each; without, all are searched for.',
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

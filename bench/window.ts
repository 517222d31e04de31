/**
 * `npm run bench -- window`: how the window feels with 100,000 photos. Starts the real web program on
 * a library made for it (see window/library.ts), and does in real Chromium what a person does.
 */
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { CDPSession, Page } from 'playwright-core';
import { launchChromium, openPage } from '../test/support/browser.ts';
import { startWebProgram, type WebProgram } from '../test/support/web-program.ts';
import { cacheFolder } from './cache.ts';
import { describePeaks, MemoryWatch } from './processes.ts';
import { largeLibrary, type LargeLibrary } from './window/library.ts';
import { Recorder } from './window/recorder.ts';

const photos = Number(process.argv[2] ?? 100_000);
const starts = 3;
const clicks = 25;
/** Seconds that a fling through the whole grid takes. */
const flingSeconds = 15;
/** The time of one frame at 60 in a second. */
const frameMs = 16.7;
/** The browser rounds the times of frames, and its own clock is not quite even. */
const rounding = 0.3;

const library = await largeLibrary(cacheFolder, photos, console.log);
const [cpu] = cpus();
console.log(
  `Node ${process.versions.node}, ${availableParallelism()} cores (${cpu?.model ?? 'unknown'}); ${photos} photos`,
);
const browser = await launchChromium();
try {
  for (let start = 1; start <= starts; start++) await measureStart(start);
  await measureUse();
} finally {
  await browser.close();
}

interface Opened {
  program: WebProgram;
  page: Page;
  recorder: Recorder;
  end: () => Promise<void>;
}

/** Starts the program and opens its page, in a new profile of the browser. */
async function open(): Promise<
  Opened & { startedAt: number; addressAt: number; openedAt: number }
> {
  const { page } = await openPage(browser);
  const recorder = await Recorder.in(page);
  const startedAt = now();
  const program = startWebProgram('--library', library.folder);
  const { href } = await program.address;
  const addressAt = now();
  await page.goto(href, { waitUntil: 'commit' });
  const end = async (): Promise<void> => {
    await page.context().close();
    program.process.kill('SIGTERM');
    await program.ended;
  };
  return { program, page, recorder, end, startedAt, addressAt, openedAt: addressAt };
}

async function measureStart(number: number): Promise<void> {
  const { recorder, end, startedAt, addressAt } = await open();
  const paintedAt = await recorder.firstPicture();
  tell(
    `start ${number}`,
    `first thumbnails ${ms(paintedAt - startedAt)} after the start, ${ms(paintedAt - addressAt)} after the page was opened`,
  );
  await end();
}

async function measureUse(): Promise<void> {
  const { program, page, recorder, end } = await open();
  const host = new MemoryWatch(Number(program.process.pid));
  const devtools = await page.context().newCDPSession(page);
  await recorder.firstPicture();
  await page.getByText('Up to date').waitFor({ timeout: 120_000 });
  await host.begin();
  tell('frames at rest', shares(await recorder.frames(() => page.waitForTimeout(3000))));
  tell('heap of the page', await heap(devtools));

  const grid = page.locator('[role=grid]');
  await grid.hover();
  tell('frames, reading', shares(await recorder.frames(() => scroll(page, 8, 40))));
  await page.keyboard.press('Home');
  const height = await page.evaluate<number>(`document.querySelector('[role=grid]').scrollHeight`);
  const frames = await recorder.frames(async () => {
    await scroll(page, flingSeconds, height / flingSeconds / 60);
    await scroll(page, flingSeconds, -height / flingSeconds / 60);
  });
  tell('frames, fling', `${shares(frames)} (there and back, ${height} pixels each)`);
  tell('heap of the page', await heap(devtools));

  await measureClicks(page, recorder);
  await measureCluster(page, recorder);
  tell('heap of the page', await heap(devtools));
  tell('peaks of memory', describePeaks(await host.stop()));
  await measureExport(page, program);
  await end();
}

/** Turns the wheel by `step` pixels a frame for some seconds. */
async function scroll(page: Page, seconds: number, step: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let next = performance.now(); next < end; next += 1000 / 60) {
    await page.waitForTimeout(Math.max(0, next - performance.now()));
    await page.mouse.wheel(0, step);
  }
}

async function measureClicks(page: Page, recorder: Recorder): Promise<void> {
  const times: number[] = [];
  await page.keyboard.press('Home');
  await page.waitForTimeout(500);
  for (let click = 0; click < clicks; click++) {
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
  const [first = NaN, ...rest] = times;
  tell('click → 5 painted', `${spread(rest)}; the first, which loads the vectors, ${ms(first)}`);
}

async function measureCluster(page: Page, recorder: Recorder): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
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
  tell(`cluster of ${library.largestCluster}`, `opened in ${spread(times)}`);
  await page.locator('[role=grid]').hover();
  tell('frames, in it', shares(await recorder.frames(() => scroll(page, 4, 400))));
}

async function measureExport(page: Page, program: WebProgram): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const memory = new MemoryWatch(Number(program.process.pid));
  await memory.begin();
  const begun = performance.now();
  const body = JSON.stringify({
    document: { kind: 'library', method: 'imagenet' },
    path: join(folder, 'export.json'),
  });
  const { bytes } = await page.evaluate<{ bytes: number }>(
    `fetch('/api/export.write', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} }).then((response) => response.json())`,
  );
  const seconds = (performance.now() - begun) / 1000;
  tell('export', `${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB of JSON`);
  tell('peaks of memory', describePeaks(await memory.stop()));
  await rm(folder, { recursive: true });
}

async function heap(devtools: CDPSession): Promise<string> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return `${(usedSize / 1e6).toFixed(1)} MB`;
}

function shares(frames: readonly number[]): string {
  const kept = frames.filter((time) => time <= frameMs + rounding).length / frames.length;
  const share = (kept * 100).toFixed(1);
  return `${share} % within ${frameMs} ms; 95th percentile ${ms(percentile(frames, 0.95))}, longest ${ms(Math.max(...frames))}, ${frames.length} frames`;
}

function spread(times: readonly number[]): string {
  return `${ms(percentile(times, 0.5))} (median; 95th percentile ${ms(percentile(times, 0.95))})`;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function ms(time: number): string {
  return `${time.toFixed(time < 100 ? 1 : 0)} ms`;
}

function tell(what: string, figures: string): void {
  console.log(`${what.padEnd(20)}${figures}`);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

export type { LargeLibrary };

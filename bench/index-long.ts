/**
 * `npm run bench -- index-long`: whether the memory of every process stays as it is however long
 * indexing goes on, and how long it takes to find that nothing changed in a large folder.
 *
 * The long run is of small photos, for which twelve megapixels stand in badly in one respect only: a
 * decoder holds more while it decodes. How many are under way, and what is kept of each, is the same.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { openLibrary } from '../engine/library.ts';
import { cacheFolder } from './cache.ts';
import { setting } from './measuring.ts';
import { describePeaks, MemoryWatch, type ProcessMemory } from './processes.ts';
import { atMost, keepReport, printed, type Row, type Table } from './report.ts';
import { largeLibrary } from './window/library.ts';

/** Memory after so many photos is compared with that after all. */
const early = 2_000;
const all = Number(process.argv[2] ?? 20_000);
const unchanged = Number(process.argv[3] ?? 100_000);
/** How many times the memory of the first photos all of them may take. */
const mostGrowth = 1.1;
/** Different pictures; the rest are those with another tail, which is another file to an indexer. */
const drawn = 50;

const report = {
  subject: 'index-long',
  setting: setting(1),
  tables: [await measureUnchanged(), await measureLongRun()],
};
keepReport(report);
console.log(printed(report));

async function measureLongRun(): Promise<Table> {
  const scratch = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  try {
    const photos = join(scratch, 'photos');
    await makeSmallPhotos(photos, all);
    const library = await openLibrary({ folder: join(scratch, 'library') });
    const watch = new MemoryWatch(process.pid);
    await watch.begin();
    let before: ProcessMemory[] | undefined;
    library.on('indexing', ({ indexed }) => {
      if (before || indexed < early) return;
      before = [];
      void watch.look().then((memory) => (before = memory));
    });
    await library.request('folders.add', { path: photos });
    const { indexed, seconds } = await library.request('indexing.wait', {});
    const after = await watch.stop();
    await library.close();
    const rows = after.flatMap(({ name, peak }): Row[] => {
      const then = before?.find((process) => process.name === name);
      if (!then) return [];
      const ratio = peak / then.peak;
      return [
        {
          what: `memory of the ${name} at most`,
          value: peak,
          unit: 'MB',
          peer: { name: `until ${early} photos`, value: then.peak },
          goal: { text: `≤ ${mostGrowth} ×`, met: ratio <= mostGrowth },
        },
      ];
    });
    return {
      title: `Indexing ${indexed} photos`,
      rows,
      notes: [`Small photos, in ${seconds.toFixed(0)} s.`],
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A second run over a folder in which nothing changed. */
async function measureUnchanged(): Promise<Table> {
  const { folder } = await largeLibrary(cacheFolder, unchanged, console.error);
  const library = await openLibrary({ folder });
  const watch = new MemoryWatch(process.pid);
  await watch.begin();
  const summary = await library.request('indexing.wait', {});
  const peaks = describePeaks(await watch.stop());
  await library.close();
  const goal = atMost(10, summary.seconds, 's');
  return {
    title: `A folder of ${summary.found} photos, ${summary.unchanged} of them unchanged`,
    rows: [{ what: 'indexed again', value: summary.seconds, unit: 's', peer: null, goal }],
    notes: [`Peaks of memory: ${peaks}.`],
  };
}

async function makeSmallPhotos(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  const pictures: Buffer[] = [];
  for (let n = 0; n < count; n++) {
    const picture = pictures[n % drawn] ?? (await drawSmall());
    if (pictures.length < drawn) pictures.push(picture);
    const content = Buffer.concat([picture, Buffer.from(`#${n}`)]);
    await writeFile(join(folder, `photo-${n}.jpg`), content);
  }
}

function drawSmall(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: 32, height: 24, channels: 3, background: '#808080', noise } })
    .resize(320, 240, { kernel: 'cubic', fit: 'fill' })
    .jpeg()
    .toBuffer();
}

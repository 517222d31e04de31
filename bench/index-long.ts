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
import { describePeaks, MemoryWatch, type ProcessMemory } from './processes.ts';
import { largeLibrary } from './window/library.ts';

/** Memory after so many photos is compared with that after all. */
const early = 2_000;
const all = Number(process.argv[2] ?? 20_000);
const unchanged = Number(process.argv[3] ?? 100_000);
/** Different pictures; the rest are those with another tail, which is another file to an indexer. */
const drawn = 50;

await measureUnchanged();
await measureLongRun();

async function measureLongRun(): Promise<void> {
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
    const after = await watch.look();
    await watch.stop();
    console.log(`${indexed} small photos in ${seconds.toFixed(0)} s`);
    for (const { name, now, peak } of after) {
      const then = before?.find((process) => process.name === name);
      if (then)
        console.log(
          `${name}: ${Math.round(then.peak)} MB at most until ${early} photos, ${Math.round(peak)} until ${indexed} (${(peak / then.peak).toFixed(2)}); ${Math.round(now)} at the end`,
        );
    }
    await library.close();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A second run over a folder in which nothing changed. */
async function measureUnchanged(): Promise<void> {
  const { folder } = await largeLibrary(cacheFolder, unchanged, console.log);
  const library = await openLibrary({ folder });
  const watch = new MemoryWatch(process.pid);
  await watch.begin();
  const summary = await library.request('indexing.wait', {});
  console.log(
    `${summary.unchanged} unchanged photos of ${summary.found} in ${summary.seconds.toFixed(1)} s; ${describePeaks(await watch.stop())}`,
  );
  await library.close();
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

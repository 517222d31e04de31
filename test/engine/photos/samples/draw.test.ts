import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import exifReader from 'exif-reader';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawSamples } from '../../../../engine/photos/samples/draw.ts';
import { themes } from '../../../../engine/photos/samples/themes/index.ts';

/** Two of each theme. */
const count = themes.size * 2;
const copies = 11;

let parent: string;
let folder: string;
let files: string[];
const progress: [number, number][] = [];

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'samples-'));
  folder = join(parent, 'seed-1');
  await drawSamples(folder, { count, onProgress: (done, total) => progress.push([done, total]) });
  files = await filesOf(folder);
}, 300_000);

afterAll(() => rm(parent, { recursive: true, force: true }));

describe('drawSamples', () => {
  it('draws every theme equally often, and adds copies', async () => {
    expect(themes.size).toBeGreaterThanOrEqual(12);
    expect(new Set(await readdir(folder))).toEqual(new Set(themes.keys()));
    const drawn = files.filter((file) => /-\d+\.jpg$/.test(file));
    for (const theme of themes.keys())
      expect(drawn.filter((file) => basename(file).startsWith(theme))).toHaveLength(2);
    expect(files).toHaveLength(count + copies);
    expect(progress.at(-1)).toEqual([count + copies, count + copies]);
    expect(progress.map(([done]) => done)).toEqual(progress.map((_, i) => i + 1));
  });

  it('makes exact copies and edited ones beside their originals', async () => {
    const extra = files.filter((file) => / \w+\.jpg$/.test(file));
    expect(extra).toHaveLength(copies);
    for (const file of extra) {
      const [bytes, original] = [await readFile(file), await readFile(file.replace(/ \w+\./, '.'))];
      expect(bytes.equals(original), file).toBe(file.endsWith(' copy.jpg'));
    }
    expect(extra.filter((file) => file.endsWith(' copy.jpg'))).toHaveLength(3);
  });

  it('makes pictures of many shapes, none of them nearly of one colour', async () => {
    const shapes = new Set<string>();
    for (const file of files) {
      const { width, height } = await sharp(file).metadata();
      shapes.add((width / height).toFixed(2));
      expect(width * height, file).toBeGreaterThan(200_000);
      const { channels } = await sharp(file).stats();
      expect(Math.max(...channels.map(({ stdev }) => stdev)), file).toBeGreaterThan(12);
    }
    expect(shapes.size).toBeGreaterThanOrEqual(5);
  });

  it('dates each drawing within two years, no two at the same moment', async () => {
    const moments = new Set<number>();
    for (const file of files.filter((name) => /-\d+\.jpg$/.test(name))) {
      const { exif } = await sharp(file).metadata();
      const taken = exif && exifReader(exif).Photo?.DateTimeOriginal;
      expect(taken, file).toBeInstanceOf(Date);
      const time = Number(taken);
      expect(time).toBeGreaterThan(Date.UTC(2024, 0, 1));
      expect(time).toBeLessThan(Date.UTC(2026, 0, 2));
      moments.add(time);
    }
    expect(moments.size).toBe(count);
  });

  it('gives the same bytes from the same seed and others from another', async () => {
    const [again, other] = [join(parent, 'again'), join(parent, 'other')];
    await drawSamples(again, { count: themes.size });
    await drawSamples(other, { count: 4, seed: 2 });
    for (const theme of themes.keys()) {
      const name = join(theme, `${theme}-01.jpg`);
      const bytes = await readFile(join(folder, name));
      expect((await readFile(join(again, name))).equals(bytes), theme).toBe(true);
    }
    const drawn = (await filesOf(other)).filter((file) => file.endsWith('-01.jpg'));
    expect(drawn).toHaveLength(4);
    for (const file of drawn) {
      const bytes = await readFile(join(folder, relative(other, file)));
      expect((await readFile(file)).equals(bytes), file).toBe(false);
    }
  }, 300_000);

  it('stops when asked, leaves no half picture under a final name, and goes on where it was', async () => {
    const stopped = join(parent, 'stopped');
    const controller = new AbortController();
    const drawing = drawSamples(stopped, {
      count: 6,
      signal: controller.signal,
      onProgress: (done) => {
        if (done === 2) controller.abort();
      },
    });
    await expect(drawing).rejects.toThrow('aborted');
    const before = await filesOf(stopped);
    expect(before.length).toBeGreaterThanOrEqual(2);
    expect(before.length).toBeLessThan(6);
    for (const file of before) {
      expect(basename(file)).not.toMatch(/^\./);
      await sharp(file, { failOn: 'warning' }).stats();
    }

    // A process that was killed left this; and what is complete keeps its time.
    const leftover = join(stopped, 'city-night', '.unfinished-city-night-01.jpg');
    await mkdir(dirname(leftover), { recursive: true });
    await writeFile(leftover, 'half a picture');
    const past = new Date(1_000_000_000_000);
    for (const file of before) await utimes(file, past, past);
    await drawSamples(stopped, { count: 6 });
    for (const file of before) expect((await stat(file)).mtime).toEqual(past);
    const names = (await filesOf(stopped)).map((file) => basename(file));
    expect(names.filter((name) => /-\d+\.jpg$/.test(name))).toHaveLength(6);
    expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
    await sharp(join(stopped, 'city-night', 'city-night-01.jpg'), { failOn: 'warning' }).stats();
  }, 300_000);
});

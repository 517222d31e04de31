/**
 * The sample photos: what a new user can try the program with before choosing a folder of their
 * own. They are drawn here, from a seed, so that no one else's photo has to come with the project.
 */
import { access, copyFile, mkdir, rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from '../sharp.ts';
import { Picture } from './picture.ts';
import { Random } from '../../random.ts';
import { makeTextures, type Textures } from './textures.ts';
import { themes, type Theme } from './themes/index.ts';

/** Pixels of every picture, whatever its shape. */
const area = 900_000;
const aspects = [3 / 2, 3 / 2, 3 / 2, 4 / 3, 4 / 3, 16 / 9, 1, 3 / 4, 2 / 3, 2] as const;
/** The pictures are dated over the two years before this day. */
const lastDay = Date.UTC(2026, 0, 1);
const jpeg = { quality: 85 };

export interface DrawOptions {
  /** How many pictures, spread evenly over the themes; the copies come on top. Default 360. */
  count?: number;
  /** The same seed gives the same pixels. A folder belongs to one seed. Default 1. */
  seed?: number;
  /** Called after each file, with how many are there and how many there will be. */
  onProgress?: (done: number, total: number) => void;
  /** Stops between two files. */
  signal?: AbortSignal;
}

/** A file to be made: its path in the folder, and what writes it to the path it is given. */
interface Task {
  readonly file: string;
  readonly write: (path: string) => Promise<unknown>;
}

/**
 * Draws the sample photos into `folder`, as THEME/THEME-01.jpg and so on, with a few exact copies
 * and a few edited ones among them. What is there already is kept: a file gets its name only when
 * it is complete, so one can stop, or be killed, at any moment and go on later.
 *
 * Rejects with the signal's reason when it is aborted, and with the system's error when the folder
 * cannot be written. It keeps the processor busy for about a minute: run it off the host's thread,
 * and not in the decoder's process, where sharp is forbidden to read SVG.
 */
export async function drawSamples(folder: string, options: DrawOptions = {}): Promise<void> {
  const { count = 360, seed = 1, onProgress, signal } = options;
  const textures = await makeTextures();
  const drawings = drawingTasks(count, seed, textures);
  const copies = copyTasks(folder, drawings, seed);
  const total = drawings.length + copies.length;
  let done = 0;

  const work = async (queue: Task[]): Promise<void> => {
    for (let task = queue.shift(); task; task = queue.shift()) {
      signal?.throwIfAborted();
      await writeOnce(join(folder, task.file), task.write);
      onProgress?.(++done, total);
    }
  };
  // Copies last: they need the files that they are copies of.
  for (const tasks of [drawings, copies]) {
    const queue = [...tasks];
    const lanes = Array.from({ length: Math.min(4, availableParallelism()) }, async () => {
      try {
        await work(queue);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    });
    // All lanes have ended before this does, also when one fails: nothing is written afterwards.
    const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}

/** Writes a file under a hidden temporary name first; does nothing where it is already. */
async function writeOnce(path: string, write: Task['write']): Promise<void> {
  if (await exists(path)) return;
  const folder = dirname(path);
  const temporary = join(folder, '.unfinished-' + path.slice(folder.length + 1));
  await mkdir(folder, { recursive: true });
  await write(temporary);
  await rename(temporary, path);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function drawingTasks(count: number, seed: number, textures: Textures): Task[] {
  const names = [...themes.keys()];
  return Array.from({ length: count }, (_, i) => {
    const theme = names[i % names.length] ?? '';
    const number = Math.floor(i / names.length) + 1;
    const random = new Random(seed, theme, number);
    const file = join(theme, `${theme}-${String(number).padStart(2, '0')}.jpg`);
    return {
      file,
      write: async (path) => (await drawPicture(themes.get(theme), random, textures)).toFile(path),
    };
  });
}

/** One picture, ready to be written: `random` decides all of it. */
async function drawPicture(
  theme: Theme | undefined,
  random: Random,
  textures: Textures,
): Promise<Sharp> {
  const aspect = random.pick(aspects);
  const longSide = Math.round(Math.sqrt(area * Math.max(aspect, 1 / aspect)));
  const date = exifDate(random);
  const picture = new Picture(random, aspect, longSide, textures);
  theme?.(picture);
  const photo = await picture.develop();
  return photo.jpeg(jpeg).withExif({ IFD2: { DateTimeOriginal: date } });
}

/** A moment in daytime, as EXIF writes it: 2025:06:30 14:05:00. */
function exifDate(random: Random): string {
  const day = lastDay - random.integer(1, 730) * 86_400_000;
  const moment = day + random.integer(7 * 3600, 20 * 3600) * 1000;
  return new Date(moment).toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
}

/** What people do to their photos, so that a library has copies and near copies. */
const edits: Record<string, (photo: Sharp, width: number, height: number) => Sharp> = {
  cropped: (photo, width, height) =>
    photo.extract({
      left: Math.round(width * 0.08),
      top: Math.round(height * 0.06),
      width: Math.round(width * 0.85),
      height: Math.round(height * 0.85),
    }),
  darker: (photo) => photo.linear(0.8, 0),
  small: (photo, width) => photo.resize(Math.round(width / 2)),
  compressed: (photo) => photo,
};

/** Three exact copies and eight edited ones, of drawings spread over the themes. */
function copyTasks(folder: string, drawings: readonly Task[], seed: number): Task[] {
  const random = new Random(seed, 'copies');
  const originals = [...drawings];
  const kinds = ['copy', 'copy', 'copy', ...Object.keys(edits), ...Object.keys(edits)];
  return kinds.flatMap((kind) => {
    const [original] = originals.splice(random.integer(0, originals.length - 1), 1);
    if (!original) return [];
    const source = join(folder, original.file);
    const edit = edits[kind];
    const file = original.file.replace(/\.jpg$/, ` ${kind}.jpg`);
    if (!edit) return [{ file, write: (path) => copyFile(source, path) }];
    const write: Task['write'] = async (path) => {
      const photo = sharp(source);
      const { width, height } = await photo.metadata();
      const quality = kind === 'compressed' ? 45 : jpeg.quality;
      return edit(photo, width, height).keepExif().jpeg({ quality }).toFile(path);
    };
    return [{ file, write }];
  });
}

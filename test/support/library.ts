/** Real libraries in temporary folders, with real photos that the tests make. */
import { mkdirSync } from 'node:fs';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { EventName, RequestName } from '../../engine/contract.ts';
import type { IndexDocument } from '../../engine/documents.ts';
import { openLibrary, type Library, type LibraryOptions } from '../../engine/library.ts';
import { forkNodeProcess, type Fork } from '../../engine/processes/child.ts';
import { temporaryFolder } from './photos.ts';
import { seededRandom } from './vectors.ts';

/** Kinds of patterns that look different from each other. */
export const kinds = 6;
const hues = [
  [200, 40, 40],
  [40, 170, 60],
  [40, 60, 190],
  [230, 210, 50],
  [150, 60, 170],
  [90, 90, 90],
];

/** A small JPEG, another one for each `n`: a coarse coloured pattern whose kind is `n` modulo `kinds`. */
export function patternPhoto(n: number): Promise<Buffer> {
  const kind = n % kinds;
  const random = seededRandom(n + 1);
  const [columns, rows] = [4 + 3 * kind, 3 + 2 * kind];
  const colour = hues[kind] ?? [0, 0, 0];
  const pixels = Array.from({ length: columns * rows }, () => {
    const light = 0.4 + random();
    return colour.map((value) => Math.min(255, Math.round(value * light)));
  });
  return sharp(Uint8Array.from(pixels.flat()), {
    raw: { width: columns, height: rows, channels: 3 },
  })
    .resize(160, 120, { kernel: kind % 2 === 0 ? 'nearest' : 'cubic', fit: 'fill' })
    .jpeg()
    .toBuffer();
}

/** Writes `patternPhoto(n)` for each name, with the folders it needs. */
export async function writePhotos(folder: string, photos: Record<string, number>): Promise<void> {
  for (const [name, n] of Object.entries(photos)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await patternPhoto(n));
  }
}

/** Photos by name, `0.jpg` to `count − 1`, for `writePhotos`. */
export function numbered(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}.jpg`, n]));
}

export interface Place extends AsyncDisposable {
  /** The library's own directory. */
  directory: string;
  /** A folder for photos, which exists. */
  photos: string;
  /** Opens the library; an open one is closed before. */
  open(options?: Partial<LibraryOptions>): Promise<Library>;
}

/** A temporary place with a folder for photos and a library, which is closed at the end. */
export async function place(): Promise<Place> {
  const folder = await temporaryFolder();
  const root = await realpath(folder.path);
  const photos = join(root, 'photos');
  mkdirSync(photos);
  const directory = join(root, 'library');
  let library: Library | undefined;
  return {
    directory,
    photos,
    open: async (options) => {
      await library?.close();
      library = await openLibrary({ folder: directory, ...options });
      return library;
    },
    [Symbol.asyncDispose]: async () => {
      await library?.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Indexes whatever is new, and gives the summary without its time. */
export async function index(library: Library): Promise<Omit<IndexDocument, 'schema' | 'seconds'>> {
  await library.request('indexing.start', {});
  const { found, indexed, unchanged, failed, offline } = await library.request('indexing.wait', {});
  return { found, indexed, unchanged, failed, offline };
}

/** The library's photos by the path below `folder`. */
export async function idsByPath(library: Library, folder: string): Promise<Record<string, number>> {
  const { ids } = await library.request('photos.list', { folder: null, order: 'folder' });
  const refs = await library.request('photos.refs', { ids });
  return Object.fromEntries(refs.map(({ id, path }) => [path.slice(folder.length + 1), id]));
}

/** Node's fork, counting what each process is asked by name. */
export function countingFork(counts: Map<string, number>): Fork {
  return (entry, args, on) => {
    const handle = forkNodeProcess(entry, args, on);
    return {
      ...handle,
      post: (message) => {
        counts.set(message.name, (counts.get(message.name) ?? 0) + 1);
        handle.post(message);
      },
    };
  };
}

/** What `handle` says to a request that must fail. */
export async function refusal(
  library: Library,
  name: RequestName | (string & {}),
  params: unknown,
): Promise<{ code: unknown; message: string }> {
  const error: unknown = await library.handle(name, params).then(
    () => {
      throw new Error(`${name} was not refused`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || !('code' in error)) throw error;
  return { code: error.code, message: error.message };
}

/** Waits for an event that `isIt` accepts; call it before what causes the event. */
export function heard(
  library: Library,
  isIt: (name: EventName, data: unknown) => boolean,
): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = library.onAny((name, data) => {
      if (!isIt(name, data)) return;
      stop();
      resolve(data);
    });
  });
}

/**
 * A library of 100,000 photos for measuring the window: made through the program's own store, once,
 * and kept. What is measured on it must not be able to tell it from one that was indexed:
 * - The files are real and the program finds them unchanged, but they are some hundreds of drawn
 *   pictures under many names (hard links), as 100,000 of them would take 15 GB.
 * - Every photo counts as a content of its own and has a thumbnail of its own in the database, of the
 *   size that the program makes; the pictures themselves come again every few hundred.
 * - Vectors lie around the centres of some hundreds of kinds, as those of photos do; one kind in ten
 *   photos, and a fifth of the photos of no kind. The clusters are written as they are known, beside what a
 *   pass of DBSCAN over the vectors found.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { buildHierarchy } from '../../engine/clusters/build.ts';
import { loadMethod, type Method } from '../../engine/methods/registry.ts';
import { Decoder } from '../../engine/photos/decoder.ts';
import type { Decoded } from '../../engine/photos/decoder-process.ts';
import { drawSamples } from '../../engine/photos/samples/draw.ts';
import { Random } from '../../engine/random.ts';
import { openStore, type Store } from '../../engine/store/store.ts';

/** A change of what is made here needs another number, so that what was kept is not used. */
const form = 2;
const drawnPictures = 360;
const writtenAtOnce = 1000;
/** Photos are dated over so many months before 2026. */
const months = 120;

export interface LargeLibrary {
  /** The library's directory. */
  folder: string;
  photos: number;
  /** Photos of the largest cluster. */
  largestCluster: number;
}

/** A picture that was drawn, as a file and as the decoder gives it. */
interface Drawn extends Decoded {
  path: string;
  bytes: number;
  modifiedAt: number;
}

/**
 * The library of so many photos below `cache`, made if it is not there. Takes about seven minutes and
 * 40 KB of disk a photo.
 */
export async function largeLibrary(
  cache: string,
  photos: number,
  onStep: (line: string) => void,
): Promise<LargeLibrary> {
  const kept = join(cache, `library-${photos}-${form}`);
  const largestCluster = Math.round(photos / 10);
  const library = { folder: join(kept, 'library'), photos, largestCluster };
  if (existsSync(kept)) return library;
  onStep(`Making a library of ${photos} photos, once …`);
  const made = `${kept}.making`;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  const drawn = await drawPictures(join(cache, 'pictures'));
  onStep(`${drawn.length} pictures are drawn.`);
  // The database names the folder of photos by its path, so that has its last name from the start.
  const folder = join(kept, 'photos');
  const files = placesOf(photos, drawn);
  await linkFiles(join(made, 'photos'), files);
  onStep('The files have their names.');
  const method = await loadMethod();
  const store = openStore(join(made, 'library'));
  try {
    await write(store, method, folder, files, largestCluster, onStep);
  } finally {
    store.close();
  }
  await rename(made, kept);
  return library;
}

/** Draws pictures as the program's samples are, and decodes them as indexing does. */
async function drawPictures(folder: string): Promise<Drawn[]> {
  await mkdir(folder, { recursive: true });
  await drawSamples(folder, { count: drawnPictures });
  const paths = (await readdir(folder, { recursive: true })).filter((path) => /\.jpg$/.test(path));
  const decoder = new Decoder();
  const { inputSize } = await loadMethod();
  try {
    return await Promise.all(
      paths.sort().map(async (name) => {
        const path = join(folder, name);
        // Names may be linked a thousand times to one file, which then has one time.
        await utimes(path, 1_700_000_000, 1_700_000_000);
        const { size, mtimeMs } = await stat(path);
        const decoded = await decoder.decode({ path }, inputSize);
        return { ...decoded, path, bytes: size, modifiedAt: Math.round(mtimeMs) };
      }),
    );
  } finally {
    decoder.close();
  }
}

/** A file of the library: below its folder, and the picture that it is. */
interface PlacedFile {
  relativePath: string;
  picture: Drawn;
  takenAt: number;
}

/** A folder for each month, of very different sizes. */
function placesOf(photos: number, drawn: readonly Drawn[]): PlacedFile[] {
  const random = new Random('places');
  const weights = random.times(months, () => random.next() ** 2 + 0.05);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const files: PlacedFile[] = [];
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    sum += weight;
    const [year, month] = [2016 + Math.floor(index / 12), index % 12];
    const first = Date.UTC(year, month);
    const span = Date.UTC(year, month + 1) - first;
    const folder = `${year}/${year}-${String(month + 1).padStart(2, '0')}`;
    const until = index === months - 1 ? photos : Math.round((photos * sum) / whole);
    for (let number = 1; files.length < until; number++) {
      const picture = drawn[random.integer(0, drawn.length - 1)];
      if (!picture) throw new Error('no picture was drawn');
      files.push({
        relativePath: `${folder}/IMG_${String(number).padStart(5, '0')}.jpg`,
        picture,
        takenAt: first + Math.floor(random.next() * span),
      });
    }
  }
  return files;
}

async function linkFiles(folder: string, files: readonly PlacedFile[]): Promise<void> {
  const made = new Set<string>();
  for (const { relativePath, picture } of files) {
    const path = join(folder, relativePath);
    const parent = join(path, '..');
    if (!made.has(parent)) await mkdir(parent, { recursive: true });
    made.add(parent);
    await link(picture.path, path);
  }
}

async function write(
  store: Store,
  method: Method,
  folder: string,
  files: readonly PlacedFile[],
  largestCluster: number,
  onStep: (line: string) => void,
): Promise<void> {
  const { writer, thumbnails } = store;
  const methodId = writer.method(method.id, method.version, method.dimensions);
  const folderId = writer.addFolder(folder);
  const kinds = kindsOf(files.length, largestCluster);
  const vectors = vectorsOf(kinds, method.dimensions);
  const ids: number[] = [];
  for (let start = 0; start < files.length; start += writtenAtOnce) {
    const some = files.slice(start, start + writtenAtOnce).map((file, index) => {
      const { width, height, bytes, modifiedAt, thumbnail } = file.picture;
      const number = start + index;
      return {
        photoId: null,
        folderId,
        relativePath: file.relativePath,
        ...{ bytes, modifiedAt, width, height, thumbnail },
        sha256: createHash('sha256').update(`photo ${number}`).digest('hex'),
        takenAt: file.takenAt,
        vector: vectors.subarray(number * method.dimensions, (number + 1) * method.dimensions),
        damage: null,
      };
    });
    thumbnails.add(some);
    for (const id of writer.addPhotos(methodId, some)) ids.push(id);
  }
  writer.setClusterRun(methodId, {
    algorithm: 'dbscan',
    chosen: 'automatic',
    epsilon: 0.4,
    minPhotos: 3,
    curve: Array.from({ length: 40 }, (_, step) => ({
      epsilon: (step + 1) / 50,
      clusters: Math.round(300 * Math.exp(-(((step - 20) / 8) ** 2))),
      clustered: Math.round(files.length / (1 + Math.exp((20 - step) / 4))),
      spread: Math.round(files.length / (1 + Math.abs(step - 20))),
    })),
    ...clustersOf(kinds, ids, vectors, method.dimensions),
  });
  onStep('Looking at all pairs of vectors, as DBSCAN does …');
  const { dimensions, metric } = method;
  const form = { size: ids.length, dimensions, metric, minPhotos: 3, threads: 2 };
  const pace = { pause: () => Promise.resolve(), onProgress: () => undefined };
  const hierarchy = await buildHierarchy(vectors, form, pace);
  writer.setClusterPass(methodId, { ids: Uint32Array.from(ids), hierarchy });
}

/** The kind of each photo: 0 for none, 1 for the kind of the largest cluster. */
function kindsOf(photos: number, largestCluster: number): Uint16Array {
  const random = new Random('kinds');
  const sizes = [largestCluster];
  for (let left = Math.round(photos * 0.8) - largestCluster; left > 0;) {
    const size = Math.min(left, Math.max(3, Math.round(1200 * random.next() ** 3)));
    sizes.push(size);
    left -= size;
  }
  const kinds = sizes.flatMap((size, kind) => Array.from({ length: size }, () => kind + 1));
  const all = [...kinds, ...new Array<number>(photos - kinds.length).fill(0)];
  return Uint16Array.from(random.shuffled(all));
}

/**
 * Unit rows around the centres of their kinds. Deviations fall off from number to number, as the
 * principal components of photos do; photos of no kind deviate from nothing but the middle.
 */
function vectorsOf(kinds: Uint16Array, dimensions: number): Float32Array {
  const random = new Random('vectors');
  const spread = Float32Array.from({ length: dimensions }, (_, n) => (n + 4) ** -0.75);
  const count = kinds.reduce((most, kind) => Math.max(most, kind), 0) + 1;
  const centres = Float32Array.from(
    { length: count * dimensions },
    (_, n) => normal(random) * (spread[n % dimensions] ?? 0),
  );
  // In memory that the threads of a pass share.
  const rows = new Float32Array(new SharedArrayBuffer(4 * kinds.length * dimensions));
  for (const [photo, kind] of kinds.entries()) {
    const row = rows.subarray(photo * dimensions, (photo + 1) * dimensions);
    const [own, of] = kind === 0 ? [1, 0] : [0.75, 1];
    let square = 0;
    for (let n = 0; n < dimensions; n++) {
      const centre = centres[kind * dimensions + n] ?? 0;
      const value = of * centre + own * normal(random) * (spread[n] ?? 0);
      row[n] = value;
      square += value * value;
    }
    for (let n = 0; n < dimensions; n++) row[n] = (row[n] ?? 0) / Math.sqrt(square);
  }
  return rows;
}

/** About normal: the sum of four uniform numbers, of variance 1. */
function normal(random: Random): number {
  return (random.next() + random.next() + random.next() + random.next() - 2) * Math.sqrt(3);
}

function clustersOf(
  kinds: Uint16Array,
  ids: readonly number[],
  vectors: Float32Array,
  dimensions: number,
): { clusters: { photoIds: Uint32Array; similarities: Float32Array }[]; noise: Uint32Array } {
  const groups = Map.groupBy(kinds.keys(), (photo) => kinds[photo] ?? 0);
  const noise = Uint32Array.from(groups.get(0) ?? [], (photo) => ids[photo] ?? 0);
  groups.delete(0);
  const clusters = [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((photos) => {
      const cover = (photos[0] ?? 0) * dimensions;
      const members = photos
        .map((photo) => {
          let similarity = 0;
          for (let n = 0; n < dimensions; n++)
            similarity += (vectors[photo * dimensions + n] ?? 0) * (vectors[cover + n] ?? 0);
          return { id: ids[photo] ?? 0, similarity };
        })
        .sort((a, b) => b.similarity - a.similarity);
      return {
        photoIds: Uint32Array.from(members, ({ id }) => id),
        similarities: Float32Array.from(members, ({ similarity }) => similarity),
      };
    });
  return { clusters, noise };
}

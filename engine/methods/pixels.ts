/**
 * Pixels: the photo itself, made small. No network and no training; it finds near duplicates, burst
 * shots, and photos of the same layout and colours.
 */
import type { Embedder, MethodEntry, MethodFacts } from './method.ts';

/** Width and height to which photos are made small. */
const side = 32;
const dimensions = side * side * 3;

const facts: MethodFacts = {
  id: 'pixels',
  name: 'Pixels',
  sentence:
    'Compares photos point by point: finds near duplicates, and the same layout and colours.',
  needs: 'Nothing: quick, and 12 KB a photo.',
  metric: 'euclidean',
  trains: false,
  finds: 'photos',
};

export const pixels: MethodEntry = {
  facts,
  load: () =>
    Promise.resolve({
      ...facts,
      dimensions,
      similarFrom: { score: 0.86, similarity: 0.86 },
      inputSize: side,
      fit: 'fill',
      version: `${side}x${side}-1`,
      weights: null,
      createEmbedder: () => Promise.resolve(embedder),
    }),
};

const embedder: Embedder = {
  backend: null,
  reason: null,
  embed: (bytes, count) => Promise.resolve(pixelRows(bytes, count)),
  close: () => Promise.resolve(),
};

/**
 * Photos as rows: each number normalised to 0…1, and divided by the root of their number, so that
 * the Euclidean distance of two rows is the root mean square of their differences, 0…1. (Times
 * √dimensions it is the distance of the rows that are only normalised: the order is the same.)
 *
 * @param bytes `count` RGB photos of `side` × `side`, row by row
 * @returns `count` rows of `dimensions` numbers
 */
export function pixelRows(bytes: Uint8Array, count: number): Float32Array<ArrayBuffer> {
  if (bytes.length !== count * dimensions)
    throw new Error(`${bytes.length} bytes are not ${count} photos of ${dimensions}`);
  const scale = pixelScale(side);
  return Float32Array.from(bytes, (value) => value * scale);
}

/** What a byte of a photo of `side` × `side` is multiplied by, so that distances are 0…1. */
export function pixelScale(side: number): number {
  return 1 / (255 * Math.sqrt(side * side * 3));
}

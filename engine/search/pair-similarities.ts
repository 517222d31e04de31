/** The similarities of given pairs of photos, where nothing has to be looked for. */
import { LookalikeError } from '../errors.ts';
import { similarityOf } from './metric.ts';
import type { RowPhotos } from './row-photos.ts';
import type { Vectors } from './vectors.ts';

/**
 * The similarity of each pair; where photos have several rows (faces), that of the two most similar.
 * @param pairs photo ids, two for each pair
 * @throws LookalikeError `photo-unknown` when one of the photos has no row (any more)
 */
export function pairSimilarities(
  vectors: Vectors,
  rowPhotos: RowPhotos,
  pairs: Uint32Array,
): Float64Array {
  const { metric, rows, dimensions } = vectors;
  const placesOf = (photo: number): number[] => {
    const places = rowPhotos
      .rowsOf(photo)
      .map((row) => vectors.rowOf(row))
      .filter((place) => place !== -1);
    if (places.length === 0)
      throw new LookalikeError(
        'photo-unknown',
        'A photo was moved or deleted just now. Please try once more.',
      );
    return places;
  };
  return Float64Array.from({ length: pairs.length / 2 }, (_, pair) => {
    const [first, second] = [placesOf(pairs[2 * pair] ?? 0), placesOf(pairs[2 * pair + 1] ?? 0)];
    return Math.max(
      ...first.flatMap((a) =>
        second.map((b) => similarityOf(metric, rows, a, rows, b, dimensions)),
      ),
    );
  });
}

/**
 * How the vectors of a method are compared. Whatever the metric, similarity = 1 − distance, so that
 * everything else (ranking, DBSCAN, clusters, documents) knows one pair of words only.
 *
 * - `cosine`: rows have length 1, and similarity is their dot product, −1…1.
 * - `euclidean`: distance is the length of the difference of two rows. Methods scale their rows such
 *   that it is 0…1, so similarity is 0…1 as well.
 */
import { dot, dotProducts, fourDotProducts } from './kernel.ts';
import { fourSquaredDistances, squaredDistance, squaredDistances } from './squared-distances.ts';

export type Metric = 'cosine' | 'euclidean';

/**
 * Similarities of all pairs of a block of queries and a block of rows; parameters as for
 * `dotProducts`.
 */
export function similarities(
  metric: Metric,
  queries: Float32Array,
  queryStart: number,
  queryCount: number,
  rows: Float32Array,
  rowStart: number,
  rowCount: number,
  dimensions: number,
  out: Float64Array,
): void {
  const block = metric === 'cosine' ? dotProducts : squaredDistances;
  block(queries, queryStart, queryCount, rows, rowStart, rowCount, dimensions, out);
  if (metric === 'cosine') return;
  const pairs = queryCount * rowCount;
  for (let i = 0; i < pairs; i++) out[i] = 1 - Math.sqrt(out[i] as number);
}

/** The similarity of row `i` of `a` and row `j` of `b`: the same number as in a block. */
export function similarityOf(
  metric: Metric,
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  dimensions: number,
): number {
  return metric === 'cosine'
    ? dot(a, i, b, j, dimensions)
    : 1 - Math.sqrt(squaredDistance(a, i, b, j, dimensions));
}

/**
 * The similarities of row `i` of `a` and some rows of `b` that need not lie side by side: the same
 * numbers as in a block.
 * @param out float64 [at least which.length]
 */
export function similaritiesOf(
  metric: Metric,
  a: Float32Array,
  i: number,
  b: Float32Array,
  which: Int32Array,
  dimensions: number,
  out: Float64Array,
): void {
  const multiply = metric === 'cosine' ? fourDotProducts : fourSquaredDistances;
  const last = which.length - 1;
  // Four at once take half the time of one: the last row several times, where there are less.
  const at = (place: number): number => (which[Math.min(place, last)] as number) * dimensions;
  for (let w = 0; w <= last; w += 4) {
    multiply(a, i * dimensions, b, at(w), at(w + 1), at(w + 2), at(w + 3), dimensions, four, 0);
    for (let k = 0; k < 4 && w + k <= last; k++) out[w + k] = four[k] as number;
  }
  if (metric === 'cosine') return;
  for (let k = 0; k <= last; k++) out[k] = 1 - Math.sqrt(out[k] as number);
}

const four = new Float64Array(4);

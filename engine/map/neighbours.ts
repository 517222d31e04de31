/**
 * The exact nearest rows of every row by Euclidean distance, which on vectors of length 1 is the
 * order of similarity. Every pair is looked at once, for both of its rows.
 */
import { dotProducts } from '../search/kernel.ts';
import { Top } from '../search/top.ts';
import { squaredLengths, tile, type Pause, type Points } from './points.ts';

export interface Neighbours {
  /** How many there are of each row. */
  k: number;
  /** [size × k]: rows, nearest first, of equally near ones the smaller row first; never the row itself. */
  rows: Int32Array;
  /** [size × k]: squared Euclidean distances to them. */
  squared: Float64Array;
}

/**
 * @param k at least 0 and less than `points.size`
 * @param onProgress told the share that is done, 0…1
 */
export async function nearestNeighbours(
  points: Points,
  k: number,
  pause: Pause,
  onProgress: (share: number) => void = () => undefined,
): Promise<Neighbours> {
  const { rows, size, dimensions } = points;
  const found: Neighbours = {
    k,
    rows: new Int32Array(size * k),
    squared: new Float64Array(size * k),
  };
  if (k === 0) return found;
  const lengths = squaredLengths(points);
  const tops = Array.from({ length: size }, () => new Top(k));
  // What `Top.threshold` says, where the inner loop reads it fastest.
  const thresholds = new Float64Array(size).fill(-Infinity);
  const offer = (row: number, other: number, nearness: number): void => {
    const top = tops[row] as Top;
    top.add(other, nearness);
    thresholds[row] = top.threshold;
  };
  const products = new Float64Array(tile * tile);
  for (let a = 0; a < size; a += tile) {
    const aCount = Math.min(tile, size - a);
    for (let b = a; b < size; b += tile) {
      const bCount = Math.min(tile, size - b);
      dotProducts(rows, a, aCount, rows, b, bCount, dimensions, products);
      for (let i = 0; i < aCount; i++) {
        const row = a + i;
        for (let j = a === b ? i + 1 : 0; j < bCount; j++) {
          const other = b + j;
          // −|x − y|², kept from above 0 against rounding.
          const nearness = Math.min(
            0,
            2 * (products[i * bCount + j] as number) -
              (lengths[row] as number) -
              (lengths[other] as number),
          );
          if (nearness >= (thresholds[row] as number)) offer(row, other, nearness);
          if (nearness >= (thresholds[other] as number)) offer(other, row, nearness);
        }
      }
      await pause();
    }
    // Of the pairs, those with a row before `end` are done.
    const end = a + aCount;
    onProgress(1 - ((size - end) / size) ** 2);
  }
  for (const [row, top] of tops.entries())
    for (const [place, { id, similarity }] of top.sorted().entries()) {
      found.rows[row * k + place] = id;
      found.squared[row * k + place] = 0 - similarity;
    }
  return found;
}

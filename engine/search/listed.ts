/**
 * The nearest photos of a photo, read off the lists that a pass over the library made (see
 * `clusters/hierarchy.ts`), where those say enough. Results are those of a search, to the last digit.
 */
import { similarityOf } from './metric.ts';
import type { Neighbour } from './top.ts';
import type { Vectors } from './vectors.ts';

/** Of all rows as they are now. */
export interface NearestLists {
  /** Rows that are listed of each. */
  each: number;
  /** [size × each]: the nearest other rows, nearest first; −1 where there are no more. */
  rows: Int32Array;
  /** Their distances; ∞ where there are no more. */
  distances: Float64Array;
}

/**
 * The k rows that are most similar to a row, most similar first, ties by id; undefined where the list
 * leaves open which they are. Every row that is nearer than the last listed one is listed; of those as
 * far as that, some may not be.
 * @param isResult by id
 */
export function nearestListed(
  { dimensions, metric, ids, rows }: Vectors,
  { each, rows: listed, distances }: NearestLists,
  row: number,
  k: number,
  isResult: (id: number) => boolean,
): Neighbour[] | undefined {
  const end = (row + 1) * each;
  const isAll = listed[end - 1] === -1;
  const farthest = distances[end - 1] ?? 0;
  const found: Neighbour[] = [];
  for (let place = end - each; place < end; place++) {
    const other = listed[place] ?? -1;
    if (other === -1 || !(isAll || (distances[place] ?? Infinity) < farthest)) break;
    const id = ids[other] ?? 0;
    if (!isResult(id)) continue;
    found.push({ id, similarity: similarityOf(metric, rows, row, rows, other, dimensions) });
  }
  if (found.length < k && !isAll) return undefined;
  return found.sort((a, b) => b.similarity - a.similarity || a.id - b.id).slice(0, k);
}

/**
 * Exact nearest neighbours by similarity: every row is looked at, a batch of queries at a time.
 */
import { similarities } from './metric.ts';
import { Top, type Neighbour } from './top.ts';
import type { Vectors } from './vectors.ts';

/** Rows multiplied at a time, so that they stay in the cache while all queries pass over them. */
const rowsAtOnce = 256;

export interface NearestQuery {
  /** As long as the vectors' dimensions, and L2-normalised where the metric is cosine. */
  vector: Float32Array;
  /** Photo ids that are no results: the query itself and its copies. */
  except: ReadonlySet<number>;
}

/** What rounding may add to the distance of two rows that are at exactly the largest one. */
const rounding = 1e-6;

/**
 * The k photos most similar to each query, most similar first, ties by photo id. Fewer when there
 * are fewer photos.
 * @param hidden photo ids that are no results of any query
 * @param within the largest distance of a result, up to rounding
 */
export function nearest(
  vectors: Vectors,
  queries: readonly NearestQuery[],
  k: number,
  hidden: ReadonlySet<number> = new Set(),
  within = Infinity,
): Neighbour[][] {
  const least = 1 - within - rounding;
  const { metric, dimensions, ids, rows, size } = vectors;
  const block = new Float32Array(queries.length * dimensions);
  for (const [q, { vector }] of queries.entries()) block.set(vector, q * dimensions);
  const tops = queries.map(() => new Top(Math.max(1, Math.min(k, size))));
  const found = new Float64Array(queries.length * rowsAtOnce);
  for (let start = 0; start < size; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, size - start);
    similarities(metric, block, 0, queries.length, rows, start, count, dimensions, found);
    for (const [q, { except }] of queries.entries()) {
      const top = tops[q];
      if (!top) continue;
      let threshold = Math.max(top.threshold, least);
      for (let r = 0; r < count; r++) {
        const similarity = found[q * count + r] ?? NaN;
        if (similarity < threshold) continue;
        const id = ids[start + r] ?? 0;
        if (except.has(id) || hidden.has(id)) continue;
        top.add(id, similarity);
        threshold = Math.max(top.threshold, least);
      }
    }
  }
  return tops.map((top) => top.sorted());
}

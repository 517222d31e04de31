/**
 * Exact nearest neighbours by similarity. Where the rows have a sketch, most of them are ruled out by
 * it; where they have none, or it does not pay, every row is looked at, a batch of queries at a time.
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

/** What finds the nearest rows of some queries: `nearest` itself, or with a second thread. */
export type NearestSearch = typeof nearest;

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
  const kept = Math.max(1, Math.min(k, vectors.size));
  const searches = queries.map(({ vector, except }) => ({
    vector,
    top: new Top(kept),
    least,
    isResult: (id: number) => !except.has(id) && !hidden.has(id),
  }));
  const { pruner, size } = vectors;
  const pruned = pruner?.search(searches, kept) ?? new Set();
  scan(
    vectors,
    searches.filter((search) => !pruned.has(search)),
    0,
    size,
  );
  // Rows that are not in the sketch yet.
  if (pruner) scan(vectors, [...pruned], pruner.size, size);
  return searches.map(({ top }) => top.sorted());
}

/** A search that goes on. */
export interface Search {
  vector: Float32Array;
  /** What was found so far. */
  top: Top;
  /** The least similarity of a result. */
  least: number;
  isResult: (id: number) => boolean;
}

/** Looks at all rows from `from` to before `to`, for all searches. */
function scan(vectors: Vectors, searches: readonly Search[], from: number, to: number): void {
  if (searches.length === 0 || from === to) return;
  const { metric, dimensions, ids, rows } = vectors;
  const block = new Float32Array(searches.length * dimensions);
  for (const [q, { vector }] of searches.entries()) block.set(vector, q * dimensions);
  const found = new Float64Array(searches.length * rowsAtOnce);
  for (let start = from; start < to; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, to - start);
    similarities(metric, block, 0, searches.length, rows, start, count, dimensions, found);
    for (const [q, { top, least, isResult }] of searches.entries()) {
      let threshold = Math.max(top.threshold, least);
      for (let r = 0; r < count; r++) {
        const similarity = found[q * count + r] ?? NaN;
        if (similarity < threshold) continue;
        const id = ids[start + r] ?? 0;
        if (!isResult(id)) continue;
        top.add(id, similarity);
        threshold = Math.max(top.threshold, least);
      }
    }
  }
}

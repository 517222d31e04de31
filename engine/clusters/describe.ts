/**
 * From labels to clusters as people see them: largest first, each with its medoid as cover and its
 * photos ordered by similarity to the cover.
 */
import { dot } from '../search/kernel.ts';
import { noise } from './cut.ts';

export interface Cluster {
  /** Photo ids: the cover first, then by similarity to it, ties by id. */
  photoIds: Uint32Array;
  /** Cosine similarity of each to the cover; the cover's own is 1. */
  similarities: Float32Array;
}

/**
 * @param labels one per row, as `labelsAt` gives them
 * @param ids photo ids of the rows, rising
 * @param rows float32 [labels.length × dimensions], L2-normalised
 */
export function describeClusters(
  labels: Int32Array,
  ids: Uint32Array,
  rows: Float32Array,
  dimensions: number,
): { clusters: Cluster[]; noise: Uint32Array } {
  const members: number[][] = [];
  const alone: number[] = [];
  for (const [row, label] of labels.entries()) {
    if (label === noise) alone.push(ids[row] ?? 0);
    else (members[label] ??= []).push(row);
  }
  const clusters = members.map((group) => describe(group, ids, rows, dimensions));
  // Equal sizes: the cover with the smaller id first, so that the order never flickers.
  clusters.sort(
    (a, b) => b.photoIds.length - a.photoIds.length || (a.photoIds[0] ?? 0) - (b.photoIds[0] ?? 0),
  );
  return { clusters, noise: Uint32Array.from(alone) };
}

function describe(
  group: readonly number[],
  ids: Uint32Array,
  rows: Float32Array,
  dimensions: number,
): Cluster {
  const cover = medoid(group, rows, dimensions);
  const ordered = group
    .map((row) => ({
      id: ids[row] ?? 0,
      similarity: row === cover ? Infinity : dot(rows, cover, rows, row, dimensions),
    }))
    .sort((a, b) => b.similarity - a.similarity || a.id - b.id);
  return {
    photoIds: Uint32Array.from(ordered, ({ id }) => id),
    similarities: Float32Array.from(ordered, ({ similarity }) => Math.min(1, similarity)),
  };
}

/**
 * The row with the highest sum of similarities to all rows of the group. As the similarity is a dot
 * product, that sum is the dot product with the sum of the rows, and one pass is enough.
 */
function medoid(group: readonly number[], rows: Float32Array, dimensions: number): number {
  const sum = new Float64Array(dimensions);
  for (const row of group)
    for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] ?? 0) + (rows[row * dimensions + d] ?? 0);
  let best = group[0] ?? 0;
  let bestSum = -Infinity;
  for (const row of group) {
    let total = 0;
    for (let d = 0; d < dimensions; d++) total += (sum[d] ?? 0) * (rows[row * dimensions + d] ?? 0);
    if (total > bestSum) {
      bestSum = total;
      best = row;
    }
  }
  return best;
}

/**
 * From labels to clusters as people see them: largest first, each with its medoid as cover and its
 * photos ordered by similarity to the cover.
 */
import { dot } from '../search/kernel.ts';
import { similarityOf, type Metric } from '../search/metric.ts';
import { noise, unknown } from './cut.ts';

export interface Cluster {
  /** Photo ids: the cover first, then by similarity to it, ties by id. */
  photoIds: Uint32Array;
  /** Similarity of each to the cover; the cover's own is 1. */
  similarities: Float32Array;
}

/**
 * @param labels one per row, as `labelsAt` gives them
 * @param ids photo ids of the rows, rising
 * @param rows float32 [labels.length × dimensions], as the metric wants them
 */
export function describeClusters(
  labels: Int32Array,
  ids: Uint32Array,
  rows: Float32Array,
  dimensions: number,
  metric: Metric = 'cosine',
): { clusters: Cluster[]; noise: Uint32Array } {
  const members: number[][] = [];
  const alone: number[] = [];
  for (const [row, label] of labels.entries()) {
    if (label === noise) alone.push(ids[row] ?? 0);
    else if (label !== unknown) (members[label] ??= []).push(row);
  }
  // A cluster may have lost all its photos meanwhile.
  const clusters = members
    .filter(Boolean)
    .map((group) => describe(group, ids, rows, dimensions, metric));
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
  metric: Metric,
): Cluster {
  const cover = medoid(group, rows, dimensions, metric);
  const ordered = group
    .map((row) => ({
      id: ids[row] ?? 0,
      similarity:
        row === cover ? Infinity : similarityOf(metric, rows, cover, rows, row, dimensions),
    }))
    .sort((a, b) => b.similarity - a.similarity || a.id - b.id);
  return {
    photoIds: Uint32Array.from(ordered, ({ id }) => id),
    similarities: Float32Array.from(ordered, ({ similarity }) => Math.min(1, similarity)),
  };
}

/**
 * The row that is most similar to all rows of the group. By cosine, that is the highest sum of
 * similarities: as the similarity is a dot product, that sum is the dot product with the sum of the
 * rows, and one pass is enough. By Euclidean distance it is the lowest sum of *squared* distances, for
 * the same reason: to all rows y it is n |x|² − 2 x·Σy + Σ|y|², of which only the last part is common.
 */
function medoid(
  group: readonly number[],
  rows: Float32Array,
  dimensions: number,
  metric: Metric,
): number {
  const sum = new Float64Array(dimensions);
  for (const row of group)
    for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] ?? 0) + (rows[row * dimensions + d] ?? 0);
  let best = group[0] ?? 0;
  let bestSum = -Infinity;
  for (const row of group) {
    let total = 0;
    for (let d = 0; d < dimensions; d++) total += (sum[d] ?? 0) * (rows[row * dimensions + d] ?? 0);
    if (metric === 'euclidean') total -= (group.length * dot(rows, row, rows, row, dimensions)) / 2;
    if (total > bestSum) {
      bestSum = total;
      best = row;
    }
  }
  return best;
}

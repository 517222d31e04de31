/**
 * UMAP (McInnes, Healy, Melville 2018), by the package umap-js. What it leaves to chance or does
 * roughly is given to it: exact nearest neighbours, the start, and the random numbers.
 */
import { UMAP } from 'umap-js';
import type { Random } from '../random.ts';
import type { Neighbours } from './neighbours.ts';
import type { Pause } from './points.ts';

/** How far the start reaches, as in the original: ± this. */
const startReach = 10;

/**
 * @param start float64 [size × 2], in proportion
 * @param onProgress told the share that is done, 0…1
 * @returns float64 [size × 2]
 */
export async function umap(
  neighbours: Neighbours,
  start: Float64Array,
  random: Random,
  pause: Pause,
  onProgress: (share: number) => void = () => undefined,
): Promise<Float64Array> {
  const { k } = neighbours;
  const size = start.length / 2;
  if (k === 0) return start;
  // To umap-js, as to the original, a row is its own first neighbour; but it wants more rows than that.
  const layout = new UMAP({
    nNeighbors: Math.min(k + 1, size - 1),
    random: () => random.next(),
  });
  layout.setPrecomputedKNN(
    listsOf(neighbours.rows, size, k, (row) => row),
    listsOf(neighbours.squared.map(Math.sqrt), size, k, () => 0),
  );
  // With the neighbours known it only counts the rows.
  const epochs = layout.initializeFit(Array.from({ length: size }, () => []));
  const embedding = layout.getEmbedding();
  const reach = start.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (const [row, point] of embedding.entries()) {
    point[0] = ((start[2 * row] ?? 0) / reach) * startReach;
    point[1] = ((start[2 * row + 1] ?? 0) / reach) * startReach;
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    layout.step();
    onProgress((epoch + 1) / epochs);
    await pause();
  }
  return Float64Array.from(layout.getEmbedding().flat());
}

function listsOf(
  numbers: Int32Array | Float64Array,
  size: number,
  k: number,
  first: (row: number) => number,
): number[][] {
  return Array.from({ length: size }, (_, row) => [
    first(row),
    ...numbers.subarray(row * k, (row + 1) * k),
  ]);
}

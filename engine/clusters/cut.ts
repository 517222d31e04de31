/**
 * DBSCAN's labels at one ε, read off a hierarchy (see hierarchy.ts). They equal scikit-learn's, its
 * numbering included: clusters are numbered by their first core row, and a border row that several
 * clusters reach belongs to the first of them.
 */
import { coreDistancesOf, listedFor, type Hierarchy } from './hierarchy.ts';
import { UnionFind } from './union-find.ts';

/** The label of rows in no cluster. */
export const noise = -1;
/** The label of rows that were not there when clusters were looked for. */
export const unknown = -2;

/** One label per row: 0 … clusters − 1, or `noise`. */
export function labelsAt(hierarchy: Hierarchy, epsilon: number): Int32Array {
  const { size, minPhotos, neighbours, edges } = hierarchy;
  const coreDistances = coreDistancesOf(hierarchy);
  const sets = new UnionFind(size);
  for (let edge = 0; edge < edges.weights.length; edge++) {
    if (at(edges.weights, edge) > epsilon) break;
    sets.join(at(edges.from, edge), at(edges.to, edge));
  }

  const labels = new Int32Array(size).fill(noise);
  const labelOfRoot = new Int32Array(size).fill(noise);
  let clusters = 0;
  for (let row = 0; row < size; row++) {
    if (at(coreDistances, row) > epsilon) continue;
    const root = sets.find(row);
    if (labelOfRoot[root] === noise) labelOfRoot[root] = clusters++;
    labels[row] = at(labelOfRoot, root);
  }

  // Only core rows are asked for their labels, so those of borders can be written at once.
  const listed = listedFor(minPhotos);
  for (let row = 0; row < size; row++) {
    if (at(coreDistances, row) <= epsilon) continue;
    let first = noise;
    const end = (row + 1) * listed;
    for (let i = row * listed; i < end && at(neighbours.distances, i) <= epsilon; i++) {
      const other = at(neighbours.rows, i);
      if (at(coreDistances, other) > epsilon) continue;
      const label = at(labels, other);
      if (first === noise || label < first) first = label;
    }
    labels[row] = first;
  }
  return labels;
}

// The index is always inside the array; asking for a default in these loops would cost speed.
function at(array: Float64Array | Uint32Array | Int32Array, index: number): number {
  return array[index] as number;
}

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
    if ((edges.weights[edge] as number) > epsilon) break;
    sets.join(edges.from[edge] as number, edges.to[edge] as number);
  }

  const labels = new Int32Array(size).fill(noise);
  const labelOfRoot = new Int32Array(size).fill(noise);
  let clusters = 0;
  for (let row = 0; row < size; row++) {
    if ((coreDistances[row] as number) > epsilon) continue;
    const root = sets.find(row);
    if (labelOfRoot[root] === noise) labelOfRoot[root] = clusters++;
    labels[row] = labelOfRoot[root] as number;
  }

  // Only core rows are asked for their labels, so those of borders can be written at once.
  const listed = listedFor(minPhotos);
  for (let row = 0; row < size; row++) {
    if ((coreDistances[row] as number) <= epsilon) continue;
    let first = noise;
    const end = (row + 1) * listed;
    for (let i = row * listed; i < end && (neighbours.distances[i] as number) <= epsilon; i++) {
      const other = neighbours.rows[i] as number;
      if ((coreDistances[other] as number) > epsilon) continue;
      const label = labels[other] as number;
      if (first === noise || label < first) first = label;
    }
    labels[row] = first;
  }
  return labels;
}

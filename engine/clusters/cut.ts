/**
 * DBSCAN's labels at one ε, read off a hierarchy (see hierarchy.ts). They equal scikit-learn's, its
 * numbering included: clusters are numbered by their first core row, and a border row that several
 * clusters reach belongs to the first of them.
 */
import { coreDistancesOf, type Hierarchy } from './hierarchy.ts';
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
  for (const [edge, weight] of edges.weights.entries()) {
    if (weight > epsilon) break;
    sets.join(edges.from[edge] ?? 0, edges.to[edge] ?? 0);
  }
  const isCore = (row: number): boolean => (coreDistances[row] ?? Infinity) <= epsilon;

  const labels = new Int32Array(size).fill(noise);
  const labelOfRoot = new Map<number, number>();
  for (let row = 0; row < size; row++) {
    if (!isCore(row)) continue;
    const root = sets.find(row);
    let label = labelOfRoot.get(root);
    if (label === undefined) labelOfRoot.set(root, (label = labelOfRoot.size));
    labels[row] = label;
  }

  const listed = minPhotos - 1;
  const borders: { row: number; label: number }[] = [];
  for (let row = 0; row < size; row++) {
    if (isCore(row)) continue;
    let first = noise;
    for (let place = row * listed; place < (row + 1) * listed; place++) {
      const other = neighbours.rows[place] ?? -1;
      if (other === -1 || (neighbours.distances[place] ?? Infinity) > epsilon) break;
      const label = isCore(other) ? (labels[other] ?? noise) : noise;
      if (label !== noise && (first === noise || label < first)) first = label;
    }
    if (first !== noise) borders.push({ row, label: first });
  }
  for (const { row, label } of borders) labels[row] = label;
  return labels;
}

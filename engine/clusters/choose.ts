/**
 * Chooses ε from the library itself: the ε of a 0.01 grid that puts the most photos into clusters
 * other than the biggest. Below it, kinds of photos fall apart into noise; above it, they run
 * together into one cluster that holds everything. `npm run bench:quality` prints how near this comes
 * to the best ε.
 */
import { labelsAt, noise } from './cut.ts';
import { type Hierarchy } from './hierarchy.ts';

export interface CurvePoint {
  epsilon: number;
  clusters: number;
  /** Photos in any cluster. */
  clustered: number;
  /** Photos in clusters other than the biggest. */
  spread: number;
}

/** ε as the slider offers it. Beyond 0.8, photos that have nothing in common are neighbours. */
export const epsilonGrid: readonly number[] = Array.from({ length: 76 }, (_, i) => (5 + i) / 100);

/** What each ε of the grid would give. */
export function curveOf(hierarchy: Hierarchy): CurvePoint[] {
  return epsilonGrid.map((epsilon) => {
    const sizes: number[] = [];
    for (const label of labelsAt(hierarchy, epsilon))
      if (label !== noise) sizes[label] = (sizes[label] ?? 0) + 1;
    const clustered = sizes.reduce((sum, size) => sum + size, 0);
    const biggest = sizes.reduce((most, size) => Math.max(most, size), 0);
    return { epsilon, clusters: sizes.length, clustered, spread: clustered - biggest };
  });
}

/**
 * The ε with the most spread; of equal ones the smallest. Where there is never more than one cluster,
 * the smallest ε with which the most photos are in it.
 */
export function chooseEpsilon(curve: readonly CurvePoint[]): number {
  let best = curve[0];
  for (const point of curve)
    if (
      best &&
      (point.spread > best.spread ||
        (point.spread === 0 && best.spread === 0 && point.clustered > best.clustered))
    )
      best = point;
  return best?.epsilon ?? 0;
}

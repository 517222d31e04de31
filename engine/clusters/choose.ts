/**
 * Chooses ε from the library itself. Below a good ε, kinds of photos fall apart into noise; above it,
 * they run together into one cluster that holds everything. So the best ε has many photos in clusters,
 * and not in one:
 *
 *   spread = photos in clusters − √(sum of the squared sizes of the clusters)
 *
 * The root is the Euclidean norm of the sizes: all photos when there is one cluster, few when there
 * are many of equal size. A peak that is narrower than a step of 0.01 is chance, so the spread is
 * averaged over that width. `npm run bench:quality` prints how near this comes to the best ε.
 */
import type { Hierarchy } from './hierarchy.ts';
import { Sweep } from './sweep.ts';

export interface CurvePoint {
  epsilon: number;
  clusters: number;
  /** Photos in any cluster. */
  clustered: number;
  /** What the choice goes by; at least 0. */
  spread: number;
}

const firstEpsilon = 0.05;
const step = 0.0025;
/** Beyond ε = 0.8, photos that have nothing in common are neighbours. */
const points = 301;
/** Points to either side whose spread counts, less and less: their weight is 0 at a distance of 0.01. */
const averaged = 3;

/** Every ε that is looked at, rising. */
export const epsilonGrid: readonly number[] = Array.from(
  { length: points },
  (_, i) => Math.round((firstEpsilon + i * step) * 1e4) / 1e4,
);

/**
 * What each ε of the grid would give.
 * @param pause called between points, so that others can run
 */
export async function curveOf(
  hierarchy: Hierarchy,
  pause: () => Promise<void>,
): Promise<CurvePoint[]> {
  const sweep = new Sweep(hierarchy);
  const curve: CurvePoint[] = [];
  for (const epsilon of epsilonGrid) {
    const { clusters, clustered, squares } = sweep.raiseTo(epsilon);
    curve.push({ epsilon, clusters, clustered, spread: clustered - Math.sqrt(squares) });
    await pause();
  }
  return curve;
}

/**
 * The ε with the most spread, averaged; of equal ones the smallest. Where there is never more than one
 * cluster, the smallest ε with which the most photos are in it.
 */
export function chooseEpsilon(curve: readonly CurvePoint[]): number {
  const spreads = curve.map((_, place) => averageSpread(curve, place));
  const scores = spreads.some((spread) => spread > 0)
    ? spreads
    : curve.map(({ clustered }) => clustered);
  const most = Math.max(...scores);
  return curve[scores.indexOf(most)]?.epsilon ?? 0;
}

/** Mean spread around a point of the curve, with weights that fall off evenly. */
function averageSpread(curve: readonly CurvePoint[], place: number): number {
  let sum = 0;
  let weights = 0;
  for (let offset = -averaged; offset <= averaged; offset++) {
    const point = curve[place + offset];
    if (!point) continue;
    const weight = averaged + 1 - Math.abs(offset);
    sum += weight * point.spread;
    weights += weight;
  }
  return sum / weights;
}

/**
 * Chooses k from the library itself: the k whose clusters have the highest mean silhouette
 * (Rousseeuw 1987). The silhouette of a row compares its mean distance to the others of its own
 * cluster, a, with the least of its mean distances to another cluster, b: (b − a) / max(a, b), from
 * −1 (in the wrong cluster) to 1; 0 for a row that is alone.
 *
 * All pairs are compared, so libraries of more than 2,000 photos are judged by a random sample of
 * 2,000, clustered for each k by itself; the silhouettes of that sample are exact.
 */
import { squaredDistances } from '../search/squared-distances.ts';
import { kMeans, starts, type Pause, type Points } from './k-means.ts';
import { Random } from '../random.ts';

export interface SilhouettePoint {
  k: number;
  /** Mean over all rows that were looked at, −1 … 1. */
  silhouette: number;
}

/** What the curve needs to know of its surroundings. */
interface Pace {
  pause: Pause;
  onProgress: (done: number, total: number) => void;
}

const firstK = 2;
const lastK = 20;
const mostSampled = 2000;
const tile = 128;

/**
 * The mean silhouette of each k from 2 to 20, rising; it ends where there are not more different
 * photos than clusters, as then each is alone. So it is empty for less than three, or all the same.
 */
export async function silhouetteCurve(
  points: Points,
  { pause, onProgress }: Pace,
): Promise<SilhouettePoint[]> {
  const sample = sampled(points);
  const end = Math.min(lastK, sample.size - 1);
  if (end < firstK) return [];
  const distances = await pairDistances(sample, pause);
  const total = starts * ((end * (end + 1)) / 2 - 1);
  let done = 0;
  const curve: SilhouettePoint[] = [];
  for (let k = firstK; k <= end; k++) {
    const { labels, centres } = await kMeans(sample, k, k, pause, () => {
      done += k;
      onProgress(done, total);
    });
    // Fewer different photos than k: more clusters cannot be.
    if (centres.length < k * points.dimensions) break;
    curve.push({ k, silhouette: await meanSilhouette(distances, labels, k, pause) });
  }
  return curve;
}

/** The k with the highest silhouette; of equal ones the smallest; 1 where the curve is empty. */
export function chooseK(curve: readonly SilhouettePoint[]): number {
  let best: SilhouettePoint | undefined;
  for (const point of curve) if (!best || point.silhouette > best.silhouette) best = point;
  return best?.k ?? 1;
}

/**
 * @param distances [labels.length × labels.length]
 * @param clusters how many there are, at least 2; none is empty
 */
export async function meanSilhouette(
  distances: Float32Array,
  labels: Int32Array,
  clusters: number,
  pause: Pause,
): Promise<number> {
  const size = labels.length;
  const counts = new Uint32Array(clusters);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  let total = 0;
  const sums = new Float64Array(clusters);
  for (let row = 0; row < size; row++) {
    sums.fill(0);
    for (let other = 0; other < size; other++) {
      const label = labels[other] as number;
      sums[label] = (sums[label] as number) + (distances[row * size + other] as number);
    }
    total += silhouetteOf(labels[row] ?? 0, sums, counts);
    await pause();
  }
  return total / size;
}

/** The silhouette of a row of cluster `own`, from the sums of its distances to each cluster. */
function silhouetteOf(own: number, sums: Float64Array, counts: Uint32Array): number {
  const others = (counts[own] ?? 0) - 1;
  if (others === 0) return 0;
  const within = (sums[own] ?? 0) / others;
  let between = Infinity;
  for (const [label, sum] of sums.entries())
    if (label !== own) between = Math.min(between, sum / (counts[label] ?? 0));
  const longer = Math.max(within, between);
  return longer === 0 ? 0 : (between - within) / longer;
}

/** Euclidean distances of all pairs of rows. */
async function pairDistances(points: Points, pause: Pause): Promise<Float32Array> {
  const { rows, size, dimensions } = points;
  const distances = new Float32Array(size * size);
  const apart = new Float64Array(tile * tile);
  for (let a = 0; a < size; a += tile)
    for (let b = 0; b < size; b += tile) {
      const aCount = Math.min(tile, size - a);
      const bCount = Math.min(tile, size - b);
      squaredDistances(rows, a, aCount, rows, b, bCount, dimensions, apart);
      for (let i = 0; i < aCount; i++)
        for (let j = 0; j < bCount; j++)
          distances[(a + i) * size + b + j] = Math.sqrt(apart[i * bCount + j] as number);
      await pause();
    }
  return distances;
}

/** All points, or a sample of them where they are many. */
function sampled(points: Points): Points {
  const { rows, size, dimensions } = points;
  if (size <= mostSampled) return points;
  const random = new Random('silhouette');
  const order = Uint32Array.from({ length: size }, (_, row) => row);
  const sample = new Float32Array(mostSampled * dimensions);
  for (let place = 0; place < mostSampled; place++) {
    const from = random.integer(place, size - 1);
    const row = order[from] ?? 0;
    order[from] = order[place] ?? 0;
    sample.set(rows.subarray(row * dimensions, (row + 1) * dimensions), place * dimensions);
  }
  return { rows: sample, size: mostSampled, dimensions };
}

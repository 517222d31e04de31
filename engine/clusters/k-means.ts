/**
 * k-means: k clusters, each around the mean of its rows, such that the sum of squared Euclidean
 * distances from rows to their centres (the *inertia*) is small. On rows of length 1 the squared
 * distance of two is 2 − 2 · similarity, so nearness means the same as everywhere else here.
 *
 * Lloyd's algorithm (Lloyd 1982, "Least squares quantization in PCM") from a start by k-means++
 * (Arthur, Vassilvitskii 2007). It ends in a local optimum, so there are several starts and the best
 * is kept. Given the same start it does what scikit-learn's KMeans does with `tol=0`, clusters that
 * become empty included.
 */
import { dot, dotProducts } from '../search/kernel.ts';
import { Random } from '../random.ts';

/** What is clustered. */
export interface Points {
  /** float32 [size × dimensions] */
  rows: Float32Array;
  size: number;
  dimensions: number;
}

export interface Partition {
  /** One label per row, 0 … number of centres − 1. */
  labels: Int32Array;
  /** float32 [clusters × dimensions]: the means. */
  centres: Float32Array;
  /** Sum of the squared distances from rows to their centres. */
  inertia: number;
}

/** Called between slices of work; waiting here lets others run, throwing ends the work. */
export type Pause = () => Promise<void>;

/** Starts of which the best is kept. */
export const starts = 4;
const mostIterations = 300;
/** Rows by centres compared between two pauses: some milliseconds. */
const tile = 128;

/**
 * The best of several starts. There are fewer than `k` clusters where there are fewer different
 * rows, and no empty ones.
 * @param k at least 1
 * @param onStart called when a start is done
 */
export async function kMeans(
  points: Points,
  k: number,
  seed: number,
  pause: Pause,
  onStart: () => void = () => undefined,
): Promise<Partition> {
  const random = new Random('k-means', seed);
  const attempt = async (): Promise<Partition> => {
    const centres = await startCentres(points, k, () => random.next(), pause);
    const found = await lloyd(points, centres, pause);
    onStart();
    return found;
  };
  let best = await attempt();
  for (let start = 1; start < starts; start++) {
    const found = await attempt();
    if (found.inertia < best.inertia) best = found;
  }
  return withoutEmpty(best, points.dimensions);
}

/**
 * k-means++: the first centre is any row, each further one is drawn from the rows with a probability in
 * proportion to its squared distance to the nearest centre so far. Of 2 + ln k rows drawn so, the one
 * that leaves the smallest sum of those distances is taken (the greedy form, which scikit-learn uses as
 * well). Ends early when every row is a centre already.
 * @returns float32 [at most k × dimensions]
 */
export async function startCentres(
  points: Points,
  k: number,
  random: () => number,
  pause: Pause,
): Promise<Float32Array> {
  const { rows, size, dimensions } = points;
  const norms = squaredLengths(rows, size, dimensions);
  const trials = 2 + Math.floor(Math.log(k));
  const chosen: number[] = [];
  let now: Distances = { each: new Float64Array(size).fill(Infinity), total: Infinity };
  let drawnRows = size === 0 ? [] : [Math.floor(random() * size)];
  while (drawnRows.length > 0) {
    let best: { row: number; distances: Distances } | undefined;
    for (const row of drawnRows) {
      const distances = await distancesWith(points, norms, now.each, row, pause);
      if (!best || distances.total < best.distances.total) best = { row, distances };
    }
    if (!best) break;
    chosen.push(best.row);
    now = best.distances;
    const { each, total } = now;
    const done = chosen.length === Math.min(k, size) || total === 0;
    drawnRows = done ? [] : Array.from({ length: trials }, () => drawn(each, random() * total));
  }
  const centres = new Float32Array(chosen.length * dimensions);
  for (const [c, row] of chosen.entries())
    centres.set(rows.subarray(row * dimensions, (row + 1) * dimensions), c * dimensions);
  return centres;
}

/** Squared distances of rows to their nearest centre, and their sum. */
interface Distances {
  each: Float64Array;
  total: number;
}

/** What `distances` become when `centre`, a row, is a centre as well. */
async function distancesWith(
  { rows, size, dimensions }: Points,
  norms: Float64Array,
  distances: Float64Array,
  centre: number,
  pause: Pause,
): Promise<Distances> {
  const each = new Float64Array(size);
  const products = new Float64Array(tile);
  let total = 0;
  for (let a = 0; a < size; a += tile) {
    const count = Math.min(tile, size - a);
    dotProducts(rows, centre, 1, rows, a, count, dimensions, products);
    for (let i = 0; i < count; i++) {
      const apart =
        (norms[a + i] as number) + (norms[centre] as number) - 2 * (products[i] as number);
      const distance = Math.min(distances[a + i] as number, Math.max(0, apart));
      each[a + i] = distance;
      total += distance;
    }
    await pause();
  }
  return { each, total };
}

/** The place at which the running sum of `weights` passes `target`; never one of weight 0. */
function drawn(weights: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (const [place, weight] of weights.entries()) {
    if (weight === 0) continue;
    sum += weight;
    last = place;
    if (sum > target) break;
  }
  return last;
}

/**
 * Lloyd's algorithm: every row to its nearest centre, every centre to the mean of its rows, until no
 * row changes its cluster (or 300 times). Of equally near centres the first one counts. A cluster
 * without rows is given the row that is farthest from its centre; only where there are fewer
 * different rows than centres does it stay empty.
 * @param start float32 [k × dimensions]
 */
export async function lloyd(points: Points, start: Float32Array, pause: Pause): Promise<Partition> {
  const { rows, size, dimensions } = points;
  const norms = squaredLengths(rows, size, dimensions);
  let centres = start.slice();
  let labels = new Int32Array(size).fill(-1);
  for (let iteration = 0; ; iteration++) {
    const near = await nearestCentres(points, norms, centres, pause);
    const changed = near.labels.some((label, row) => label !== labels[row]);
    labels = near.labels;
    if (!changed || iteration === mostIterations) {
      const inertia = near.distances.reduce((sum, distance) => sum + distance, 0);
      return { labels, centres, inertia };
    }
    centres = await means(points, near, centres.length / dimensions, pause);
  }
}

interface Nearest {
  labels: Int32Array<ArrayBuffer>;
  /** Squared, to the centre of the label. */
  distances: Float64Array;
}

async function nearestCentres(
  { rows, size, dimensions }: Points,
  norms: Float64Array,
  centres: Float32Array,
  pause: Pause,
): Promise<Nearest> {
  const k = centres.length / dimensions;
  const centreNorms = squaredLengths(centres, k, dimensions);
  const labels = new Int32Array(size);
  const distances = new Float64Array(size).fill(Infinity);
  const products = new Float64Array(tile * tile);
  for (let a = 0; a < size; a += tile) {
    const aCount = Math.min(tile, size - a);
    for (let b = 0; b < k; b += tile) {
      const bCount = Math.min(tile, k - b);
      dotProducts(rows, a, aCount, centres, b, bCount, dimensions, products);
      for (let i = 0; i < aCount; i++)
        for (let j = 0; j < bCount; j++) {
          // |x − c|² = |x|² + |c|² − 2 x·c, kept from below 0 against rounding.
          const apart =
            (norms[a + i] as number) +
            (centreNorms[b + j] as number) -
            2 * (products[i * bCount + j] as number);
          const distance = Math.max(0, apart);
          if (distance >= (distances[a + i] as number)) continue;
          distances[a + i] = distance;
          labels[a + i] = b + j;
        }
      await pause();
    }
  }
  return { labels, distances };
}

/** The mean of each cluster's rows. Moves rows into empty clusters, but not their labels. */
async function means(
  { rows, size, dimensions }: Points,
  { labels, distances }: Nearest,
  k: number,
  pause: Pause,
): Promise<Float32Array<ArrayBuffer>> {
  const sums = new Float64Array(k * dimensions);
  const counts = new Uint32Array(k);
  const add = (row: number, label: number, sign: 1 | -1): void => {
    counts[label] = (counts[label] as number) + sign;
    const p = label * dimensions;
    const q = row * dimensions;
    for (let d = 0; d < dimensions; d++)
      sums[p + d] = (sums[p + d] as number) + sign * (rows[q + d] as number);
  };
  for (let row = 0; row < size; row++) {
    add(row, labels[row] as number, 1);
    if (row % tile === 0) await pause();
  }
  const empty = [...counts.keys()].filter((label) => counts[label] === 0);
  if (empty.length > 0) {
    const farthest = [...distances.keys()]
      .filter((row) => (distances[row] as number) > 0)
      .sort((a, b) => (distances[b] as number) - (distances[a] as number) || a - b);
    for (const row of farthest) {
      if (empty.length === 0) break;
      // The only row of a cluster would leave that one empty in turn.
      if ((counts[labels[row] as number] as number) < 2) continue;
      add(row, labels[row] as number, -1);
      add(row, empty.shift() ?? 0, 1);
    }
  }
  return Float32Array.from(sums, (sum, i) => {
    const count = counts[Math.floor(i / dimensions)] as number;
    return count === 0 ? 0 : sum / count;
  });
}

/** The same with the clusters numbered anew that have rows. */
function withoutEmpty({ labels, centres, inertia }: Partition, dimensions: number): Partition {
  const used = [...new Set(labels)].sort((a, b) => a - b);
  const numberOf = new Map(used.map((label, number) => [label, number]));
  const kept = new Float32Array(used.length * dimensions);
  for (const [number, label] of used.entries())
    kept.set(centres.subarray(label * dimensions, (label + 1) * dimensions), number * dimensions);
  return { labels: labels.map((label) => numberOf.get(label) ?? 0), centres: kept, inertia };
}

/**
 * The cluster that a vector from outside falls into: the place of its nearest centre, of equally near
 * ones the first; −1 where there are no centres.
 * @param vector float32 [dimensions]
 * @param centres float32 [clusters × dimensions]
 */
export function nearestCentre(vector: Float32Array, centres: Float32Array): number {
  const dimensions = vector.length;
  let nearest = -1;
  let least = Infinity;
  for (let c = 0; (c + 1) * dimensions <= centres.length; c++) {
    // |x − c|² without |x|², which is the same for all.
    const distance =
      dot(centres, c, centres, c, dimensions) - 2 * dot(vector, 0, centres, c, dimensions);
    if (distance >= least) continue;
    least = distance;
    nearest = c;
  }
  return nearest;
}

function squaredLengths(rows: Float32Array, size: number, dimensions: number): Float64Array {
  return Float64Array.from({ length: size }, (_, row) => dot(rows, row, rows, row, dimensions));
}

/**
 * From labels to clusters as people see them: largest first, each with its medoid as cover and its
 * photos ordered by similarity to the cover.
 *
 * This is what a move of the ε slider waits for, so the loops take four rows at a time, and nothing that
 * is done for every photo goes through a callback: `from` and `map` of typed arrays take ten times as long.
 */
import { dot } from '../search/kernel.ts';
import { similarityOf, type Metric } from '../search/metric.ts';
import { noise } from './cut.ts';

export interface Cluster {
  /** Photo ids: the cover first, then by similarity to it, ties by id. */
  photoIds: Uint32Array;
  /** Similarity of each to the cover; the cover's own is 1. */
  similarities: Float32Array;
}

/** Rows with their photo ids. */
interface Rows {
  /** Rising. */
  ids: Uint32Array;
  /** float32 [any × dimensions], as the metric wants them. */
  rows: Float32Array;
  dimensions: number;
  metric: Metric;
}

/** Clusters that were described, by their first row, to be taken again where they are the same rows. */
export type Described = Map<number, { group: Uint32Array; cluster: Cluster }>;

/**
 * @param labels one per row: 0 … clusters − 1, `noise`, or `unknown` for those that are left out
 * @param ids photo ids of the rows, rising
 * @param rows float32 [labels.length × dimensions], as the metric wants them
 * @param described what was described last of the same rows; becomes what is described now. Most
 *   clusters are the same at the next ε.
 */
export function describeClusters(
  labels: Int32Array,
  ids: Uint32Array,
  rows: Float32Array,
  dimensions: number,
  metric: Metric = 'cosine',
  described: Described = new Map(),
): { clusters: Cluster[]; noise: Uint32Array } {
  const all = { ids, rows, dimensions, metric };
  const before = new Map(described);
  described.clear();
  const clusters = membersOf(labels).map((group) => {
    const first = group[0] as number;
    const known = before.get(first);
    const cluster = known && isSame(known.group, group) ? known.cluster : describe(group, all);
    described.set(first, { group, cluster });
    return cluster;
  });
  // Equal sizes: the cover with the smaller id first, so that the order never flickers.
  clusters.sort(
    (a, b) => b.photoIds.length - a.photoIds.length || (a.photoIds[0] ?? 0) - (b.photoIds[0] ?? 0),
  );
  return { clusters, noise: ids.filter((_, row) => labels[row] === noise) };
}

/** The rows of each label, rising; labels without rows are left out. */
function membersOf(labels: Int32Array): Uint32Array[] {
  const counts: number[] = [];
  for (const label of labels) if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
  const groups = Array.from(counts, (count: number | undefined) => new Uint32Array(count ?? 0));
  const filled = new Uint32Array(groups.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    if (label < 0) continue;
    const place = filled[label] as number;
    (groups[label] as Uint32Array)[place] = row;
    filled[label] = place + 1;
  }
  return groups.filter((group) => group.length > 0);
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function describe(group: Uint32Array, all: Rows): Cluster {
  const similarities = similaritiesTo(medoid(group, all), group, all);
  const order = mostSimilarFirst(similarities);
  const photoIds = new Uint32Array(group.length);
  const inOrder = new Float32Array(group.length);
  for (let i = 0; i < group.length; i++) {
    const place = order[i] as number;
    photoIds[i] = all.ids[group[place] as number] as number;
    inOrder[i] = Math.min(1, similarities[place] as number);
  }
  return { photoIds, similarities: inOrder };
}

/** Of rows to their cover; ∞ of the cover itself, so that it is the first. */
function similaritiesTo(cover: number, group: Uint32Array, all: Rows): Float32Array {
  const { rows, dimensions, metric } = all;
  const similarities = new Float32Array(group.length);
  if (metric === 'cosine') {
    const vector = Float64Array.from(rows.subarray(cover * dimensions, (cover + 1) * dimensions));
    const exact = new Float64Array(group.length);
    products(vector, group, all, exact);
    similarities.set(exact);
  } else
    for (const [place, row] of group.entries())
      similarities[place] = similarityOf(metric, rows, cover, rows, row, dimensions);
  similarities[group.indexOf(cover)] = Infinity;
  return similarities;
}

/**
 * Places in the order of falling similarity, of equal ones the first place first. The sorting is that of
 * plain numbers, which is many times as fast as one that compares: the bits of a float32 in the order of
 * its value, and the place behind them, are a whole number below 2⁵³.
 */
function mostSimilarFirst(similarities: Float32Array): Uint32Array {
  const bits = new Uint32Array(similarities.slice().buffer);
  const keys = new Float64Array(bits.length);
  for (let place = 0; place < bits.length; place++) {
    const value = bits[place] as number;
    const rising = value >>> 31 ? ~value >>> 0 : (value | 0x8000_0000) >>> 0;
    keys[place] = (0xffff_ffff - rising) * mostPlaces + place;
  }
  keys.sort();
  for (let i = 0; i < bits.length; i++) {
    const key = keys[i] as number;
    bits[i] = key - Math.floor(key / mostPlaces) * mostPlaces;
  }
  return bits;
}

/** The most photos of one cluster. */
const mostPlaces = 2 ** 21;

/**
 * The row that is most similar to all rows of the group. By cosine, that is the highest sum of
 * similarities: as the similarity is a dot product, that sum is the dot product with the sum of the
 * rows, and one pass is enough. By Euclidean distance it is the lowest sum of *squared* distances, for
 * the same reason: to all rows y it is n |x|² − 2 x·Σy + Σ|y|², of which only the last part is common.
 */
function medoid(group: Uint32Array, all: Rows): number {
  const { rows, dimensions, metric } = all;
  let best = 0;
  let bestSum = -Infinity;
  const sums = new Float64Array(group.length);
  products(sumOf(group, all), group, all, sums);
  for (let place = 0; place < group.length; place++) {
    const row = group[place] as number;
    const squares =
      metric === 'cosine' ? 0 : (group.length * dot(rows, row, rows, row, dimensions)) / 2;
    const sum = (sums[place] as number) - squares;
    if (sum <= bestSum) continue;
    bestSum = sum;
    best = row;
  }
  return best;
}

/** float64 [dimensions] */
function sumOf(group: Uint32Array, { rows, dimensions }: Rows): Float64Array {
  const sum = new Float64Array(dimensions);
  const rowAt = (place: number): number => (group[place] as number) * dimensions;
  let i = 0;
  for (; i + 4 <= group.length; i += 4)
    addFour(sum, rows, rowAt(i), rowAt(i + 1), rowAt(i + 2), rowAt(i + 3));
  for (; i < group.length; i++) {
    const a = rowAt(i);
    for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] as number) + (rows[a + d] as number);
  }
  return sum;
}

/** Adds the four rows that begin at these places. */
function addFour(
  sum: Float64Array,
  rows: Float32Array,
  a: number,
  b: number,
  c: number,
  e: number,
): void {
  for (let d = 0; d < sum.length; d++)
    sum[d] =
      (sum[d] as number) +
      (rows[a + d] as number) +
      (rows[b + d] as number) +
      (rows[c + d] as number) +
      (rows[e + d] as number);
}

/** The dot products of a vector and each row of a group, summed from first to last. */
function products(
  vector: Float64Array,
  group: Uint32Array,
  { rows, dimensions }: Rows,
  out: Float64Array,
): void {
  const four = new Float64Array(4);
  const last = group.length - 1;
  const rowAt = (place: number): number => (group[Math.min(last, place)] as number) * dimensions;
  for (let i = 0; i <= last; i += 4) {
    multiplyFour(vector, rows, rowAt(i), rowAt(i + 1), rowAt(i + 2), rowAt(i + 3), four);
    for (let k = 0; k < 4 && i + k <= last; k++) out[i + k] = four[k] as number;
  }
}

/** Dot products of a vector with the four rows that begin at these places. */
function multiplyFour(
  vector: Float64Array,
  rows: Float32Array,
  a: number,
  b: number,
  c: number,
  e: number,
  out: Float64Array,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let d = 0; d < vector.length; d++) {
    const x = vector[d] as number;
    s0 += x * (rows[a + d] as number);
    s1 += x * (rows[b + d] as number);
    s2 += x * (rows[c + d] as number);
    s3 += x * (rows[e + d] as number);
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
}

/**
 * From labels to clusters as people see them: largest first, each with its medoid as cover and its
 * photos ordered by similarity to the cover.
 *
 * This is what a move of the ε slider waits for, so what was described last is used again (see
 * `measured.ts` too), and nothing that is done for every photo goes through a callback.
 */
import type { Metric } from '../search/metric.ts';
import { noise } from './cut.ts';
import { measure, type Measured } from './measured.ts';

export interface Cluster {
  /** Photo ids: the cover first, then by similarity to it, ties by id. */
  photoIds: Uint32Array;
  /** Similarity of each to the cover; the cover's own is 1. */
  similarities: Float32Array;
}

/** Clusters that were described, by their first row, to be taken again where they are the same rows. */
export type Described = Map<number, OneDescribed>;

interface OneDescribed {
  group: Uint32Array;
  cluster: Cluster;
  /** Of large ones. */
  measured: Measured | undefined;
}

/** What is measured of smaller clusters is not kept: to measure them again takes no time. */
const leastKept = 500;

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
  const all = { rows, dimensions, metric };
  const before = new Map(described);
  described.clear();
  const lastOf = lastByLabel(before, labels);
  const clusters = membersOf(labels).map((group) => {
    const first = group[0] as number;
    const known = before.get(first);
    if (known && isSame(known.group, group)) {
      described.set(first, known);
      return known.cluster;
    }
    const measured = measure(group, all, lastOf.get(labels[first] as number));
    const cluster = describe(measured, ids);
    // Only by cosine are sums the same whichever way they came about, see measured.ts.
    const isKept = metric === 'cosine' && group.length >= leastKept;
    described.set(first, { group, cluster, measured: isKept ? measured : undefined });
    return cluster;
  });
  // Equal sizes: the cover with the smaller id first, so that the order never flickers.
  clusters.sort(
    (a, b) => b.photoIds.length - a.photoIds.length || (a.photoIds[0] ?? 0) - (b.photoIds[0] ?? 0),
  );
  return { clusters, noise: idsOfNoise(labels, ids) };
}

/** For each label, the largest cluster measured last whose cover has that label now. */
function lastByLabel(before: Described, labels: Int32Array): Map<number, Measured> {
  const last = new Map<number, Measured>();
  for (const { measured } of before.values()) {
    if (!measured) continue;
    const label = labels[measured.cover] as number;
    const known = last.get(label);
    if (!known || known.group.length < measured.group.length) last.set(label, measured);
  }
  return last;
}

function idsOfNoise(labels: Int32Array, ids: Uint32Array): Uint32Array {
  const found = new Uint32Array(labels.length);
  let count = 0;
  for (let row = 0; row < labels.length; row++)
    if (labels[row] === noise) found[count++] = ids[row] as number;
  return found.slice(0, count);
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

function describe({ group, similarities }: Measured, ids: Uint32Array): Cluster {
  const order = mostSimilarFirst(similarities);
  const photoIds = new Uint32Array(group.length);
  const inOrder = new Float32Array(group.length);
  for (let i = 0; i < group.length; i++) {
    const place = order[i] as number;
    photoIds[i] = ids[group[place] as number] as number;
    inOrder[i] = Math.min(1, similarities[place] as number);
  }
  return { photoIds, similarities: inOrder };
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

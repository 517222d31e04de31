/**
 * What is measured of a group of rows: the sum of them, the row that becomes its cover, and how similar
 * all are to that. Each needs all rows again, 1 KB of each, so of a group that is nearly one that was
 * measured before, as at the next place of the ε slider, only what came and went is looked at.
 *
 * The loops take four rows at a time, and nothing that is done for every row goes through a callback:
 * `from` and `map` of typed arrays take ten times as long.
 */
import { dot } from '../search/kernel.ts';
import { similarityOf, type Metric } from '../search/metric.ts';

export interface Rows {
  /** float32 [any × dimensions], as the metric wants them. */
  rows: Float32Array;
  dimensions: number;
  metric: Metric;
}

export interface Measured {
  /** The rows, rising. */
  group: Uint32Array;
  /** float64 [dimensions] */
  sum: Float64Array;
  /** The row that is the medoid. */
  cover: number;
  /** Of each row of the group to the cover; ∞ of the cover itself, so that it is the first. */
  similarities: Float32Array;
}

/** @param before a group of the same rows that may be nearly this one */
export function measure(group: Uint32Array, all: Rows, before?: Measured): Measured {
  const change = before && changeBetween(before.group, group);
  const near = change && 2 * change.rows <= group.length ? { ...change, before } : undefined;
  const sum = near ? changedSum(near, all) : sumOf(group, all);
  const cover = medoid(group, sum, all);
  const similarities =
    near?.before.cover === cover
      ? changedSimilarities(group, near, all)
      : similaritiesTo(cover, group, all);
  return { group, sum, cover, similarities };
}

/** What came to a group and what went. */
interface Change {
  /** Rows that came, and where they are in the group. */
  came: Uint32Array;
  places: Uint32Array;
  went: Uint32Array;
  /** Of each row of the group, where it was before, or −1. */
  from: Int32Array;
  /** Rows that came or went. */
  rows: number;
}

function changeBetween(before: Uint32Array, now: Uint32Array): Change {
  const came = new Uint32Array(now.length);
  const places = new Uint32Array(now.length);
  const went = new Uint32Array(before.length);
  const from = new Int32Array(now.length).fill(-1);
  let [comers, goers, old] = [0, 0, 0];
  for (let place = 0; place < now.length; place++) {
    const row = now[place] as number;
    while (old < before.length && (before[old] as number) < row)
      went[goers++] = before[old++] as number;
    if (old < before.length && before[old] === row) from[place] = old++;
    else {
      came[comers] = row;
      places[comers++] = place;
    }
  }
  while (old < before.length) went[goers++] = before[old++] as number;
  return {
    came: came.subarray(0, comers),
    places: places.subarray(0, comers),
    went: went.subarray(0, goers),
    from,
    rows: comers + goers,
  };
}

type Near = Change & { before: Measured };

function changedSum({ came, went, before }: Near, all: Rows): Float64Array {
  const more = sumOf(came, all);
  const less = sumOf(went, all);
  return before.sum.map((x, d) => x + (more[d] as number) - (less[d] as number));
}

function changedSimilarities(group: Uint32Array, near: Near, all: Rows): Float32Array {
  const { came, places, from, before } = near;
  const similarities = new Float32Array(group.length);
  for (let place = 0; place < from.length; place++) {
    const old = from[place] as number;
    if (old >= 0) similarities[place] = before.similarities[old] as number;
  }
  const ofComers = similaritiesTo(before.cover, came, all);
  for (let i = 0; i < places.length; i++) similarities[places[i] as number] = ofComers[i] as number;
  return similarities;
}

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
  const own = group.indexOf(cover);
  if (own !== -1) similarities[own] = Infinity;
  return similarities;
}

/**
 * The row that is most similar to all rows of the group. By cosine, that is the highest sum of
 * similarities: as the similarity is a dot product, that sum is the dot product with the sum of the
 * rows, and one pass is enough. By Euclidean distance it is the lowest sum of *squared* distances, for
 * the same reason: to all rows y it is n |x|² − 2 x·Σy + Σ|y|², of which only the last part is common.
 */
function medoid(group: Uint32Array, sum: Float64Array, all: Rows): number {
  const { rows, dimensions, metric } = all;
  let best = 0;
  let bestSum = -Infinity;
  const sums = new Float64Array(group.length);
  products(sum, group, all, sums);
  for (let place = 0; place < group.length; place++) {
    const row = group[place] as number;
    const squares =
      metric === 'cosine' ? 0 : (group.length * dot(rows, row, rows, row, dimensions)) / 2;
    const own = (sums[place] as number) - squares;
    if (own <= bestSum) continue;
    bestSum = own;
    best = row;
  }
  return best;
}

/**
 * Added to a number and taken away again, it rounds that to a multiple of 2⁻³⁵. Sums of such multiples
 * are exact up to 2¹⁸, so that they are the same in whatever order rows came to them and went.
 */
const rounder = 1.5 * 2 ** (52 - 35);

/** The sum of some rows, each number rounded: float64 [dimensions]. */
function sumOf(group: Uint32Array, { rows, dimensions }: Rows): Float64Array {
  const sum = new Float64Array(dimensions);
  const rowAt = (place: number): number => (group[place] as number) * dimensions;
  let i = 0;
  for (; i + 4 <= group.length; i += 4)
    addFour(sum, rows, rowAt(i), rowAt(i + 1), rowAt(i + 2), rowAt(i + 3));
  for (; i < group.length; i++) {
    const a = rowAt(i);
    for (let d = 0; d < dimensions; d++)
      sum[d] = (sum[d] as number) + ((rows[a + d] as number) + rounder - rounder);
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
      ((rows[a + d] as number) + rounder - rounder) +
      ((rows[b + d] as number) + rounder - rounder) +
      ((rows[c + d] as number) + rounder - rounder) +
      ((rows[e + d] as number) + rounder - rounder);
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

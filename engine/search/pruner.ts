/**
 * Finds the nearest rows of a query with a sketch of them: bounds on all similarities first, of a few
 * queries at once; then the rows of the best bounds are looked at, and what is found there rules out
 * most of the others. Whatever is left is multiplied as always, so results are the same to the last
 * digit.
 */
import { similaritiesOf } from './metric.ts';
import type { Search } from './nearest.ts';
import { groupsWith, lastProduct, packedRows, rowsWith, sumsAtOnce } from './packed-products.ts';
import { mostQueries, type SharedSketch, type Sketch, type SketchedQuery } from './sketch.ts';
import { Top } from './top.ts';
import type { Follower, Vectors } from './vectors.ts';

/** Rows that are looked at first, for each result that is kept: those of the best bounds. */
const seedsPerResult = 4;
const leastSeeds = 128;
/** Room for groups among which the best are, for each of those. */
const roomPerSeed = 8;
/** How many times as many rows are multiplied at first, should many have equally good bounds. */
const mostTimesSeeds = 4;
/** With fewer rows than this for each seed, a sketch does not pay. */
const rowsPerSeed = 8;
/** Whether a search pays is judged by the rows of this many groups, evenly spread. */
const sampleSize = 170;
/** What the second bound of a row costs, and refining it, in parts of what multiplying it does. */
const boundedCost = 0.05;
const refinedCost = 0.2;
/**
 * A search that would cost more than this part of looking at all rows does not pay. Together, looking
 * at all is half the work for each.
 */
const largestCost = { alone: 0.85, together: 0.4 };
type Way = keyof typeof largestCost;
/** After so many searches in a row that did not pay, only every so many-th is tried. */
const patience = 8;
/** Groups whose rows in question are looked at together. */
const groupsAtOnce = 1024;
/** Bytes that the first bounds of queries may take. */
const mostBytes = 16e6;
/** Rows multiplied at a time. */
const atOnce = 64;

/** A search that is tried with the sketch. */
interface Tried {
  search: Search;
  query: SketchedQuery;
  /** The first bounds of all rows. */
  bounds: Float64Array;
  /** The similarity that a row must reach to be of interest. */
  reached: number;
}

const none = new Float64Array(0);

/**
 * The first bounds of all rows, packed, for each of the queries that are looked for together: those of
 * whichever pruner searches, as there is one search at a time.
 */
let allBounds = new Float64Array(0);

export class Pruner implements Follower {
  readonly #vectors: Vectors;
  readonly #sketch: Sketch;
  /** Searches that did not pay since the last one that did; from `patience` on, those not tried count too. */
  readonly #unpaid = { alone: 0, together: 0 };
  /** Rows in question, and their bounds. */
  readonly #candidates = new Int32Array(packedRows * groupsAtOnce);
  readonly #bounded = new Float64Array(packedRows * groupsAtOnce);
  /** Groups with such rows, and their bounds; there is room for the last four. */
  readonly #groups = new Int32Array(groupsAtOnce);
  readonly #sums = new Float64Array(groupsAtOnce + 3);
  readonly #sample = new Float64Array(sampleSize);
  readonly #products = new Float64Array(atOnce);
  /** Sums of the groups whose last row has a good bound. */
  #better = new Float64Array(0);

  constructor(vectors: Vectors, sketch: Sketch) {
    this.#vectors = vectors;
    this.#sketch = sketch;
  }

  /** The sketch for another thread, or undefined while searches with it do not pay. */
  get shared(): SharedSketch | undefined {
    return this.#unpaid.together < patience ? this.#sketch.shared : undefined;
  }

  added(): void {
    // Before it has caught up, rows wait for their turn.
    if (this.size === this.#vectors.size - 1) this.catchUp(1);
  }

  inserted(row: number): void {
    this.#sketch.truncate(row);
  }

  removed(rows: readonly number[]): void {
    this.#sketch.remove(rows);
  }

  /**
   * Sketches the next rows that are not yet.
   * @returns whether it got anywhere
   */
  catchUp(count: number): boolean {
    const from = this.size;
    const to = Math.min(from + count, this.#vectors.size);
    this.#sketch.reserve(this.#vectors.room);
    while (this.size < to && this.#sketch.add(this.#vectors.row(this.size)));
    return this.size > from;
  }

  /** Rows that it finds among: the first ones. */
  get size(): number {
    return this.#sketch.size;
  }

  /**
   * Looks for the nearest among the rows that are sketched.
   * @param k results that each search keeps
   * @returns the searches that are done; of the others, which would not pay or are of too long a
   * query, nothing is found
   */
  search(searches: readonly Search[], k: number): Set<Search> {
    const done = new Set<Search>();
    const seeds = Math.max(leastSeeds, seedsPerResult * k);
    if (this.size < seeds * rowsPerSeed) return done;
    const way = searches.length < sumsAtOnce.queries ? 'alone' : 'together';
    const fitting = Math.floor(mostBytes / (8 * this.#sketch.boundsStride * sumsAtOnce.queries));
    const most = Math.min(mostQueries, Math.max(1, fitting) * sumsAtOnce.queries);
    let together: Tried[] = [];
    for (const [place, search] of searches.entries()) {
      const query = this.#isTried(way) ? this.#sketch.query(search.vector) : undefined;
      if (query) together.push({ search, query, bounds: none, reached: -Infinity });
      if (together.length < most && place < searches.length - 1) continue;
      for (const paid of this.#searchSome(together, k, seeds, way)) done.add(paid.search);
      together = [];
    }
    return done;
  }

  /** Whether a search is tried at all, after those that did not pay. */
  #isTried(way: Way): boolean {
    return this.#unpaid[way] < patience || (this.#unpaid[way] += 1) % patience === 0;
  }

  /** @returns those that are done; the others would not pay, and nothing is found of them */
  #searchSome(tried: Tried[], k: number, seeds: number, way: Way): Tried[] {
    this.#bound(tried);
    const paid = tried.filter((one) => {
      one.reached = Math.max(this.#seed(one, k, seeds), one.search.least);
      const pays = this.#pays(one, way);
      if (pays) this.#unpaid[way] = 0;
      else if (this.#unpaid[way] < patience) this.#unpaid[way] += 1;
      return pays;
    });
    // All look at the same groups one after the other, while these are near.
    const { groups } = this.#sketch;
    for (let start = 0; start < groups; start += groupsAtOnce) {
      const end = Math.min(start + groupsAtOnce, groups);
      for (const one of paid) {
        const { search, query, bounds, reached } = one;
        const bound = this.#sketch.least(query, reached);
        const count = groupsWith(bounds, start, end, bound.first, this.#groups);
        const { left } = this.#inQuestion(one, count, bound.both);
        this.#multiply(search, this.#candidates.subarray(0, left));
        one.reached = Math.max(reached, search.top.threshold, search.least);
      }
    }
    return paid;
  }

  /** Finds the first bounds; they are valid until the next call. */
  #bound(tried: readonly Tried[]): void {
    const { boundsStride } = this.#sketch;
    const most = Math.ceil(tried.length / sumsAtOnce.queries) * sumsAtOnce.queries;
    const needed = boundsStride * (tried.length < sumsAtOnce.queries ? tried.length : most);
    if (allBounds.length < needed) allBounds = new Float64Array(Math.ceil(needed * 1.2));
    const queries = tried.map(({ query }) => query);
    this.#sketch.firstBounds(queries, allBounds);
    for (const [place, one] of tried.entries())
      one.bounds = allBounds.subarray(place * boundsStride, (place + 1) * boundsStride);
  }

  /**
   * Finds the rows of the first of `#groups` whose product may reach `reached`, to `#candidates`.
   * @returns how many are left by the packed blocks, and by all
   */
  #inQuestion(
    { query, bounds, reached }: Tried,
    count: number,
    bound: number,
  ): { refined: number; left: number } {
    const sketch = this.#sketch;
    const sums = this.#sums;
    sketch.secondBounds(query, this.#groups, count, bounds, sums);
    const refined = this.#rowsOf(count, sums, bound);
    const left = sketch.refine(query, this.#candidates, refined, this.#bounded, reached);
    return { refined, left };
  }

  /** The rows of the first of `#groups` with at least this product, to `#candidates` and `#bounded`. */
  #rowsOf(groups: number, sums: Float64Array, least: number): number {
    const rows = this.#candidates;
    let count = rowsWith(this.#groups, groups, sums, least, rows, this.#bounded);
    // The last group may have room for more rows than there are.
    while (count > 0 && (rows[count - 1] as number) >= this.size) count -= 1;
    return count;
  }

  /**
   * Multiplies about as many rows as `seeds`, those of the best bounds.
   * @returns the similarity that the k-th best of them has
   */
  #seed({ search, bounds }: Tried, k: number, seeds: number): number {
    const { groups } = this.#sketch;
    const trial = { ...search, top: new Top(k) };
    const level = this.#levelOf(bounds, Math.ceil(seeds / packedRows));
    for (let start = 0, left = mostTimesSeeds * seeds; start < groups && left > 0;) {
      const end = Math.min(start + groupsAtOnce, groups);
      const some = groupsWith(bounds, start, end, level, this.#groups);
      for (let i = 0; i < some; i++) this.#sums[i] = bounds[this.#groups[i] as number] as number;
      const count = this.#rowsOf(some, this.#sums, level);
      this.#multiply(trial, this.#candidates.subarray(0, count));
      left -= count;
      start = end;
    }
    return trial.top.threshold;
  }

  /** The bound that `count` rows reach, of the last row of each group, which is quickest to tell. */
  #levelOf(bounds: Float64Array, count: number): number {
    const groups = Math.floor(this.#sketch.size / packedRows);
    const room = roomPerSeed * count;
    if (this.#better.length < room) this.#better = new Float64Array(room);
    const better = this.#better.subarray(0, room);
    const found = highest(bounds, groups, count, better);
    const sorted = better.subarray(0, found).sort();
    return lastProduct(sorted[Math.max(0, found - count)] ?? 0);
  }

  /** Whether less work is left than looking at all rows would be, judged by some of them. */
  #pays(tried: Tried, way: Way): boolean {
    const { query, bounds, reached } = tried;
    const { groups } = this.#sketch;
    const step = Math.ceil(groups / sampleSize);
    // All whole groups, so that there is a row at each place.
    const sampled = Math.floor((groups - 1) / step);
    for (let i = 0; i < sampled; i++) this.#sample[i] = bounds[i * step] as number;
    const bound = this.#sketch.least(query, reached);
    const some = groupsWith(this.#sample, 0, sampled, bound.first, this.#groups);
    for (let i = 0; i < some; i++) this.#groups[i] = (this.#groups[i] as number) * step;
    const { refined, left } = this.#inQuestion(tried, some, bound.both);
    const cost = packedRows * some * boundedCost + refined * refinedCost + left;
    return cost < packedRows * sampled * largestCost[way];
  }

  /** Multiplies some rows with the query of a search, and adds to what it found. */
  #multiply({ vector, top, least, isResult }: Search, which: Int32Array): void {
    const { ids, rows, dimensions, metric } = this.#vectors;
    for (let start = 0; start < which.length; start += atOnce) {
      const some = which.subarray(start, start + atOnce);
      similaritiesOf(metric, vector, 0, rows, some, dimensions, this.#products);
      for (let i = 0; i < some.length; i++) {
        const similarity = this.#products[i] ?? NaN;
        if (similarity < Math.max(top.threshold, least)) continue;
        const id = ids[some[i] as number] ?? 0;
        if (isResult(id)) top.add(id, similarity);
      }
    }
  }
}

/**
 * Gathers some of the first `size` numbers, with the `count` highest among them.
 * @param out [some times `count`]
 * @returns how many
 */
function highest(numbers: Float64Array, size: number, count: number, out: Float64Array): number {
  const room = out.length;
  let least = -Infinity;
  let found = 0;
  for (let i = 0; i < size; i++) {
    const number = numbers[i] as number;
    if (number < least) continue;
    out[found++] = number;
    if (found < room) continue;
    // To sort them now and then takes less than to keep the best in order all the time.
    out.sort().copyWithin(0, room - count);
    found = count;
    least = out[0] as number;
  }
  return found;
}

/**
 * Finds the nearest rows of a query with a sketch of them: bounds on all similarities first, of a few
 * queries at once; then the rows of the best bounds are looked at, and what is found there rules out
 * most of the others. Whatever is left is multiplied as always, so results are the same to the last
 * digit.
 */
import { dotProductsOf } from './kernel.ts';
import type { Search } from './nearest.ts';
import { packedQueries } from './packed-products.ts';
import type { SharedSketch, Sketch, SketchedQuery } from './sketch.ts';
import { Top } from './top.ts';
import type { Follower, Vectors } from './vectors.ts';

/** Rows that are looked at first, for each result that is kept: those of the best bounds. */
const seedsPerResult = 4;
const leastSeeds = 128;
/** Room for rows among which the best are, for each of those. */
const roomPerSeed = 8;
/** More than there are rows. */
const rowField = 2 ** 31;
/** With fewer rows than this for each seed, a sketch does not pay. */
const rowsPerSeed = 8;
/** Whether a search pays is judged by this many rows, evenly spread. */
const sampleSize = 512;
/** What refining a row costs, in parts of what multiplying it does. */
const refinedCost = 0.25;
/**
 * A search that would cost more than this part of looking at all rows does not pay. Together, looking
 * at all is half the work for each.
 */
const largestCost = { alone: 0.85, together: 0.4 };
type Way = keyof typeof largestCost;
/** After so many searches in a row that did not pay, only every so many-th is tried. */
const patience = 16;
/** Rows in question that are looked at together. */
const refinedAtOnce = 1024;
/** Rows multiplied at a time. */
const atOnce = 64;

export class Pruner implements Follower {
  readonly #vectors: Vectors;
  readonly #sketch: Sketch;
  /** The first bounds of all rows, for each of the queries that are looked for together. */
  readonly #bounds: Int32Array[] = [];
  /** Searches since the last one that paid. */
  readonly #unpaid = { alone: 0, together: 0 };
  readonly #candidates = new Int32Array(refinedAtOnce);
  readonly #products = new Float64Array(atOnce);
  /** Rows of good bounds, in one number each: the bound · `rowField` + the row. */
  #better = new Float64Array(0);

  constructor(vectors: Vectors, sketch: Sketch) {
    this.#vectors = vectors;
    this.#sketch = sketch;
  }

  /** The sketch for another thread, or undefined while searches with it do not pay. */
  get shared(): SharedSketch | undefined {
    return this.#unpaid.together > patience ? undefined : this.#sketch.shared;
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
    const way = searches.length < packedQueries ? 'alone' : 'together';
    let together: { search: Search; query: SketchedQuery }[] = [];
    for (const [place, search] of searches.entries()) {
      const query = this.#isTried(way) ? this.#sketch.query(search.vector) : undefined;
      if (query) together.push({ search, query });
      if (together.length < packedQueries && place < searches.length - 1) continue;
      const bounds = this.#firstBounds(together.map((one) => one.query));
      for (const [i, one] of together.entries())
        if (this.#searchOne(one.search, one.query, bounds[i] ?? new Int32Array(), k, seeds, way)) {
          done.add(one.search);
          this.#unpaid[way] = 0;
        }
      together = [];
    }
    return done;
  }

  /** Whether a search is tried at all, after those that did not pay. */
  #isTried(way: Way): boolean {
    const unpaid = (this.#unpaid[way] += 1);
    return unpaid <= patience || unpaid % patience === 0;
  }

  #firstBounds(queries: readonly SketchedQuery[]): Int32Array[] {
    const { size } = this.#sketch;
    const bounds = queries.map((_, place) => {
      const before = this.#bounds[place];
      if (before && before.length >= size + 2) return before;
      return (this.#bounds[place] = new Int32Array(Math.ceil(size * 1.2) + 2));
    });
    this.#sketch.firstBounds(queries, bounds);
    return bounds;
  }

  /** @returns false when it would not pay; nothing is found then */
  #searchOne(
    search: Search,
    query: SketchedQuery,
    bounds: Int32Array,
    k: number,
    seeds: number,
    way: Way,
  ): boolean {
    const sketch = this.#sketch;
    const { size } = sketch;
    const trial = { ...search, top: new Top(k) };
    this.#multiply(trial, this.#best(bounds, seeds));
    let reached = Math.max(trial.top.threshold, search.least);
    if (!this.#pays(query, bounds, reached, way)) return false;

    const { top, least } = search;
    const candidates = this.#candidates;
    for (let next = 0; next < size;) {
      const bound = int32(sketch.leastBound(query, reached));
      let count = 0;
      for (; next < size && count < refinedAtOnce; next++) {
        // Written in any case, which is quicker than to ask.
        candidates[count] = next;
        count += at(bounds, next) >= bound ? 1 : 0;
      }
      const left = sketch.refine(query, candidates, count, bounds, reached);
      this.#multiply(search, candidates.subarray(0, left));
      reached = Math.max(reached, top.threshold, least);
    }
    return true;
  }

  /** The rows with the best bounds, best first. */
  #best(bounds: Int32Array, count: number): Int32Array {
    const { size } = this.#sketch;
    if (this.#better.length < roomPerSeed * count)
      this.#better = new Float64Array(roomPerSeed * count);
    const better = this.#better;
    let threshold = -(2 ** 31);
    let found = 0;
    for (let row = 0; row < size; row++) {
      const bound = at(bounds, row);
      if (bound <= threshold) continue;
      better[found++] = bound * rowField + row;
      if (found < better.length) continue;
      // To sort them now and then takes less than to keep the best in order all the time.
      better.sort().copyWithin(0, found - count);
      found = count;
      threshold = Math.floor((better[0] ?? 0) / rowField) | 0;
    }
    const best = better.subarray(0, found).sort().reverse().subarray(0, count);
    return Int32Array.from(best, (key) => key - Math.floor(key / rowField) * rowField);
  }

  /** Whether less work is left than looking at all rows would be, judged by some of them. */
  #pays(query: SketchedQuery, bounds: Int32Array, reached: number, way: Way): boolean {
    const { size } = this.#sketch;
    const bound = this.#sketch.leastBound(query, reached);
    const step = Math.ceil(size / sampleSize);
    let count = 0;
    for (let row = 0; row < size; row += step)
      if (at(bounds, row) >= bound) this.#candidates[count++] = row;
    const left = this.#sketch.refine(query, this.#candidates, count, bounds, reached);
    return count * refinedCost + left < (size / step) * largestCost[way];
  }

  /** Multiplies some rows with the query of a search, and adds to what it found. */
  #multiply({ vector, top, least, isResult }: Search, which: Int32Array): void {
    const { ids, rows, dimensions } = this.#vectors;
    for (let start = 0; start < which.length; start += atOnce) {
      const some = which.subarray(start, start + atOnce);
      dotProductsOf(vector, 0, rows, some, dimensions, this.#products);
      for (let i = 0; i < some.length; i++) {
        const similarity = this.#products[i] ?? NaN;
        if (similarity < Math.max(top.threshold, least)) continue;
        const id = ids[at(some, i)] ?? 0;
        if (isResult(id)) top.add(id, similarity);
      }
    }
  }
}

// The index is always inside the array; asking for a default here would cost a third of the speed.
function at(array: Int32Array, index: number): number {
  return array[index] as number;
}

/** A bound or a threshold as a whole number that it compares like, which is quicker to compare with. */
function int32(number: number): number {
  return Math.max(-(2 ** 31), number) | 0;
}

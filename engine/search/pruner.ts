/**
 * Finds the nearest rows of a query with a sketch of them: bounds on all similarities first; then the
 * rows of the best bounds are looked at, and what is found there rules out most of the others.
 * Whatever is left is multiplied as always, so results are the same to the last digit.
 */
import { dotProductsOf } from './kernel.ts';
import type { Search } from './nearest.ts';
import type { Sketch, SketchedQuery } from './sketch.ts';
import { Top } from './top.ts';
import type { Follower, Vectors } from './vectors.ts';

/** Rows that are looked at first, for each result that is kept: those of the best bounds. */
const seedsPerResult = 4;
const leastSeeds = 32;
/** With fewer rows than this for each seed, a sketch does not pay. */
const rowsPerSeed = 8;
/** Whether a search pays is judged by this many rows, evenly spread. */
const sampleSize = 512;
/** What refining a row costs, in parts of what multiplying it does. */
const refinedCost = 0.25;
/** A search that would cost more than this part of looking at all rows does not pay. */
const largestCost = 0.85;
/** After so many searches in a row that did not pay, only every so many-th is tried. */
const patience = 16;
/** Rows in question that are looked at together. */
const refinedAtOnce = 1024;
/** Rows multiplied at a time. */
const atOnce = 64;

export class Pruner implements Follower {
  readonly #vectors: Vectors;
  readonly #sketch: Sketch;
  #bounds = new Int32Array(0);
  /** Searches since the last one that paid. */
  #unpaid = 0;
  readonly #candidates = new Int32Array(refinedAtOnce);
  readonly #products = new Float64Array(atOnce);

  constructor(vectors: Vectors, sketch: Sketch) {
    this.#vectors = vectors;
    this.#sketch = sketch;
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
   * @param k results that the search keeps
   * @returns false when that would not pay, or the query is too long; nothing is found then
   */
  search(search: Search, k: number): boolean {
    const sketch = this.#sketch;
    const { size } = sketch;
    const seeds = Math.max(leastSeeds, seedsPerResult * k);
    if (size < seeds * rowsPerSeed) return false;
    this.#unpaid += 1;
    if (this.#unpaid > patience && this.#unpaid % patience > 0) return false;
    const query = sketch.query(search.vector);
    if (!query) return false;
    if (this.#bounds.length < size + 2) this.#bounds = new Int32Array(Math.ceil(size * 1.2) + 2);
    sketch.firstBounds(query, this.#bounds);

    const trial = { ...search, top: new Top(k) };
    this.#multiply(trial, this.#best(seeds));
    let reached = Math.max(trial.top.threshold, search.least);
    if (!this.#pays(query, reached)) return false;

    this.#unpaid = 0;
    const { top, least } = search;
    const candidates = this.#candidates;
    for (let next = 0; next < size;) {
      const bound = sketch.leastBound(query, reached);
      let count = 0;
      for (; next < size && count < refinedAtOnce; next++) {
        // Written in any case, which is quicker than to ask.
        candidates[count] = next;
        count += at(this.#bounds, next) >= bound ? 1 : 0;
      }
      const left = sketch.refine(query, candidates, count, this.#bounds, reached);
      this.#multiply(search, candidates.subarray(0, left));
      reached = Math.max(reached, top.threshold, least);
    }
    return true;
  }

  /** The rows with the best bounds. */
  #best(count: number): Int32Array {
    const { size } = this.#sketch;
    const bounds = this.#bounds;
    const best = new Top(count);
    let threshold = -Infinity;
    for (let row = 0; row < size; row++) {
      if (at(bounds, row) <= threshold) continue;
      best.add(row, at(bounds, row));
      threshold = best.threshold;
    }
    return Int32Array.from(best.sorted(), ({ id }) => id);
  }

  /** Whether less work is left than looking at all rows would be, judged by some of them. */
  #pays(query: SketchedQuery, reached: number): boolean {
    const { size } = this.#sketch;
    const bound = this.#sketch.leastBound(query, reached);
    const step = Math.ceil(size / sampleSize);
    let count = 0;
    for (let row = 0; row < size; row += step)
      if (at(this.#bounds, row) >= bound) this.#candidates[count++] = row;
    const left = this.#sketch.refine(query, this.#candidates, count, this.#bounds, reached);
    return count * refinedCost + left < (size / step) * largestCost;
  }

  /** Multiplies some rows with the query of a search, and adds to what it found. */
  #multiply({ vector, top, least, isResult }: Search, which: Int32Array): void {
    const { ids, rows, dimensions } = this.#vectors;
    for (let start = 0; start < which.length; start += atOnce) {
      const some = which.subarray(start, start + atOnce);
      dotProductsOf(vector, rows, some, dimensions, this.#products);
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

/**
 * Sorts out the pairs of rows whose similarity may reach a threshold, so that few are left to be
 * multiplied exactly (`kernel.ts`, which stays the one place that says what a similarity is).
 *
 * Of each row there are its first numbers after a rotation (see `rotation.ts`), as small whole numbers,
 * and the length of what remains. Let x and y be such first numbers of two rows, x̂ and ŷ what they were
 * rounded to, s and t the lengths that remain. Then the product of the rows is at most
 *
 *   x·y + s·t  ≤  x̂·ŷ + s·t + |x − x̂||y| + |x̂||y − ŷ|
 *
 * and s·t is one number more to multiply. Two steps:
 *
 * - of two blocks of rows, all pairs by their first 64 numbers, three rows in each multiplication
 *   (`packed-products.ts`);
 * - of the pairs that are left, one at a time, by 64 more, which are rounded less.
 *
 * Each row may have an `offset` that is added: of two rows x and y it is −½|x|² − ½|y|², for Euclidean
 * distances, as x·y − ½|x|² − ½|y|² = −½|x − y|²; for cosine it is 0.
 */
import { longest, packed, packedRows, packedSums, takeApart } from './packed-products.ts';
import { rotationSlack } from './rotation.ts';

/** Numbers of a row that all pairs are judged by; whole rows of up to so many need no rotation. */
export const firstNumbers = 64;
/** More numbers, for the pairs that are left. */
const laterNumbers = 64;
/** Units of the longest row that later numbers are in: so that sums of products stay below 2³¹. */
const laterUnit = 2 ** 13;
/** What float32 and float64 may take from any of the bounds, for rows of a length of at most 1. */
const floatSlack = rotationSlack + 2e-6;
/** For the length that remains, so that rounding cannot make it less than it is. */
const leastRest = 1e-6;

/** How many numbers there are of each row. */
export interface BoundsForm {
  first: number;
  later: number;
  /** The first numbers are whole rows as they are. */
  isWhole: boolean;
}

/** @param whole for few pairs, a rotation does not pay */
export function boundsForm(dimensions: number, whole: boolean): BoundsForm {
  if (whole || dimensions <= firstNumbers) return { first: dimensions, later: 0, isWhole: true };
  const later = Math.min(laterNumbers, dimensions - firstNumbers);
  return { first: firstNumbers, later, isWhole: false };
}

/** Rows as small whole numbers. The arrays may be shared by threads. */
export class RoundedRows {
  readonly form: BoundsForm;
  /** int16 [size × (first + 1)]: the first numbers, and the length that remains after them. */
  readonly first: Int16Array;
  /** int16 [size × (later + 1)], or nothing where there are no later ones. */
  readonly later: Int16Array;
  /** Units that the longest row is long in the first numbers. */
  readonly unit: number;

  constructor(form: BoundsForm, first: Int16Array, later: Int16Array) {
    this.form = form;
    this.first = first;
    this.later = later;
    // Rounding adds ½ for each number and 1 for the remaining length; one more is left for float32.
    this.unit = Math.floor(longest - Math.sqrt(form.first / 4 + 1)) - 1;
  }

  static lengths({ first, later }: BoundsForm, size: number): { first: number; later: number } {
    return { first: size * (first + 1), later: later === 0 ? 0 : size * (later + 1) };
  }

  /**
   * Rounds a row.
   * @param numbers first and later ones
   * @param rest the length that remains after them
   * @param most the length of the longest row, more than 0
   * @returns how far rounding moved the first numbers, in lengths of the longest row
   */
  put(row: number, numbers: Float32Array, rest: number, most: number): number {
    const { first: firstCount, later: laterCount } = this.form;
    const { unit } = this;
    let moved = 0;
    let offset = row * (firstCount + 1);
    for (let d = 0; d < firstCount; d++) {
      const y = (at(numbers, d) / most) * unit;
      const whole = Math.round(y);
      this.first[offset + d] = whole;
      moved += (y - whole) ** 2;
    }
    let squared = (rest / most) ** 2;
    if (laterCount > 0) {
      offset = row * (laterCount + 1);
      for (let d = 0; d < laterCount; d++) {
        const y = at(numbers, firstCount + d) / most;
        this.later[offset + d] = Math.round(y * laterUnit);
        squared += y * y;
      }
      this.later[offset + laterCount] = roundedUp(rest / most, laterUnit);
    }
    this.first[row * (firstCount + 1) + firstCount] = roundedUp(Math.sqrt(squared), unit);
    return Math.sqrt(moved) / unit;
  }

  /**
   * What a bound may be too low by, so that thresholds are to be lowered by it, in squared lengths of
   * the longest row.
   * @param moved the most that `put` returned
   */
  slack(moved: number): number {
    const later = Math.sqrt(this.form.later / 4) / laterUnit;
    return (moved + later) * (2 + moved + later) + floatSlack;
  }
}

function roundedUp(rest: number, unit: number): number {
  return rest === 0 ? 0 : Math.ceil((rest + leastRest) * unit);
}

/** What a block of rows is compared by. */
export interface Block {
  /** The rows, `count` of them from place `start` on. */
  numbers: Uint32Array;
  start: number;
  count: number;
  /** By place, from `thresholdStart` on: similarity that a pair must reach, less the slack. */
  thresholds: Float32Array | Float64Array;
  thresholdStart: number;
}

/** Compares blocks of up to `most` rows, in memory of its own. */
export class Bounds {
  /** Found pairs: place in the left block × 65536 + place in the right one. */
  readonly pairs: Uint32Array;
  /** Bounds of their products, in squared units. */
  readonly products: Float64Array;
  readonly #rows: RoundedRows;
  readonly #offsets: Float64Array;
  readonly #scale: number;
  readonly #queries: Float64Array;
  readonly #packed: Float64Array;
  readonly #sums: Float64Array;
  readonly #ofRow: Float64Array;
  readonly #left: Levels;
  readonly #right: Levels;

  /**
   * @param most rows of a block, a multiple of 12
   * @param offsets of each row
   * @param longestRow its length, more than 0
   */
  constructor(rows: RoundedRows, most: number, offsets: Float64Array, longestRow: number) {
    const width = rows.form.first + 1;
    this.#rows = rows;
    this.#offsets = offsets;
    this.#scale = (rows.unit / longestRow) ** 2;
    this.#queries = new Float64Array(most * width);
    this.#packed = new Float64Array((most / packedRows) * width);
    this.#sums = new Float64Array((most * most) / packedRows);
    this.#ofRow = new Float64Array(most + packedRows);
    this.#left = levels(most);
    this.#right = levels(most);
    this.pairs = new Uint32Array(most * most);
    this.products = new Float64Array(most * most);
  }

  /**
   * Finds the pairs of two blocks whose bound reaches the lower one of the thresholds of the two.
   * @returns how many; they are in `pairs` and `products`
   */
  between(left: Block, right: Block): number {
    const width = this.#rows.form.first + 1;
    this.#load(left, right);
    const groups = Math.ceil(right.count / packedRows);
    packedSums(this.#queries, left.count, this.#packed, groups, width, this.#sums);
    this.#level(left, this.#left);
    this.#level(right, this.#right);
    return this.#reaching(left.count, right.count, groups);
  }

  /**
   * A tighter bound of the similarity of two rows.
   * @param product the bound of their product, from `products`
   */
  similarity(i: number, j: number, product: number): number {
    const { first, later, form } = this.#rows;
    const offsets = at(this.#offsets, i) + at(this.#offsets, j);
    const count = form.later;
    if (count === 0) return product / this.#scale + offsets;
    const restAt = form.first;
    const rests = at(first, i * (restAt + 1) + restAt) * at(first, j * (restAt + 1) + restAt);
    const p = i * (count + 1);
    const q = j * (count + 1);
    let even = Math.imul(at(later, p + count), at(later, q + count));
    let odd = 0;
    let d = 0;
    for (; d + 2 <= count; d += 2) {
      even = (even + Math.imul(at(later, p + d), at(later, q + d))) | 0;
      odd = (odd + Math.imul(at(later, p + d + 1), at(later, q + d + 1))) | 0;
    }
    if (d < count) odd += at(later, p + d) * at(later, q + d);
    const known = product - rests + (even + odd) * (this.#rows.unit / laterUnit) ** 2;
    return known / this.#scale + offsets;
  }

  #load(left: Block, right: Block): void {
    const { first, form } = this.#rows;
    const width = form.first + 1;
    const queries = this.#queries;
    for (let i = 0; i < left.count; i++) {
      const from = at(left.numbers, left.start + i) * width;
      for (let d = 0; d < width; d++) queries[i * width + d] = at(first, from + d);
    }
    // Places behind the last row have what was there before: nothing of theirs is read.
    const into = this.#packed;
    const last = right.start + right.count - 1;
    for (let start = 0, g = 0; start < right.count; start += packedRows, g += width) {
      const place = right.start + start;
      const a = at(right.numbers, place) * width;
      const b = at(right.numbers, Math.min(place + 1, last)) * width;
      const c = at(right.numbers, Math.min(place + 2, last)) * width;
      for (let d = 0; d < width; d++)
        into[g + d] = packed(at(first, a + d), at(first, b + d), at(first, c + d));
    }
  }

  /** Thresholds and offsets in squared units. */
  #level({ numbers, start, count, thresholds, thresholdStart }: Block, into: Levels): void {
    for (let i = 0; i < count; i++) {
      into.offsets[i] = at(this.#offsets, at(numbers, start + i)) * this.#scale;
      into.thresholds[i] = at(thresholds, thresholdStart + i) * this.#scale;
    }
  }

  #reaching(leftCount: number, rightCount: number, groups: number): number {
    const { pairs, products } = this;
    const ofRow = this.#ofRow;
    const across = groups + (groups & 1);
    const { offsets, thresholds } = this.#right;
    let found = 0;
    for (let i = 0; i < leftCount; i++) {
      for (let g = 0; g < groups; g++)
        takeApart(at(this.#sums, i * across + g), ofRow, packedRows * g);
      const threshold = at(this.#left.thresholds, i);
      const offset = at(this.#left.offsets, i);
      for (let j = 0; j < rightCount; j++) {
        const similarity = at(ofRow, j) + offset + at(offsets, j);
        if (similarity < threshold && similarity < at(thresholds, j)) continue;
        pairs[found] = (i << 16) + j;
        products[found++] = at(ofRow, j);
      }
    }
    return found;
  }
}

/** Of the rows of a block, by place. */
interface Levels {
  thresholds: Float64Array;
  offsets: Float64Array;
}

function levels(most: number): Levels {
  return { thresholds: new Float64Array(most), offsets: new Float64Array(most) };
}

// The index is always inside the array; asking for a default in these loops would cost speed.
function at(array: Float64Array | Float32Array | Int16Array | Uint32Array, index: number): number {
  return array[index] as number;
}

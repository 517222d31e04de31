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
 * and s·t is one number more to multiply. Three rows are in each multiplication (`packed-products.ts`),
 * so a bound costs a sixth of a product of whole rows of 256 numbers, and of the rows of real photos one
 * pair in some hundreds is left. Fewer first numbers, with more of them for the pairs that are left,
 * took longer; balls around groups of rows rule out nothing, as rows of photos lie too far apart for it.
 *
 * Each row may have an `offset` that is added: of two rows x and y it is −½|x|² − ½|y|², for Euclidean
 * distances, as x·y − ½|x|² − ½|y|² = −½|x − y|²; for cosine it is 0.
 */
import { longest, packed, packedRows, packedSums, takeApart } from './packed-products.ts';
import { rotationSlack } from './rotation.ts';

/** Numbers of a row that pairs are judged by; whole rows of up to so many need no rotation. */
const firstNumbers = 128;
/** What float32 and float64 may take from any of the bounds, for rows of a length of at most 1. */
const floatSlack = rotationSlack + 2e-6;

export interface BoundsForm {
  /** How many numbers there are of each row. */
  first: number;
  /** They are whole rows as they are. */
  isWhole: boolean;
}

/** @param whole for few pairs, a rotation does not pay */
export function boundsForm(dimensions: number, whole: boolean): BoundsForm {
  const isWhole = whole || dimensions <= firstNumbers;
  return { first: isWhole ? dimensions : firstNumbers, isWhole };
}

/** Rows as small whole numbers. The array may be shared by threads. */
export class RoundedRows {
  /** First numbers of a row. */
  readonly count: number;
  /** int16 [size × (count + 1)]: the first numbers, and the length that remains after them. */
  readonly numbers: Int16Array;
  /** Units that the longest row is long. */
  readonly unit: number;

  constructor(count: number, numbers: Int16Array) {
    this.count = count;
    this.numbers = numbers;
    // Rounding adds ½ for each number and 1 for the remaining length; one more is left for float32.
    this.unit = Math.floor(longest - Math.sqrt(count / 4 + 1)) - 1;
  }

  /**
   * Rounds a row.
   * @param first its first numbers
   * @param rest the length that remains after them
   * @param most the length of the longest row, more than 0
   * @returns how far rounding moved it, in lengths of the longest row
   */
  put(row: number, first: Float32Array, rest: number, most: number): number {
    const { count, numbers, unit } = this;
    const offset = row * (count + 1);
    let moved = 0;
    for (let d = 0; d < count; d++) {
      const y = (at(first, d) / most) * unit;
      const whole = Math.round(y);
      numbers[offset + d] = whole;
      moved += (y - whole) ** 2;
    }
    numbers[offset + count] = Math.ceil((rest / most) * unit);
    return Math.sqrt(moved) / unit;
  }

  /**
   * What a bound may be too low by, so that thresholds are to be lowered by it, in squared lengths of
   * the longest row.
   * @param moved the most that `put` returned
   */
  slack(moved: number): number {
    return moved * (2 + moved) + floatSlack;
  }
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
  /** Bounds of their similarities. */
  readonly similarities: Float64Array;
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
    const width = rows.count + 1;
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
    this.similarities = new Float64Array(most * most);
  }

  /**
   * Finds the pairs of two blocks whose bound reaches the lower one of the thresholds of the two.
   * @returns how many; they are in `pairs` and `similarities`
   */
  between(left: Block, right: Block): number {
    if (left.count === 0 || right.count === 0) return 0;
    const width = this.#rows.count + 1;
    this.#load(left, right);
    const groups = Math.ceil(right.count / packedRows);
    packedSums(this.#queries, left.count, this.#packed, groups, width, this.#sums);
    this.#level(left, this.#left);
    this.#level(right, this.#right);
    return this.#reaching(left.count, right.count, groups);
  }

  #load(left: Block, right: Block): void {
    const first = this.#rows.numbers;
    const width = this.#rows.count + 1;
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
    const { pairs, similarities } = this;
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
        similarities[found++] = similarity / this.#scale;
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

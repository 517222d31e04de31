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
 * so a bound costs a fifth of a product of whole rows of 256 numbers, and of the rows of real photos one
 * pair in some hundreds is left. Fewer first numbers, with more of them for the pairs that are left,
 * took longer; balls around groups of rows rule out nothing, as rows of photos lie too far apart for it.
 *
 * Each row may have an `offset` that is added: of two rows x and y it is −½|x|² − ½|y|², for Euclidean
 * distances, as x·y − ½|x|² − ½|y|² = −½|x − y|²; for cosine it is 0.
 */
import {
  groupsReaching,
  longest,
  packed,
  packedRows,
  packedSums,
  plainNumbers,
  sumsAtOnce,
  takeApart,
} from './packed-products.ts';
import { rotationSlack } from './rotation.ts';

/** Numbers of a row that pairs are judged by; whole rows of up to so many need no rotation. */
const firstNumbers = 144;
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
      const y = ((first[d] as number) / most) * unit;
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
  /** Found pairs: place in the left block × 65536 + place in the right one; those of a left place together. */
  readonly pairs: Uint32Array;
  /** Bounds of their similarities. */
  readonly similarities: Float64Array;
  readonly #rows: RoundedRows;
  readonly #offsets: Float64Array;
  readonly #scale: number;
  readonly #queries: number[];
  readonly #packed: number[];
  readonly #sums: Float64Array;
  readonly #groups: Int32Array;
  readonly #ofGroup = new Float64Array(packedRows);
  #leftBlock: Block | undefined;
  readonly #left: Levels;
  readonly #right: Levels;

  /**
   * @param most rows of a block, a multiple of 6
   * @param offsets of each row
   * @param longestRow its length, more than 0
   */
  constructor(rows: RoundedRows, most: number, offsets: Float64Array, longestRow: number) {
    const width = rows.count + 1;
    this.#rows = rows;
    this.#offsets = offsets;
    this.#scale = (rows.unit / longestRow) ** 2;
    this.#queries = plainNumbers(most * width);
    this.#packed = plainNumbers((most / packedRows) * width);
    this.#sums = new Float64Array((most * most) / packedRows);
    this.#groups = new Int32Array(most / packedRows);
    this.#left = levels(most);
    this.#right = levels(most);
    this.pairs = new Uint32Array(most * most);
    this.similarities = new Float64Array(most * most);
  }

  /** Takes the block that others are compared with from now on. */
  load(left: Block): void {
    const { numbers: first, count } = this.#rows;
    const width = (count + 1) | 0;
    const queries = this.#queries;
    for (let i = 0, into = 0; i < left.count; i++, into += width) {
      const from = (left.numbers[left.start + i] as number) * width;
      for (let d = 0; d < width; d++) queries[(into + d) | 0] = first[(from + d) | 0] as number;
    }
    this.#leftBlock = left;
  }

  /**
   * Finds the pairs of the block that was loaded and this one whose bound reaches the lower one of the
   * thresholds of the two, as they are now.
   * @returns how many; they are in `pairs` and `similarities`
   */
  between(right: Block): number {
    const left = this.#leftBlock;
    if (!left || left.count === 0 || right.count === 0) return 0;
    this.#pack(right);
    const queries = roundedUp(left.count, sumsAtOnce.queries);
    const groups = roundedUp(Math.ceil(right.count / packedRows), sumsAtOnce.groups);
    packedSums(this.#queries, queries, this.#packed, groups, this.#rows.count + 1, this.#sums);
    this.#level(left, this.#left);
    this.#level(right, this.#right);
    return this.#reaching(left.count, right.count, groups);
  }

  #pack({ numbers, start, count }: Block): void {
    const { numbers: first, count: dimensions } = this.#rows;
    const width = (dimensions + 1) | 0;
    // Places behind the last row have what was there before: nothing of theirs is read.
    const into = this.#packed;
    const last = start + count - 1;
    for (let place = start, g = 0; place <= last; place += packedRows, g += width) {
      const a = (numbers[place] as number) * width;
      const b = (numbers[Math.min(place + 1, last)] as number) * width;
      const c = (numbers[Math.min(place + 2, last)] as number) * width;
      for (let d = 0; d < width; d++)
        into[(g + d) | 0] = packed(
          first[(a + d) | 0] as number,
          first[(b + d) | 0] as number,
          first[(c + d) | 0] as number,
        );
    }
  }

  /** Thresholds and offsets in squared units. */
  #level({ numbers, start, count, thresholds, thresholdStart }: Block, into: Levels): void {
    into.most = -Infinity;
    into.leasts.fill(Infinity);
    for (let i = 0, slot = 0, group = 0; i < count; i++) {
      const offset = (this.#offsets[numbers[start + i] as number] as number) * this.#scale;
      const threshold = (thresholds[thresholdStart + i] as number) * this.#scale;
      into.offsets[i] = offset;
      into.thresholds[i] = threshold;
      into.most = Math.max(into.most, offset);
      into.leasts[group] = Math.min(into.leasts[group] as number, threshold - offset);
      if (++slot < packedRows) continue;
      slot = 0;
      group += 1;
    }
  }

  #reaching(leftCount: number, rightCount: number, groups: number): number {
    const { pairs, similarities } = this;
    const [chosen, ofGroup] = [this.#groups, this.#ofGroup];
    const { offsets, thresholds, most } = this.#right;
    const leasts = this.#right.leasts.subarray(0, groups);
    let found = 0;
    for (let i = 0; i < leftCount; i++) {
      const threshold = this.#left.thresholds[i] as number;
      const offset = this.#left.offsets[i] as number;
      // Rounding may move these levels a little; `floatSlack` has room for it.
      const level = threshold - offset - most;
      const count = groupsReaching(this.#sums, i * groups, level, leasts, -offset, chosen);
      for (let c = 0; c < count; c++) {
        const group = chosen[c] as number;
        takeApart(this.#sums[i * groups + group] as number, ofGroup, 0);
        for (
          let slot = 0, j = packedRows * group;
          slot < packedRows && j < rightCount;
          slot++, j++
        ) {
          const similarity = (ofGroup[slot] as number) + offset + (offsets[j] as number);
          if (similarity < threshold && similarity < (thresholds[j] as number)) continue;
          pairs[found] = (i << 16) + j;
          similarities[found++] = similarity / this.#scale;
        }
      }
    }
    return found;
  }
}

/** Of the rows of a block, by place. */
interface Levels {
  thresholds: Float64Array;
  offsets: Float64Array;
  /** The largest offset. */
  most: number;
  /** The least that a threshold of a group is above the offset of its row. */
  leasts: Float64Array;
}

function levels(most: number): Levels {
  return {
    ...{ thresholds: new Float64Array(most), offsets: new Float64Array(most), most: 0 },
    leasts: new Float64Array(most / packedRows),
  };
}

function roundedUp(count: number, step: number): number {
  return Math.ceil(count / step) * step;
}

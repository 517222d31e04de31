/**
 * A sketch of all rows: enough of each to say for most of them, exactly, that they are not what is
 * looked for. It holds the first numbers of the rotated rows as small whole numbers, in blocks, and
 * the length that remains after each block. A product of two rows is at most that of their first
 * numbers and the product of their remaining lengths, up to an error that is known:
 *
 * Let B be the directions, q and x the rows, ŷ their rounded first numbers, r = x − Bᵀŷ what remains
 * of x, s that of q. Whatever ŷ is,
 *
 *   q·x = ŷq·ŷx + (Bq − ŷq)·ŷx + ŷq·Br + s·r
 *       ≤ ŷq·ŷx + |s||r| + |Bq − ŷq||ŷx| + |ŷq||Br|
 *
 * and Br is what rounding took, as B is orthonormal.
 *
 * The first block is looked at for all rows, with |s||r| as one more number of the product; the others
 * for those that are still in question. First and second are packed, three rows to a group, so the
 * second is looked at for whole groups; the last one (`last-block.ts`) takes less memory, and row by row.
 */
import { LastBlock, lastBlock, lengthOf, type LastQuery } from './last-block.ts';
import {
  addedSums,
  keepPacked,
  longest,
  packedRows,
  packedSums,
  packedSumsOf,
  plainNumbers,
  putPacked,
  sumsAtOnce,
} from './packed-products.ts';
import { rotate, type Basis } from './rotation.ts';

/** First numbers in the block that is looked at for all rows, where there is a second, and where not. */
const firstOfTwo = 40;
const firstAlone = 36;
/** First numbers in the second block. */
const secondBlock = 40;
/** From so many rows on, memory goes first. */
const manyRows = 400_000;

/** The numbers in the second block of a sketch of so many rows; 0: it has none. */
export function secondBlockFor(rows: number): number {
  return rows < manyRows ? secondBlock : 0;
}

/** The directions that a sketch of so many rows wants. */
export function directionsFor(rows: number): number {
  const second = secondBlockFor(rows);
  return (second > 0 ? firstOfTwo : firstAlone) + second + lastBlock;
}

/** Queries that are bounded together at most: a multiple of `sumsAtOnce.queries`. */
export const mostQueries = 15;
/** Groups of rows that many queries are multiplied with at a time: a multiple of `sumsAtOnce.groups`. */
const groupsAtOnce = 48;

/** What rounding may add to the length: up to ½ for each number, up to 2 for the remaining length. */
const roundingLength = Math.sqrt((firstOfTwo + secondBlock) / 4 + 4);
/** Units of 1 in the packed blocks; one is left for rows a little longer than 1. */
const unit = Math.floor(longest - roundingLength) - 1;

/** Rows may be this much longer than 1. */
const longestRow = 1.001;
/** What float64 rounding adds to any of the sums here, and many times more. */
const float64Slack = 1e-9;

/** A query as the sketch multiplies it. */
export interface SketchedQuery {
  /** The first block, and the remaining length. */
  first: number[];
  /** That remaining length, to be taken away again; the second block; what remains then. */
  second: number[];
  /** What the errors of the first block are at most, and of both, in parts of 1. */
  slack: { first: number; both: number };
  last: LastQuery;
}

/** A sketch as it is now, for another thread to read until the next change. */
export interface SharedSketch {
  basis: Basis;
  secondBlock: number;
  size: number;
  first: Float64Array;
  second: Float64Array;
  last: Int8Array;
  errors: { first: number; both: number };
}

export class Sketch {
  readonly #basis: Basis;
  readonly #last: LastBlock;
  /** Numbers in the packed blocks. */
  readonly #firstBlock: number;
  readonly #secondBlock: number;
  /** Numbers of a row as it is packed: with its remaining length, in the second also that before. */
  readonly #firstWidth: number;
  readonly #secondWidth: number;
  #size = 0;
  #first: Float64Array = new Float64Array(0);
  #second: Float64Array = new Float64Array(0);
  /** The largest |Br| of the first block, and of both. */
  #errors = { first: 0, both: 0 };
  readonly #rotated: Float64Array;
  /** What `packedSums` needs, once there were many queries. */
  #block: { queries: number[]; packed: number[] } | undefined;

  /**
   * @param basis as many directions as `directionsFor` says
   * @param secondBlock as `secondBlockFor` says
   */
  constructor(basis: Basis, secondBlock: number, last = new LastBlock()) {
    this.#basis = basis;
    this.#last = last;
    this.#firstBlock = basis.count - secondBlock - lastBlock;
    this.#secondBlock = secondBlock;
    this.#firstWidth = this.#firstBlock + 1;
    this.#secondWidth = secondBlock === 0 ? 0 : secondBlock + 2;
    this.#rotated = new Float64Array(basis.count);
  }

  /** In the thread that reads: what `shared` gave in the one that has it. */
  static of({ basis, secondBlock, size, first, second, last, errors }: SharedSketch): Sketch {
    const sketch = new Sketch(basis, secondBlock, new LastBlock(last));
    sketch.#size = size;
    sketch.#first = first;
    sketch.#second = second;
    sketch.#errors = errors;
    return sketch;
  }

  get shared(): SharedSketch {
    return {
      basis: this.#basis,
      secondBlock: this.#secondBlock,
      size: this.#size,
      first: this.#first,
      second: this.#second,
      last: this.#last.bytes,
      errors: this.#errors,
    };
  }

  /** Rows that are sketched. */
  get size(): number {
    return this.#size;
  }

  /** Makes room for `count` rows in all; see `Vectors.reserve`. */
  reserve(count: number): void {
    const groups = Math.ceil(count / packedRows);
    this.#first = withRoom(this.#first, groups * this.#firstWidth);
    this.#second = withRoom(this.#second, groups * this.#secondWidth);
    this.#last.reserve(count);
  }

  /**
   * Adds a row at the end.
   * @returns false when it is too long for a sketch
   */
  add(row: Float32Array): boolean {
    const squared = rotate(this.#basis, row, this.#rotated);
    if (!(squared <= longestRow ** 2)) return false;
    const index = this.#size;
    if (index >= this.#last.room) this.reserve(Math.max(1024, Math.ceil(index * 1.5)));
    const rotated = this.#rotated;
    const [first, second] = [this.#firstBlock, this.#secondBlock];
    let left = squared;
    let error = 0;
    let rest = 0;
    for (let d = 0; d < first + second; d++) {
      const y = rotated[d] as number;
      const whole = Math.round(y * unit);
      if (d < first) putPacked(this.#first, this.#firstWidth, index, d, whole);
      else putPacked(this.#second, this.#secondWidth, index, 1 + d - first, whole);
      const z = whole / unit;
      left += z * z - 2 * y * z;
      error += (y - z) ** 2;
      if (d !== first - 1) continue;
      rest = evenUnits(left);
      putPacked(this.#first, this.#firstWidth, index, first, rest);
      this.#errors.first = Math.max(this.#errors.first, Math.sqrt(error));
    }
    if (second > 0) {
      putPacked(this.#second, this.#secondWidth, index, 0, rest);
      rest = evenUnits(left);
      putPacked(this.#second, this.#secondWidth, index, 1 + second, rest);
    }
    this.#errors.both = Math.max(this.#errors.both, Math.sqrt(error));
    this.#last.put(index, rotated, first + second, left, rest / 2);
    this.#size += 1;
    return true;
  }

  /**
   * Forgets rows; the others move together in their order.
   * @param gone rows, rising
   */
  remove(gone: readonly number[]): void {
    const inside = gone.filter((row) => row < this.#size);
    const [first] = inside;
    if (first === undefined) return;
    const kept: number[] = [];
    for (let row = first, next = 0; row < this.#size; row++)
      if (row === inside[next]) next += 1;
      else kept.push(row);
    this.#size = first + kept.length;
    for (const [place, row] of kept.entries()) this.#last.move(row, first + place);
    this.#keep((row) => (row < first ? row : (kept[row - first] ?? row)), first);
  }

  /** Forgets all rows from this one on. */
  truncate(size: number): void {
    if (size >= this.#size) return;
    this.#size = size;
    this.#keep((row) => row, size);
  }

  /** See `keepPacked`. */
  #keep(from: (row: number) => number, first: number): void {
    keepPacked(this.#first, this.#firstWidth, from, first, this.#size);
    if (this.#secondBlock > 0) keepPacked(this.#second, this.#secondWidth, from, first, this.#size);
  }

  /** A query made ready, or undefined when it is too long for a sketch. */
  query(vector: Float32Array): SketchedQuery | undefined {
    const squared = rotate(this.#basis, vector, this.#rotated);
    if (!(squared <= longestRow ** 2)) return undefined;
    const rotated = this.#rotated;
    const first = plainNumbers(this.#firstWidth);
    const second = plainNumbers(this.#secondWidth);
    const [inFirst, inSecond] = [this.#firstBlock, this.#secondBlock];
    let left = squared;
    let error = 0;
    let length = 0;
    const slackWith = (rowError: number): number =>
      Math.sqrt(error) * (longestRow + rowError) + Math.sqrt(length) * rowError + float64Slack;
    const slack = { first: 0, both: 0 };
    for (let d = 0; d < inFirst + inSecond; d++) {
      const y = rotated[d] as number;
      const whole = Math.round(y * unit);
      if (d < inFirst) first[d] = whole;
      else second[1 + d - inFirst] = whole;
      const z = whole / unit;
      left += z * z - 2 * y * z;
      error += (y - z) ** 2;
      length += z * z;
      if (d !== inFirst - 1) continue;
      first[inFirst] = Math.ceil(lengthOf(left) * unit);
      slack.first = slackWith(this.#errors.first);
    }
    if (inSecond > 0) {
      second[0] = -(first[inFirst] as number);
      second[1 + inSecond] = Math.ceil(lengthOf(left) * unit);
    }
    slack.both = slackWith(this.#errors.both);
    const last = this.#last.query(rotated, inFirst + inSecond, left, slack.both);
    return { first, second, slack, last };
  }

  /** Groups of rows that are bounded together, see `packed-products.ts`. */
  get groups(): number {
    return Math.ceil(this.#size / packedRows);
  }

  /** Numbers that the first bounds of a query take: somewhat more than there are groups. */
  get boundsStride(): number {
    return Math.ceil(this.groups / groupsAtOnce) * groupsAtOnce;
  }

  /**
   * The first bounds on the products of all rows with some queries, packed, in units of `least`.
   * @param queries at most `mostQueries`
   * @param out those of each query begin `boundsStride` behind those of the one before [a multiple of
   *   `sumsAtOnce.queries` of these, if there are as many queries]
   */
  firstBounds(queries: readonly SketchedQuery[], out: Float64Array): void {
    if (queries.length < sumsAtOnce.queries)
      for (const [place, { first }] of queries.entries()) {
        const own = out.subarray(place * this.boundsStride);
        packedSumsOf(first, this.#first, this.groups, this.#firstWidth, own);
      }
    else this.#boundsOfMany(queries, out);
  }

  /** Some groups at a time are copied to where many queries multiply them faster. */
  #boundsOfMany(queries: readonly SketchedQuery[], out: Float64Array): void {
    const { groups, boundsStride } = this;
    const width = this.#firstWidth;
    const together = Math.ceil(queries.length / sumsAtOnce.queries) * sumsAtOnce.queries;
    const block = (this.#block ??= {
      queries: plainNumbers(mostQueries * width),
      packed: plainNumbers(groupsAtOnce * width),
    });
    for (const [place, { first }] of queries.entries())
      for (let d = 0; d < width; d++) block.queries[place * width + d] = first[d] as number;
    const { packed } = block;
    for (let start = 0; start < groups; start += groupsAtOnce) {
      const from = start * width;
      const end = Math.min(groupsAtOnce, groups - start) * width;
      for (let i = 0; i < end; i = (i + 1) | 0) packed[i] = this.#first[(from + i) | 0] as number;
      const { queries: own } = block;
      packedSums(own, together, packed, groupsAtOnce, width, out, start, boundsStride);
    }
  }

  /**
   * The bounds of some groups by both packed blocks.
   * @param bounds the first ones, of all groups
   * @param out by place in `groups`
   */
  secondBounds(
    { second }: SketchedQuery,
    groups: Int32Array,
    count: number,
    bounds: Float64Array,
    out: Float64Array,
  ): void {
    addedSums(second, this.#second, this.#secondWidth, groups, count, bounds, out);
  }

  /** The least bounds of a row whose product with the query may reach `product`. */
  least({ slack }: SketchedQuery, product: number): { first: number; both: number } {
    return {
      first: (product - slack.first) * (unit * unit),
      both: (product - slack.both) * (unit * unit),
    };
  }

  /**
   * Of some rows, finds those whose product with the query may reach `product`, by the last block too.
   * @param rows the rows, `count` of them; those that may come first afterwards, in the same order
   * @param bounds of these rows by both packed blocks; not to be used afterwards
   * @returns how many may
   */
  refine(
    { first, second, last }: SketchedQuery,
    rows: Int32Array,
    count: number,
    bounds: Float64Array,
    product: number,
  ): number {
    // A row's remaining length is twice the half that is known of it.
    const restUnits = 2 * ((second.at(-1) ?? first.at(-1)) as number);
    return this.#last.refine(last, rows, count, bounds, product, unit * unit, restUnits);
  }
}

/** A remaining length, from its square, in units of which half are whole too. */
function evenUnits(squared: number): number {
  return 2 * Math.ceil((lengthOf(squared) * unit) / 2);
}

/** The same numbers, with room for `length` of them. */
function withRoom(numbers: Float64Array, length: number): Float64Array {
  if (length <= numbers.length) return numbers;
  const more = new Float64Array(new SharedArrayBuffer(8 * length));
  more.set(numbers);
  return more;
}

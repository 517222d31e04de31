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
 * and Br is what rounding took, as B is orthonormal. The first block is looked at for all rows, with
 * |s||r| as one more number of the product; the others for those that are still in question.
 */
import {
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

/** First numbers in the block that is looked at for all rows, where memory allows, and where not. */
const mostInFirstBlock = 56;
const fewestInFirstBlock = 36;
/** From so many rows on, memory goes first. */
const manyRows = 400_000;
/** First numbers in each further block. */
const laterBlock = 24;
/** Bytes of a later block: the size of its numbers, the length that remains after it, the numbers. */
const blockBytes = 2 + laterBlock;

/** The blocks after the first that a sketch of so many rows has. */
export function laterBlocksFor(rows: number): number {
  return rows < manyRows ? 2 : 1;
}

/** The directions that a sketch of so many rows wants. */
export function directionsFor(rows: number): number {
  const first = rows < manyRows ? mostInFirstBlock : fewestInFirstBlock;
  return first + laterBlocksFor(rows) * laterBlock;
}

/** Queries that are bounded together at most: a multiple of `sumsAtOnce.queries`. */
export const mostQueries = 15;
/** Groups of rows that many queries are multiplied with at a time: a multiple of `sumsAtOnce.groups`. */
const groupsAtOnce = 48;

/** What rounding may add to the length: up to ½ for each number, up to 1 for the remaining length. */
const roundingLength = Math.sqrt(mostInFirstBlock / 4 + 1);
/** Units of 1 in the first block; one is left for rows a little longer than 1. */
const unit = Math.floor(longest - roundingLength) - 1;

const largestInt8 = 127;

/** Units of 1 of the length that remains, which is at most that of the row and what rounding adds. */
const restUnit = 255 / 1.01;
/** Units of 1 of a query in the later blocks. */
const queryUnit = 2 ** 15;

/** Rows may be this much longer than 1. */
const longestRow = 1.001;
/** What float64 rounding adds to any of the sums here, and many times more. */
const float64Slack = 1e-9;

/** A unit of a later block, by the size of its numbers: they are at most 2^(−size/4). */
const steps = Float64Array.from({ length: 128 }, (_, size) => 2 ** (-size / 4) / largestInt8);

/** A query as the sketch multiplies it. */
export interface SketchedQuery {
  /** The first block, and the remaining length. */
  first: number[];
  /** What the error of the first block is at most, in parts of 1. */
  firstSlack: number;
  /** The numbers of the later blocks, in units of `queryUnit`. */
  numbers: Int32Array;
  later: LaterBlock[];
}

/** What is known of a later block of a query. */
interface LaterBlock {
  /** The length of its numbers, and what remains after them. */
  length: number;
  rest: number;
  /** What the errors of this block and those before are at most, but for the row's own rounding. */
  slack: number;
}

/** A sketch as it is now, for another thread to read until the next change. */
export interface SharedSketch {
  basis: Basis;
  laterBlocks: number;
  size: number;
  packed: Float64Array;
  later: Int8Array;
  firstError: number;
}

export class Sketch {
  readonly #basis: Basis;
  readonly #laterBlocks: number;
  /** Bytes of a row beside the first block: half the length that remains after that, and later blocks. */
  readonly #stride: number;
  /** Numbers in the first block. */
  readonly #firstBlock: number;
  /** The same and the remaining length: numbers of a row as it is packed. */
  readonly #width: number;
  #size = 0;
  #packed: Float64Array = new Float64Array(0);
  /** `#stride` bytes a row. */
  #later: Int8Array = new Int8Array(0);
  /** The largest |Br| of the first block. */
  #firstError = 0;
  readonly #rotated: Float64Array;
  /** What `packedSums` needs, once there were many queries. */
  #block: { queries: number[]; packed: number[]; sums: Float64Array } | undefined;

  /** @param basis as many directions as `directionsFor` says */
  constructor(basis: Basis, laterBlocks: number) {
    this.#basis = basis;
    this.#laterBlocks = laterBlocks;
    this.#stride = 1 + laterBlocks * blockBytes;
    this.#firstBlock = basis.count - laterBlocks * laterBlock;
    this.#width = this.#firstBlock + 1;
    this.#rotated = new Float64Array(basis.count);
  }

  /** In the thread that reads: what `shared` gave in the one that has it. */
  static of({ basis, laterBlocks, size, packed, later, firstError }: SharedSketch): Sketch {
    const sketch = new Sketch(basis, laterBlocks);
    sketch.#size = size;
    sketch.#packed = packed;
    sketch.#later = later;
    sketch.#firstError = firstError;
    return sketch;
  }

  get shared(): SharedSketch {
    return {
      basis: this.#basis,
      laterBlocks: this.#laterBlocks,
      size: this.#size,
      packed: this.#packed,
      later: this.#later,
      firstError: this.#firstError,
    };
  }

  /** Rows that are sketched. */
  get size(): number {
    return this.#size;
  }

  /** Makes room for `count` rows in all; see `Vectors.reserve`. */
  reserve(count: number): void {
    const groups = Math.ceil(count / packedRows);
    if (groups * this.#width > this.#packed.length) {
      const packed = new Float64Array(new SharedArrayBuffer(8 * groups * this.#width));
      packed.set(this.#packed);
      this.#packed = packed;
    }
    if (count * this.#stride > this.#later.length) {
      const later = new Int8Array(new SharedArrayBuffer(count * this.#stride));
      later.set(this.#later);
      this.#later = later;
    }
  }

  /**
   * Adds a row at the end.
   * @returns false when it is too long for a sketch
   */
  add(row: Float32Array): boolean {
    const squared = rotate(this.#basis, row, this.#rotated);
    if (!(squared <= longestRow ** 2)) return false;
    const index = this.#size;
    if (index * this.#stride >= this.#later.length)
      this.reserve(Math.max(1024, Math.ceil(index * 1.5)));
    const rotated = this.#rotated;
    let left = squared;
    let error = 0;
    for (let d = 0; d < this.#firstBlock; d++) {
      const y = rotated[d] as number;
      const whole = Math.round(y * unit);
      putPacked(this.#packed, this.#width, index, d, whole);
      const z = whole / unit;
      left += z * z - 2 * y * z;
      error += (y - z) ** 2;
    }
    this.#firstError = Math.max(this.#firstError, Math.sqrt(error));
    const half = Math.ceil((restOf(left) * unit) / 2);
    putPacked(this.#packed, this.#width, index, this.#firstBlock, 2 * half);
    const later = this.#later;
    let offset = index * this.#stride;
    later[offset++] = half;
    for (let start = this.#firstBlock; start < this.#basis.count; start += laterBlock) {
      let most = 0;
      for (let d = start; d < start + laterBlock; d++)
        most = Math.max(most, Math.abs(rotated[d] as number));
      const size = Math.max(0, Math.min(largestInt8, Math.floor(-4 * Math.log2(most) - 1e-9)));
      const step = steps[size] as number;
      for (let d = 0; d < laterBlock; d++) {
        const y = rotated[start + d] as number;
        const whole = Math.round(y / step);
        later[offset + 2 + d] = whole;
        const z = whole * step;
        left += z * z - 2 * y * z;
      }
      later[offset] = size;
      later[offset + 1] = Math.ceil(restOf(left) * restUnit);
      offset += blockBytes;
    }
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
    for (const [place, row] of kept.entries())
      this.#later.copyWithin(
        (first + place) * this.#stride,
        row * this.#stride,
        (row + 1) * this.#stride,
      );
    const from = (row: number): number => (row < first ? row : (kept[row - first] ?? row));
    keepPacked(this.#packed, this.#width, from, first, this.#size);
  }

  /** Forgets all rows from this one on. */
  truncate(size: number): void {
    if (size >= this.#size) return;
    this.#size = size;
    keepPacked(this.#packed, this.#width, (row) => row, size, size);
  }

  /** A query made ready, or undefined when it is too long for a sketch. */
  query(vector: Float32Array): SketchedQuery | undefined {
    const squared = rotate(this.#basis, vector, this.#rotated);
    if (!(squared <= longestRow ** 2)) return undefined;
    const rotated = this.#rotated;
    const first = plainNumbers(this.#width);
    let left = squared;
    let error = 0;
    let length = 0;
    for (let d = 0; d < this.#firstBlock; d++) {
      const y = rotated[d] as number;
      const whole = Math.round(y * unit);
      first[d] = whole;
      const z = whole / unit;
      left += z * z - 2 * y * z;
      error += (y - z) ** 2;
      length += z * z;
    }
    first[this.#firstBlock] = Math.ceil(restOf(left) * unit);
    const firstSlack =
      Math.sqrt(error) * (longestRow + this.#firstError) +
      Math.sqrt(length) * this.#firstError +
      float64Slack;
    const numbers = new Int32Array(this.#basis.count - this.#firstBlock);
    const later: LaterBlock[] = [];
    let slack = firstSlack;
    for (let start = this.#firstBlock; start < this.#basis.count; start += laterBlock) {
      let missed = 0;
      let own = 0;
      for (let d = start; d < start + laterBlock; d++) {
        const y = rotated[d] as number;
        const whole = Math.round(y * queryUnit);
        numbers[d - this.#firstBlock] = whole;
        const z = whole / queryUnit;
        left += z * z - 2 * y * z;
        missed += (y - z) ** 2;
        own += z * z;
      }
      slack += Math.sqrt(missed) * 2;
      later.push({ length: Math.sqrt(own), rest: restOf(left), slack });
    }
    return { first, firstSlack, numbers, later };
  }

  /** Groups of rows that are bounded together, see `packed-products.ts`. */
  get groups(): number {
    return Math.ceil(this.#size / packedRows);
  }

  /**
   * The first bounds on the products of all rows with some queries, packed, in units of `leastBound`.
   * @param out for each query [at least `groups`]
   */
  firstBounds(queries: readonly SketchedQuery[], out: readonly Float64Array[]): void {
    if (queries.length < sumsAtOnce.queries)
      for (const [place, { first }] of queries.entries())
        packedSumsOf(first, this.#packed, this.groups, this.#width, out[place] as Float64Array);
    else this.#boundsOfMany(queries, out);
  }

  /** Some groups at a time are copied to where many queries multiply them faster. */
  #boundsOfMany(queries: readonly SketchedQuery[], out: readonly Float64Array[]): void {
    const { groups } = this;
    const width = this.#width;
    const together = Math.ceil(queries.length / sumsAtOnce.queries) * sumsAtOnce.queries;
    const block = (this.#block ??= {
      queries: plainNumbers(mostQueries * width),
      packed: plainNumbers(groupsAtOnce * width),
      sums: new Float64Array(mostQueries * groupsAtOnce),
    });
    for (const [place, { first }] of queries.entries())
      for (let d = 0; d < width; d++) block.queries[place * width + d] = first[d] as number;
    for (let start = 0; start < groups; start += groupsAtOnce) {
      const count = Math.min(groupsAtOnce, groups - start);
      const from = start * width;
      const end = count * width;
      for (let i = 0; i < end; i = (i + 1) | 0)
        block.packed[i] = this.#packed[(from + i) | 0] as number;
      packedSums(block.queries, together, block.packed, groupsAtOnce, width, block.sums);
      for (const [place, bounds] of out.entries()) {
        const own = place * groupsAtOnce;
        bounds.set(block.sums.subarray(own, own + count), start);
      }
    }
  }

  /** The least first bound of a row whose product with the query may reach `product`. */
  leastBound(query: SketchedQuery, product: number): number {
    return (product - query.firstSlack) * (unit * unit);
  }

  /**
   * Of some rows, finds those whose product with the query may reach `product`, by all blocks.
   * @param rows the rows, `count` of them; those that may come first afterwards, in the same order
   * @param bounds the first bounds of these rows
   * @returns how many may
   */
  refine(
    query: SketchedQuery,
    rows: Int32Array,
    count: number,
    bounds: Float64Array,
    product: number,
  ): number {
    const { numbers, later } = query;
    const [stride, laterBlocks] = [this.#stride, this.#laterBlocks];
    const bytes = this.#later;
    const ownRest = 2 * (query.first[this.#firstBlock] as number);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number;
      let offset = row * stride;
      let known =
        ((bounds[i] as number) - ownRest * ((bytes[offset] as number) & 255)) * (1 / (unit * unit));
      offset += 1;
      let reaches = true;
      for (let b = 0; b < laterBlocks && reaches; b++) {
        const { length, rest, slack } = later[b] as LaterBlock;
        const step = steps[bytes[offset] as number] as number;
        const sum = blockProduct(numbers, b * laterBlock, bytes, offset + 2);
        known += step * (sum / queryUnit + length * halfDiagonal);
        reaches =
          known + (rest * ((bytes[offset + 1] as number) & 255)) / restUnit + slack >= product;
        offset += blockBytes;
      }
      rows[kept] = row;
      kept += reaches ? 1 : 0;
    }
    return kept;
  }
}

/** The product of a later block of a query and of a row. */
function blockProduct(query: Int32Array, from: number, bytes: Int8Array, offset: number): number {
  let even = 0;
  let odd = 0;
  for (let d = 0; d < laterBlock; d += 2) {
    const p = (from + d) | 0;
    const o = (offset + d) | 0;
    even = (even + Math.imul(query[p] as number, bytes[o] as number)) | 0;
    odd = (odd + Math.imul(query[(p + 1) | 0] as number, bytes[(o + 1) | 0] as number)) | 0;
  }
  return even + odd;
}

/** How far rounding to whole numbers moves a point of a later block at most. */
const halfDiagonal = Math.sqrt(laterBlock) / 2;

/** The length that remains, from its square, which rounding may have made a little less. */
function restOf(squared: number): number {
  return Math.sqrt(Math.max(0, squared) + 1e-12);
}

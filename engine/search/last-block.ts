/**
 * The last block of a sketch (see `sketch.ts`): for each row the length that remains after the blocks
 * before, some more of its numbers, rounded to bytes in units of their own, and the length that remains
 * after these. It is looked at for the few rows that the bounds of the other blocks do not rule out,
 * four rows at a time.
 */

/** Numbers in the block. */
export const lastBlock = 24;
/** Where the numbers of a row begin: before them are the length before, their size, the length after. */
const numbersAt = 3;
/** Bytes of a row. */
const stride = numbersAt + lastBlock;

const largestInt8 = 127;

/** Units of 1 of the length that remains, which is at most that of the row and what rounding adds. */
const restUnit = 255 / 1.01;
/** Units of 1 of a query. */
const queryUnit = 2 ** 15;

/** A unit of the block, by the size of its numbers: they are at most 2^(−size/4). */
const steps = Float64Array.from({ length: 128 }, (_, size) => 2 ** (-size / 4) / largestInt8);

/** How far rounding to whole numbers moves a point of the block at most. */
const halfDiagonal = Math.sqrt(lastBlock) / 2;

/** A query as the block is multiplied with it. */
export interface LastQuery {
  /** In units of `queryUnit`. */
  numbers: Int32Array;
  /** The length of these, and what remains after them. */
  length: number;
  rest: number;
  /** What the errors of this block and those before are at most, but for the row's own rounding. */
  slack: number;
}

export class LastBlock {
  #bytes: Int8Array;
  /** Of the rows that are looked at. */
  #products = new Int32Array(0);

  /** @param bytes of rows that were put by another one */
  constructor(bytes: Int8Array = new Int8Array(0)) {
    this.#bytes = bytes;
  }

  /** The rows, in memory that threads may share. Valid until there is room for more. */
  get bytes(): Int8Array {
    return this.#bytes;
  }

  /** Rows that there is room for. */
  get room(): number {
    return Math.floor(this.#bytes.length / stride);
  }

  reserve(count: number): void {
    if (count <= this.room) return;
    const bytes = new Int8Array(new SharedArrayBuffer(count * stride));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  /**
   * @param numbers of the row after rotation, those of the block from place `from` on
   * @param left the square of the length that remains after the blocks before
   * @param half half that length, in units of the caller's, at most 255
   */
  put(row: number, numbers: Float64Array, from: number, left: number, half: number): void {
    const bytes = this.#bytes;
    const offset = row * stride;
    let most = 0;
    for (let d = from; d < from + lastBlock; d++)
      most = Math.max(most, Math.abs(numbers[d] as number));
    const size = Math.max(0, Math.min(largestInt8, Math.floor(-4 * Math.log2(most) - 1e-9)));
    const step = steps[size] as number;
    for (let d = 0; d < lastBlock; d++) {
      const y = numbers[from + d] as number;
      const whole = Math.round(y / step);
      bytes[offset + numbersAt + d] = whole;
      const z = whole * step;
      left += z * z - 2 * y * z;
    }
    bytes[offset] = half;
    bytes[offset + 1] = size;
    bytes[offset + 2] = Math.ceil(lengthOf(left) * restUnit);
  }

  /** Puts a row where another one is or was. */
  move(from: number, to: number): void {
    this.#bytes.copyWithin(to * stride, from * stride, (from + 1) * stride);
  }

  /**
   * @param numbers, from, left as for `put`
   * @param slack what the errors of the blocks before are at most
   */
  query(numbers: Float64Array, from: number, left: number, slack: number): LastQuery {
    const rounded = new Int32Array(lastBlock);
    let missed = 0;
    let own = 0;
    for (let d = 0; d < lastBlock; d++) {
      const y = numbers[from + d] as number;
      const whole = Math.round(y * queryUnit);
      rounded[d] = whole;
      const z = whole / queryUnit;
      left += z * z - 2 * y * z;
      missed += (y - z) ** 2;
      own += z * z;
    }
    return {
      numbers: rounded,
      length: Math.sqrt(own),
      rest: lengthOf(left),
      slack: slack + Math.sqrt(missed) * 2,
    };
  }

  /**
   * Of some rows, finds those whose product with the query may reach `product`.
   * @param rows the rows, `count` of them; those that may come first afterwards, in the same order
   * @param bounds of these rows by the blocks before; not to be used afterwards
   * @param unit units of 1 of these bounds
   * @param restUnits what `half` of a row is to be multiplied by, to be taken from its bound
   * @returns how many may
   */
  refine(
    { numbers, length, rest, slack }: LastQuery,
    rows: Int32Array,
    count: number,
    bounds: Float64Array,
    product: number,
    unit: number,
    restUnits: number,
  ): number {
    const bytes = this.#bytes;
    if (this.#products.length < count) this.#products = new Int32Array(count + 3);
    const products = this.#products;
    multiply(numbers, bytes, rows, count, products);
    const rounding = length * halfDiagonal;
    const restOfByte = rest / restUnit;
    const least = product - slack;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number;
      const offset = row * stride;
      const half = (bytes[offset] as number) & 255;
      const before = ((bounds[i] as number) - restUnits * half) * (1 / unit);
      const step = steps[bytes[offset + 1] as number] as number;
      const own = step * ((products[i] as number) * (1 / queryUnit) + rounding);
      const remaining = restOfByte * ((bytes[offset + 2] as number) & 255);
      // Written in any case, which is quicker than to ask.
      rows[kept] = row;
      kept += before + own + remaining >= least ? 1 : 0;
    }
    return kept;
  }
}

/** The products of a query and some rows. */
function multiply(
  query: Int32Array,
  bytes: Int8Array,
  rows: Int32Array,
  count: number,
  out: Int32Array,
): void {
  const last = count - 1;
  const at = (place: number): number =>
    (rows[Math.min(place, last)] as number) * stride + numbersAt;
  // The last row several times, where there are less than four.
  for (let i = 0; i <= last; i += 4) {
    const a = at(i);
    const b = at(i + 1);
    const c = at(i + 2);
    const e = at(i + 3);
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let d = 0; d < lastBlock; d = (d + 1) | 0) {
      const x = query[d] as number;
      s0 = (s0 + Math.imul(x, bytes[(a + d) | 0] as number)) | 0;
      s1 = (s1 + Math.imul(x, bytes[(b + d) | 0] as number)) | 0;
      s2 = (s2 + Math.imul(x, bytes[(c + d) | 0] as number)) | 0;
      s3 = (s3 + Math.imul(x, bytes[(e + d) | 0] as number)) | 0;
    }
    out[i] = s0;
    out[i + 1] = s1;
    out[i + 2] = s2;
    out[i + 3] = s3;
  }
}

/** A length from its square, which rounding may have made a little less than it is. */
export function lengthOf(squared: number): number {
  return Math.sqrt(Math.max(0, squared) + 1e-12);
}

/**
 * Products of rows of small whole numbers, three rows at a time in plain arithmetic: three numbers
 * are packed into one float64, x₀ + x₁·2¹⁸ + x₂·2³⁶, and a multiplication by a whole number multiplies
 * each of them. All sums are whole numbers below 2⁵³, so they are exact, and the three products can be
 * taken apart again as long as each stays below 2¹⁷ in size.
 *
 * By Cauchy and Schwarz it does, together with every sum on the way, when the lengths of query and row
 * multiply to less than 2¹⁷: see `longest`.
 */

/** Rows packed together. */
export const packedRows = 3;

/** The greatest length of a row of whole numbers, and of a query. 362² < 2¹⁷ */
export const longest = 362;

const field = 2 ** 18;
const fieldUp = 2 ** -18;
const topField = 2 ** 36;
const topFieldUp = 2 ** -36;
/** Added and taken away again, it rounds to a whole number. */
const rounder = 1.5 * 2 ** 52;

const parts = new Int32Array(packedRows);
const placeValues = Float64Array.of(1, field, topField);

/**
 * Adds a number to where 0 is.
 * @param packed [groups of `packedRows` rows × width]
 */
export function putPacked(
  packed: Float64Array,
  width: number,
  row: number,
  place: number,
  number: number,
): void {
  const index = Math.floor(row / packedRows) * width + place;
  packed[index] = (packed[index] as number) + number * (placeValues[row % packedRows] as number);
}

/** One number of each of three rows. */
export function packed(first: number, second: number, third: number): number {
  return first + second * field + third * topField;
}

/** The number of a row at a place. */
export function packedAt(packed: Float64Array, width: number, row: number, place: number): number {
  const sum = packed[Math.floor(row / packedRows) * width + place] as number;
  takeApart(sum, parts, 0);
  return parts[row % packedRows] ?? 0;
}

/**
 * Keeps some rows, which move together in their order, and puts 0 behind them.
 * @param kept rows, rising: row i becomes what row kept[i] was
 * @param first row from which on there is a change
 */
export function keepPacked(
  packed: Float64Array,
  width: number,
  kept: (row: number) => number,
  first: number,
  size: number,
): void {
  const group = new Float64Array(width);
  let row = first - (first % packedRows);
  for (; row < size; row += packedRows) {
    group.fill(0);
    // A row moves towards the beginning only, so what is read here was not written over yet.
    for (let slot = 0; slot < packedRows && row + slot < size; slot++) {
      const from = kept(row + slot);
      for (let place = 0; place < width; place++)
        group[place] =
          (group[place] as number) +
          packedAt(packed, width, from, place) * (placeValues[slot] as number);
    }
    packed.set(group, (row / packedRows) * width);
  }
  packed.fill(0, (row / packedRows) * width);
}

/**
 * The sums of a query and some groups of rows, still packed.
 * @param query [width] whole numbers, from `plainNumbers`
 * @param out [at least groups]
 */
export function packedSumsOf(
  query: number[],
  packed: Float64Array,
  groups: number,
  width: number,
  out: Float64Array,
): void {
  out.fill(0, 0, groups);
  let g = 0;
  for (; g + 4 <= groups; g += 4) {
    const a = g * width;
    addFour(query, packed, width, a, a + width, a + 2 * width, a + 3 * width, out, g);
  }
  for (; g < groups; g++) {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += (query[d] as number) * (packed[g * width + d] as number);
    out[g] = sum;
  }
}

/** Adds the products with the groups that begin at four places to four numbers from `into` on. */
function addFour(
  query: number[],
  packed: Float64Array,
  width: number,
  a: number,
  b: number,
  c: number,
  e: number,
  out: Float64Array,
  into: number,
): void {
  let s0 = out[into] as number;
  let s1 = out[into + 1] as number;
  let s2 = out[into + 2] as number;
  let s3 = out[into + 3] as number;
  // As 32-bit numbers, indices need no look at whether they are too large for that.
  for (let d = 0; d < width; d = (d + 1) | 0) {
    const x = query[d] as number;
    s0 += x * (packed[(a + d) | 0] as number);
    s1 += x * (packed[(b + d) | 0] as number);
    s2 += x * (packed[(c + d) | 0] as number);
    s3 += x * (packed[(e + d) | 0] as number);
  }
  out[into] = s0;
  out[into + 1] = s1;
  out[into + 2] = s2;
  out[into + 3] = s3;
}

/**
 * An array for `packedSums`. They are plain arrays, as V8 reads a number of one with half the steps that
 * one of a typed array takes; the products of a block take two thirds of the time then.
 */
export function plainNumbers(length: number): number[] {
  // Not of whole numbers, or V8 would keep them as such until there is another.
  return Array.from({ length }, () => 0.5);
}

/** Queries, and groups of rows, that `packedSums` takes at a time. */
export const sumsAtOnce = { queries: 3, groups: 2 };

/**
 * The sums of all pairs of a block of queries and a block of packed rows, still packed. Three queries by
 * two groups are what the registers hold with their products, so that five loads serve 18 products.
 * @param queries [queryCount × width] whole numbers, from `plainNumbers`
 * @param queryCount a multiple of 3
 * @param packed [groups × width], from `plainNumbers`
 * @param groups a multiple of 2
 * @param out takes [queryCount × groups], the row of each query `stride` behind that of the one before
 * @param from where the first row begins
 */
export function packedSums(
  queries: number[],
  queryCount: number,
  packed: number[],
  groups: number,
  width: number,
  out: Float64Array,
  from = 0,
  stride = groups,
): void {
  for (let q = 0; q < queryCount; q += 3) {
    const p0 = q * width;
    const p1 = p0 + width;
    const p2 = p1 + width;
    for (let g = 0; g < groups; g += 2) {
      const a = g * width;
      const b = a + width;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      for (let d = 0; d < width; d = (d + 1) | 0) {
        const x = packed[(a + d) | 0] as number;
        const y = packed[(b + d) | 0] as number;
        const k = queries[(p0 + d) | 0] as number;
        s00 += k * x;
        s01 += k * y;
        const l = queries[(p1 + d) | 0] as number;
        s10 += l * x;
        s11 += l * y;
        const m = queries[(p2 + d) | 0] as number;
        s20 += m * x;
        s21 += m * y;
      }
      const o = from + q * stride + g;
      out[o] = s00;
      out[o + 1] = s01;
      out[o + stride] = s10;
      out[o + stride + 1] = s11;
      out[o + 2 * stride] = s20;
      out[o + 2 * stride + 1] = s21;
    }
  }
}

/**
 * Finds the groups with a product of at least `least`, or of at least what is asked of the group.
 * @param sums as many as `leasts` from `from` on
 * @param leasts for each group
 * @param further what is added to each of these
 * @param out takes the groups [at least as many]
 * @returns how many
 */
export function groupsReaching(
  sums: Float64Array,
  from: number,
  least: number,
  leasts: Float64Array,
  further: number,
  out: Int32Array,
): number {
  let found = 0;
  for (let g = 0; g < leasts.length; g++) {
    const sum = sums[from + g] as number;
    const third = sum * topFieldUp + rounder - rounder;
    const rest = sum - third * topField;
    const second = rest * fieldUp + rounder - rounder;
    const first = rest - second * field;
    const own = (leasts[g] as number) + further;
    const any = own < least ? own : least;
    // Written in any case, which is quicker than to ask.
    out[found] = g;
    found += third >= any || second >= any || first >= any ? 1 : 0;
  }
  return found;
}

/**
 * Adds to the sums of some groups those of a query and a further block of numbers of their rows. The
 * first number counts first, so that what it takes away makes room for the others.
 * @param query [width] whole numbers, from `plainNumbers`
 * @param packed [all groups × width]
 * @param before the sums of all groups
 * @param out takes the sums of `groups`, by place [at least count + 3]
 */
export function addedSums(
  query: number[],
  packed: Float64Array,
  width: number,
  groups: Int32Array,
  count: number,
  before: Float64Array,
  out: Float64Array,
): void {
  const last = count - 1;
  // The last group several times, where there are less than four.
  const at = (place: number): number => groups[Math.min(place, last)] as number;
  for (let i = 0; i <= last; i += 4) {
    for (let k = i; k < i + 4; k++) out[k] = before[at(k)] as number;
    const [a, b] = [at(i) * width, at(i + 1) * width];
    const [c, e] = [at(i + 2) * width, at(i + 3) * width];
    addFour(query, packed, width, a, b, c, e, out, i);
  }
}

/**
 * Finds the groups with a product of at least `least`, where that is so for one in some: each is
 * written, and the sign of a difference says where the next one goes, as it takes longer when the
 * processor has to guess which way it goes on.
 * @param sums of which those from `from` to before `to` are looked at
 * @param out takes the groups, rising [at least to − from]
 * @returns how many
 */
export function groupsWith(
  sums: Float64Array,
  from: number,
  to: number,
  least: number,
  out: Int32Array,
): number {
  const below = wholeBelow(least);
  let found = 0;
  for (let g = from; g < to; g = (g + 1) | 0) {
    const sum = sums[g] as number;
    const third = sum * topFieldUp + rounder - rounder;
    const rest = sum - third * topField;
    const second = rest * fieldUp + rounder - rounder;
    const first = rest - second * field;
    out[found] = g;
    found = (found + (((below - first) | (below - second) | (below - third)) >>> 31)) | 0;
  }
  return found;
}

/**
 * Finds the rows of some groups whose product is at least `least`.
 * @param groups rising, `count` of them
 * @param sums of these groups, by place
 * @param rows takes the rows, rising [at least 3 × count]
 * @param products takes their products [the same]
 * @returns how many
 */
export function rowsWith(
  groups: Int32Array,
  count: number,
  sums: Float64Array,
  least: number,
  rows: Int32Array,
  products: Float64Array,
): number {
  const below = wholeBelow(least);
  let found = 0;
  for (let i = 0; i < count; i = (i + 1) | 0) {
    const sum = sums[i] as number;
    const third = sum * topFieldUp + rounder - rounder;
    const rest = sum - third * topField;
    const second = rest * fieldUp + rounder - rounder;
    const first = rest - second * field;
    const row = packedRows * (groups[i] as number);
    rows[found] = row;
    products[found] = first;
    found = (found + ((below - first) >>> 31)) | 0;
    rows[found] = row + 1;
    products[found] = second;
    found = (found + ((below - second) >>> 31)) | 0;
    rows[found] = row + 2;
    products[found] = third;
    found = (found + ((below - third) >>> 31)) | 0;
  }
  return found;
}

/** The largest whole number below a level of products, where it makes a difference to any of them. */
function wholeBelow(level: number): number {
  return Math.ceil(Math.max(-field, Math.min(level, field))) - 1;
}

/** The product of the last row of a group. Sums are in the order of these, but for those that are equal. */
export function lastProduct(sum: number): number {
  return Math.round(sum * topFieldUp);
}

/** The three products in a sum. @param out takes them from `offset` on */
export function takeApart(sum: number, out: Int32Array | Float64Array, offset: number): void {
  const third = sum * topFieldUp + rounder - rounder;
  const rest = sum - third * topField;
  const second = rest * fieldUp + rounder - rounder;
  out[offset] = rest - second * field;
  out[offset + 1] = second;
  out[offset + 2] = third;
}

/**
 * The one place where vectors are multiplied: dot products of float32 rows, summed in float64, in
 * plain TypeScript without SIMD.
 *
 * Every product of two rows is summed in the same order, from the first number to the last, whatever
 * block it is computed in. So equal rows have exactly equal similarities, and results do not depend
 * on how the work was cut.
 */

/**
 * Dot products of all pairs of a block of queries and a block of rows.
 *
 * Four queries by two rows are kept in registers, which halves the loads of a plain loop and more
 * than doubles its speed.
 *
 * @param queries float32 [any × dimensions]; `queryCount` of them from row `queryStart` are used
 * @param rows float32 [any × dimensions]; `rowCount` of them from row `rowStart` are used
 * @param out float64 [queryCount × rowCount], row by row of the queries
 */
export function dotProducts(
  queries: Float32Array,
  queryStart: number,
  queryCount: number,
  rows: Float32Array,
  rowStart: number,
  rowCount: number,
  dimensions: number,
  out: Float64Array,
): void {
  let q = 0;
  for (; q + 4 <= queryCount; q += 4) {
    let r = 0;
    for (; r + 2 <= rowCount; r += 2)
      fourByTwo(queries, queryStart + q, rows, rowStart + r, dimensions, out, q, r, rowCount);
    for (; r < rowCount; r++)
      for (let i = 0; i < 4; i++)
        out[(q + i) * rowCount + r] = dot(
          queries,
          queryStart + q + i,
          rows,
          rowStart + r,
          dimensions,
        );
  }
  for (; q < queryCount; q++) {
    let r = 0;
    for (; r + 4 <= rowCount; r += 4) {
      const a = (rowStart + r) * dimensions;
      const b = a + dimensions;
      const c = b + dimensions;
      const e = c + dimensions;
      const p = (queryStart + q) * dimensions;
      fourDotProducts(queries, p, rows, a, b, c, e, dimensions, out, q * rowCount + r);
    }
    for (; r < rowCount; r++)
      out[q * rowCount + r] = dot(queries, queryStart + q, rows, rowStart + r, dimensions);
  }
}

/** The dot product of row `i` of `a` and row `j` of `b`. */
export function dot(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  dimensions: number,
): number {
  let sum = 0;
  const p = i * dimensions;
  const q = j * dimensions;
  for (let d = 0; d < dimensions; d++) sum += at(a, p + d) * at(b, q + d);
  return sum;
}

// The index is always inside the array; asking for a default here would cost a third of the speed.
function at(array: Float32Array, index: number): number {
  return array[index] as number;
}

/**
 * The dot products of a query and four rows, which begin at `p` and at `a`, `b`, `c` and `e`.
 * @param out takes them from `offset` on
 */
export function fourDotProducts(
  queries: Float32Array,
  p: number,
  rows: Float32Array,
  a: number,
  b: number,
  c: number,
  e: number,
  dimensions: number,
  out: Float64Array,
  offset: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let d = 0; d < dimensions; d++) {
    const x = at(queries, p + d);
    s0 += x * at(rows, a + d);
    s1 += x * at(rows, b + d);
    s2 += x * at(rows, c + d);
    s3 += x * at(rows, e + d);
  }
  out[offset] = s0;
  out[offset + 1] = s1;
  out[offset + 2] = s2;
  out[offset + 3] = s3;
}

function fourByTwo(
  queries: Float32Array,
  query: number,
  rows: Float32Array,
  row: number,
  dimensions: number,
  out: Float64Array,
  outQuery: number,
  outRow: number,
  rowCount: number,
): void {
  const p0 = query * dimensions;
  const p1 = p0 + dimensions;
  const p2 = p1 + dimensions;
  const p3 = p2 + dimensions;
  const r0 = row * dimensions;
  const r1 = r0 + dimensions;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let d = 0; d < dimensions; d++) {
    const x = at(rows, r0 + d);
    const y = at(rows, r1 + d);
    const a = at(queries, p0 + d);
    s00 += a * x;
    s01 += a * y;
    const b = at(queries, p1 + d);
    s10 += b * x;
    s11 += b * y;
    const c = at(queries, p2 + d);
    s20 += c * x;
    s21 += c * y;
    const e = at(queries, p3 + d);
    s30 += e * x;
    s31 += e * y;
  }
  const o = outQuery * rowCount + outRow;
  out[o] = s00;
  out[o + 1] = s01;
  out[o + rowCount] = s10;
  out[o + rowCount + 1] = s11;
  out[o + 2 * rowCount] = s20;
  out[o + 2 * rowCount + 1] = s21;
  out[o + 3 * rowCount] = s30;
  out[o + 3 * rowCount + 1] = s31;
}

/**
 * Squared Euclidean distances of float32 rows, summed in float64, in plain TypeScript without SIMD.
 *
 * The differences are squared themselves, where |a|² + |b|² − 2 a·b would be faster: that form loses
 * all its digits for near duplicates, which are what is looked for. As in `kernel.ts`, every pair is
 * summed in the same order, so equal rows have distance 0 and equal pairs equal distances.
 */

/** Of all pairs of a block of queries and a block of rows; parameters as for `dotProducts`. */
export function squaredDistances(
  queries: Float32Array,
  queryStart: number,
  queryCount: number,
  rows: Float32Array,
  rowStart: number,
  rowCount: number,
  dimensions: number,
  out: Float64Array,
): void {
  for (let q = 0; q < queryCount; q++) {
    const offset = q * rowCount;
    let r = 0;
    for (; r + 4 <= rowCount; r += 4) {
      const a = (rowStart + r) * dimensions;
      const b = a + dimensions;
      const c = b + dimensions;
      const e = c + dimensions;
      const p = (queryStart + q) * dimensions;
      fourSquaredDistances(queries, p, rows, a, b, c, e, dimensions, out, offset + r);
    }
    for (; r < rowCount; r++)
      out[offset + r] = squaredDistance(queries, queryStart + q, rows, rowStart + r, dimensions);
  }
}

/** Of row `i` of `a` and row `j` of `b`. */
export function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  dimensions: number,
): number {
  let sum = 0;
  const p = i * dimensions;
  const q = j * dimensions;
  for (let d = 0; d < dimensions; d++) {
    const difference = at(a, p + d) - at(b, q + d);
    sum += difference * difference;
  }
  return sum;
}

/** Of a query and four rows; parameters as for `fourDotProducts`. */
export function fourSquaredDistances(
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
    const d0 = x - at(rows, a + d);
    const d1 = x - at(rows, b + d);
    const d2 = x - at(rows, c + d);
    const d3 = x - at(rows, e + d);
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  out[offset] = s0;
  out[offset + 1] = s1;
  out[offset + 2] = s2;
  out[offset + 3] = s3;
}

// The index is always inside the array; asking for a default here would cost a third of the speed.
function at(array: Float32Array, index: number): number {
  return array[index] as number;
}

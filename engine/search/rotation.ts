/**
 * Rotates rows so that their first numbers say most: onto the principal directions of the library
 * itself. Products of rows do not change by it, and of two rows of which only the first numbers are
 * known, and how much length remains, the product is known within bounds (Cauchy, Schwarz):
 *
 *   a·b ≤ a₁·b₁ + |a₂||b₂|      a₁ the first numbers of a, a₂ what remains
 *
 * So most rows need not be looked at further: what is found stays exact, for less work. The library
 * may grow while a basis stays: any directions at right angles do, only the bounds are looser then.
 */
import { Random } from '../random.ts';
import { dotProducts } from './kernel.ts';

/** Directions of length 1 at right angles to each other, to within 1e-12. */
export interface Basis {
  /** Numbers of a row. */
  dimensions: number;
  /** How many directions there are. */
  count: number;
  /** float64 [count × dimensions], the direction first that says most. */
  directions: Float64Array;
}

/** Rows that the directions are found from, evenly spread over all. */
const sampleSize = 4096;
/** Turns of the iteration: more of them gain nothing that a bound would notice. */
const turns = 8;
/** Directions, or columns of the sample, that are multiplied between two pauses. */
const columnsAtOnce = 4;

/**
 * What rounding may take from the bound, for rows of a length of at most 1: the first numbers are
 * float32 (2⁻²⁴ of their length, twice), and all else is float64.
 */
export const rotationSlack = 2.5e-7;

/**
 * The principal directions of rows, about the origin: no other directions leave less length on
 * average. By orthogonal iteration, on a sample where there are many.
 * @param rows float32 [size × dimensions]
 * @param count how many are wanted; there are at most `dimensions`
 * @param pause called between slices of some milliseconds; throwing there ends the work
 */
export async function principalBasis(
  rows: Float32Array,
  size: number,
  dimensions: number,
  count: number,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Basis> {
  const sample = sampled(rows, size, dimensions);
  const sampleRows = sample.length / dimensions;
  const across = transposed(sample, sampleRows, dimensions);
  const random = new Random('rotation');
  const wanted = Math.min(count, dimensions);
  const directions = Float64Array.from({ length: wanted * dimensions }, () =>
    random.between(-1, 1),
  );
  await orthonormalise(directions, wanted, dimensions, pause);
  const products = await productsOfColumns(across, sampleRows, dimensions, pause);
  for (let turn = 0; turn < turns; turn++) {
    // The iteration itself may be as coarse as float32; what it comes to is orthonormal in float64.
    const rough = Float32Array.from(directions);
    for (let k = 0; k < wanted; k += columnsAtOnce) {
      const count = Math.min(columnsAtOnce, wanted - k);
      const block = directions.subarray(k * dimensions, (k + count) * dimensions);
      dotProducts(rough, k, count, products, 0, dimensions, dimensions, block);
      await pause();
    }
    await orthonormalise(directions, wanted, dimensions, pause);
  }
  return { dimensions, count: wanted, directions };
}

/**
 * Rotates rows: their first numbers, and the length of what remains. For two rows of a length of at
 * most 1, a·b ≤ a₁·b₁ + |a₂||b₂| + `rotationSlack`, where the products are summed in float64.
 * @param rows float32 [any × dimensions]; `rowCount` of them from row `rowStart` are used
 * @param first float32 [rowCount × basis.count], takes the first numbers of each
 * @param rest float32 [rowCount], takes the remaining lengths, rounded up
 */
export function rotateRows(
  basis: Basis,
  rows: Float32Array,
  rowStart: number,
  rowCount: number,
  first: Float32Array,
  rest: Float32Array,
): void {
  const { count, dimensions } = basis;
  const rotated = new Float64Array(count);
  for (let r = 0; r < rowCount; r++) {
    const row = rows.subarray((rowStart + r) * dimensions, (rowStart + r + 1) * dimensions);
    const squared = rotate(basis, row, rotated);
    rest[r] = restAfter(squared, rotated, first.subarray(r * count, (r + 1) * count));
  }
}

/** How little of the squared length may remain, so that rounding cannot make it less than it is. */
const leastRest = 1e-12;

/**
 * The first numbers of one row.
 * @param row float32 [dimensions]
 * @param out float64 [at least basis.count]
 * @returns the squared length of the row
 */
export function rotate(basis: Basis, row: Float32Array, out: Float64Array): number {
  const { count, dimensions, directions } = basis;
  let squared = 0;
  for (let d = 0; d < dimensions; d++) squared += (row[d] as number) * (row[d] as number);
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const p0 = k * dimensions;
    const p1 = p0 + dimensions;
    const p2 = p1 + dimensions;
    const p3 = p2 + dimensions;
    let y0 = 0;
    let y1 = 0;
    let y2 = 0;
    let y3 = 0;
    for (let d = 0; d < dimensions; d++) {
      const x = row[d] as number;
      y0 += x * (directions[p0 + d] as number);
      y1 += x * (directions[p1 + d] as number);
      y2 += x * (directions[p2 + d] as number);
      y3 += x * (directions[p3 + d] as number);
    }
    out[k] = y0;
    out[k + 1] = y1;
    out[k + 2] = y2;
    out[k + 3] = y3;
  }
  for (; k < count; k++) {
    let y = 0;
    for (let d = 0; d < dimensions; d++)
      y += (row[d] as number) * (directions[k * dimensions + d] as number);
    out[k] = y;
  }
  return squared;
}

/**
 * Keeps the first numbers y of x, rounded to z. Returns what remains then, rounded up: |x − Bᵀz|, from
 * |x|² − 2 y·z + |z|², as B is orthonormal.
 */
function restAfter(squared: number, rotated: Float64Array, kept: Float32Array): number {
  let left = squared;
  for (let k = 0; k < kept.length; k++) {
    const y = rotated[k] as number;
    const z = Math.fround(y);
    kept[k] = z;
    left += z * z - 2 * y * z;
  }
  return roundedUp(Math.sqrt(Math.max(0, left) + leastRest * squared));
}

/** A float32 that is no less than `value`, which is not negative. */
function roundedUp(value: number): number {
  return Math.fround(value * (1 + 2 ** -23));
}

/** Some rows, evenly spread: neighbours in a library are often alike. */
function sampled(rows: Float32Array, size: number, dimensions: number): Float32Array {
  const count = Math.min(size, sampleSize);
  const sample = new Float32Array(count * dimensions);
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * size) / count);
    sample.set(rows.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions);
  }
  return sample;
}

function transposed(rows: Float32Array, size: number, dimensions: number): Float32Array {
  const across = new Float32Array(rows.length);
  for (let r = 0; r < size; r++)
    for (let d = 0; d < dimensions; d++) across[d * size + r] = rows[r * dimensions + d] as number;
  return across;
}

/**
 * The products of all columns with each other: what a direction is multiplied by in each turn. It is
 * made once, so that a turn does not have to go through the rows.
 * @param across float32 [dimensions × size], one column after the other
 * @returns float32 [dimensions × dimensions]
 */
async function productsOfColumns(
  across: Float32Array,
  size: number,
  dimensions: number,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const products = new Float32Array(dimensions * dimensions);
  const block = new Float64Array(columnsAtOnce * dimensions);
  for (let k = 0; k < dimensions; k += columnsAtOnce) {
    const count = Math.min(columnsAtOnce, dimensions - k);
    const others = dimensions - k;
    dotProducts(across, k, count, across, k, others, size, block);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < others; j++) {
        const product = block[i * others + j] as number;
        products[(k + i) * dimensions + k + j] = product;
        products[(k + j) * dimensions + k + i] = product;
      }
    await pause();
  }
  return products;
}

/**
 * Makes directions orthonormal, in place: Gram and Schmidt, twice ("twice is enough", Parlett 1980).
 * A direction of which nothing is left becomes any that stands at right angles to those before it.
 */
async function orthonormalise(
  directions: Float64Array,
  count: number,
  dimensions: number,
  pause: () => Promise<void>,
): Promise<void> {
  let spare = 0;
  for (let k = 0; k < count; k++) {
    const direction = directions.subarray(k * dimensions, (k + 1) * dimensions);
    while (!orthonormal(direction, k, directions, dimensions)) {
      direction.fill(0);
      direction[spare++ % dimensions] = 1;
    }
    await pause();
  }
}

/** Makes one direction orthonormal to the first `before` ones. False when nothing is left of it. */
function orthonormal(
  direction: Float64Array,
  before: number,
  directions: Float64Array,
  dimensions: number,
): boolean {
  for (let pass = 0; pass < 2; pass++) {
    const length = lengthOf(direction);
    for (let k = 0; k < before; k++) {
      let share = 0;
      for (let d = 0; d < dimensions; d++)
        share += (direction[d] as number) * (directions[k * dimensions + d] as number);
      for (let d = 0; d < dimensions; d++)
        direction[d] =
          (direction[d] as number) - share * (directions[k * dimensions + d] as number);
    }
    const left = lengthOf(direction);
    if (!(left > 1e-8 * length)) return false;
    for (let d = 0; d < dimensions; d++) direction[d] = (direction[d] as number) / left;
  }
  return true;
}

function lengthOf(direction: Float64Array): number {
  let squared = 0;
  for (let d = 0; d < direction.length; d++)
    squared += (direction[d] as number) * (direction[d] as number);
  return Math.sqrt(squared);
}

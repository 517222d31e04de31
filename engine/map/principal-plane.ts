/**
 * Where a layout begins: the rows seen along their first two principal components. So photos that
 * are far apart begin far apart, and the map comes out the same every time, up to chance of its own
 * (Kobak, Berens 2019, "The art of using t-SNE for single-cell transcriptomics").
 */
import type { Random } from '../random.ts';
import type { Pause, Points } from './points.ts';

/** Turns of the iteration; a start needs the plane only roughly. */
const turns = 24;
/** How far chance moves each row, in standard deviations: equal rows must be able to part. */
const jitter = 0.01;

/**
 * The coordinates of every row in the plane of the first two principal components, found by
 * orthogonal iteration with the centred rows, and moved a little by chance.
 * @returns float64 [size × 2], with mean 0 and a standard deviation of 1 in the first direction
 */
export async function principalPlane(
  points: Points,
  random: Random,
  pause: Pause,
): Promise<Float64Array> {
  const { size, dimensions } = points;
  const mean = meanOf(points);
  let directions = [0, 1].map(() =>
    Float64Array.from({ length: dimensions }, () => random.between(-1, 1)),
  );
  orthonormalise(directions);
  let seen = directions.map(() => new Float64Array(size));
  for (let turn = 0; turn < turns; turn++) {
    const next = directions.map(() => new Float64Array(dimensions));
    seen = directions.map(() => new Float64Array(size));
    for (let row = 0; row < size; row++) {
      for (const [which, direction] of directions.entries()) {
        const length = along(points, mean, row, direction);
        (seen[which] as Float64Array)[row] = length;
        addRow(points, mean, row, length, next[which] as Float64Array);
      }
      if (row % 64 === 63) await pause();
    }
    orthonormalise(next);
    directions = next;
  }
  const [first = new Float64Array(0), second = first] = seen;
  return scaled(first, second, random);
}

function meanOf({ rows, size, dimensions }: Points): Float64Array {
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < size * dimensions; i++) {
    const d = i % dimensions;
    mean[d] = (mean[d] as number) + (rows[i] as number) / size;
  }
  return mean;
}

/** The product of a centred row with a direction. */
function along(
  { rows, dimensions }: Points,
  mean: Float64Array,
  row: number,
  direction: Float64Array,
): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++)
    sum +=
      ((rows[row * dimensions + d] as number) - (mean[d] as number)) * (direction[d] as number);
  return sum;
}

/** Adds a centred row, `times` as long, to `to`. */
function addRow(
  { rows, dimensions }: Points,
  mean: Float64Array,
  row: number,
  times: number,
  to: Float64Array,
): void {
  for (let d = 0; d < dimensions; d++)
    to[d] =
      (to[d] as number) + times * ((rows[row * dimensions + d] as number) - (mean[d] as number));
}

/** Gram–Schmidt. A direction of which nothing is left becomes 0: the rows lie on a line or a point. */
function orthonormalise(directions: readonly Float64Array[]): void {
  for (const [which, direction] of directions.entries()) {
    const before = product(direction, direction);
    for (const other of directions.slice(0, which)) {
      const share = product(direction, other);
      for (let d = 0; d < direction.length; d++)
        direction[d] = (direction[d] as number) - share * (other[d] as number);
    }
    const left = product(direction, direction);
    const length = left > 1e-12 * before ? Math.sqrt(left) : Infinity;
    for (let d = 0; d < direction.length; d++) direction[d] = (direction[d] as number) / length;
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}

function scaled(first: Float64Array, second: Float64Array, random: Random): Float64Array {
  const size = first.length;
  const deviation = Math.sqrt(product(first, first) / Math.max(1, size));
  // Rows that are all equal have no spread: they begin on one spot, parted by chance alone.
  const unit = deviation > 0 ? deviation : Infinity;
  const coordinates = new Float64Array(2 * size);
  for (let row = 0; row < size; row++) {
    coordinates[2 * row] = (first[row] as number) / unit + random.between(-jitter, jitter);
    coordinates[2 * row + 1] = (second[row] as number) / unit + random.between(-jitter, jitter);
  }
  return coordinates;
}

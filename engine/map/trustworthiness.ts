/**
 * How far a map can be believed: the trustworthiness of Venna and Kaski (2001, "Neighborhood
 * preservation in nonlinear projection methods"), as scikit-learn defines it. It is 1 when the nearest
 * points of every point are nearest rows as well, and less the further away they really are.
 *
 *   T(k) = 1 − 2 / (n k (2n − 3k − 1)) · Σᵢ Σⱼ max(0, r(i, j) − k)
 *
 * j goes over the k nearest points of point i, and r(i, j) is the rank of row j among the nearest rows
 * of row i, from 1 on.
 */
import type { Random } from '../random.ts';
import { dotProducts } from '../search/kernel.ts';
import { Top } from '../search/top.ts';
import { squaredLengths, tile, type Pause, type Points } from './points.ts';

/** Nearest points that are looked at, as scikit-learn does; fewer where there are hardly more. */
const usualNeighbours = 5;
/** Of more rows than this, as many are drawn, and their mean stands for all. */
const most = 1000;

/**
 * Exact up to 1000 rows; of more, the mean over a thousand that are drawn.
 * @param points the rows that were mapped
 * @param coordinates [size × 2], where they are on the map
 * @param random draws the rows
 * @returns null where there are fewer than 3 rows: nothing can be told then
 */
export async function trustworthiness(
  points: Points,
  coordinates: Float64Array | Float32Array,
  random: Random,
  pause: Pause,
): Promise<number | null> {
  const { rows, size, dimensions } = points;
  // T is only between 0 and 1 for k < n / 2.
  const k = Math.min(usualNeighbours, Math.ceil(size / 2) - 1);
  if (k < 1) return null;
  const lengths = squaredLengths(points);
  const chosen = drawn(size, random);
  const products = new Float64Array(tile);
  const squared = new Float64Array(size);
  let penalty = 0;
  for (const row of chosen) {
    for (let start = 0; start < size; start += tile) {
      const count = Math.min(tile, size - start);
      dotProducts(rows, row, 1, rows, start, count, dimensions, products);
      for (let i = 0; i < count; i++)
        squared[start + i] = Math.max(
          0,
          (lengths[row] as number) + (lengths[start + i] as number) - 2 * (products[i] as number),
        );
    }
    for (const other of nearestOnMap(coordinates, row, k))
      penalty += Math.max(0, rankOf(other, row, squared) - k);
    await pause();
  }
  const share = chosen.length / size;
  return 1 - (2 / (share * size * k * (2 * size - 3 * k - 1))) * penalty;
}

/** At most a thousand different rows, all of them where there are not more. */
function drawn(size: number, random: Random): number[] {
  const all = Array.from({ length: size }, (_, row) => row);
  if (size <= most) return all;
  for (let place = 0; place < most; place++) {
    const other = random.integer(place, size - 1);
    [all[place], all[other]] = [all[other] ?? 0, all[place] ?? 0];
  }
  return all.slice(0, most);
}

/** The k points nearest to a point; of equally near ones the smaller row first. */
function nearestOnMap(coordinates: Float64Array | Float32Array, row: number, k: number): number[] {
  const x = coordinates[2 * row] as number;
  const y = coordinates[2 * row + 1] as number;
  const top = new Top(k);
  for (let other = 0; 2 * other < coordinates.length; other++) {
    if (other === row) continue;
    const dx = (coordinates[2 * other] as number) - x;
    const dy = (coordinates[2 * other + 1] as number) - y;
    top.add(other, -(dx * dx + dy * dy));
  }
  return top.sorted().map(({ id }) => id);
}

/** The rank of row `other` among the rows nearest to `row`, from 1 on; of equal distances the smaller row is first. */
function rankOf(other: number, row: number, squared: Float64Array): number {
  const distance = squared[other] as number;
  let rank = 1;
  for (let each = 0; each < squared.length; each++) {
    if (each === row || each === other) continue;
    const apart = squared[each] as number;
    if (apart < distance || (apart === distance && each < other)) rank += 1;
  }
  return rank;
}

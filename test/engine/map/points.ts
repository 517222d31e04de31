/** Rows for tests of maps. */
import type { Points } from '../../../engine/map/points.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

/** Rows in groups that are far apart, without copies. */
export function groupedPoints(size: number, dimensions: number, seed = 1): Points {
  const rows = groupedRows(size, dimensions, seededRandom(seed), { copies: 0 });
  return { rows, size, dimensions };
}

export function equalPoints(size: number, dimensions: number): Points {
  const rows = new Float32Array(size * dimensions).fill(1 / Math.sqrt(dimensions));
  return { rows, size, dimensions };
}

/** The squared distance of two rows, the plainest way. */
export function plainSquared({ rows, dimensions }: Points, i: number, j: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++)
    sum += ((rows[i * dimensions + d] ?? 0) - (rows[j * dimensions + d] ?? 0)) ** 2;
  return sum;
}

export const noPause = (): Promise<void> => Promise.resolve();

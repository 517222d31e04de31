import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestNeighbours } from '../../../engine/map/neighbours.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';
import { noPause, plainSquared } from './points.ts';

test('the nearest rows are those of brute force, of rows of any length, copies included', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 20 }),
      fc.nat(),
      async (size, dimensions, most, seed) => {
        const random = seededRandom(seed);
        const rows = groupedRows(size, dimensions, random, { copies: 0.2 });
        for (let i = 0; i < size; i++)
          for (let d = 0, times = 1 + (i % 3); d < dimensions; d++)
            rows[i * dimensions + d] = (rows[i * dimensions + d] ?? 0) * times;
        const points = { rows, size, dimensions };
        const k = Math.min(most, size - 1);
        const found = await nearestNeighbours(points, k, noPause);
        expect(found.rows).toHaveLength(size * k);
        for (let row = 0; row < size; row++) {
          const others = Array.from({ length: size }, (_, other) => other)
            .filter((other) => other !== row)
            .map((other) => plainSquared(points, row, other))
            .sort((a, b) => a - b)
            .slice(0, k);
          const mine = found.rows.subarray(row * k, (row + 1) * k);
          expect(new Set(mine).size).toBe(k);
          expect(mine).not.toContain(row);
          for (const [place, other] of mine.entries()) {
            const squared = found.squared[row * k + place] ?? NaN;
            expect(squared).toBeCloseTo(others[place] ?? NaN, 5);
            expect(squared).toBeCloseTo(plainSquared(points, row, other), 5);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('of equally near rows the smaller comes first, and progress ends with all', async () => {
  const points = { rows: new Float32Array(200).fill(1), size: 200, dimensions: 1 };
  const shares: number[] = [];
  const found = await nearestNeighbours(points, 3, noPause, (share) => shares.push(share));
  expect([...found.rows.subarray(0, 6)]).toEqual([1, 2, 3, 0, 2, 3]);
  expect([...found.rows.subarray(-3)]).toEqual([0, 1, 2]);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  principalBasis,
  rotateRows,
  rotationSlack,
  type Basis,
} from '../../../engine/search/rotation.ts';
import { hasReference, readReference, withoutReference } from '../../support/reference.ts';
import { groupedRows, plainDot, seededRandom } from '../../support/vectors.ts';

/** The largest |bᵢ·bⱼ − (1 if i = j, else 0)| of all pairs of directions. */
function farFromOrthonormal({ directions, count, dimensions }: Basis): number {
  let worst = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let d = 0; d < dimensions; d++)
        product += (directions[i * dimensions + d] ?? 0) * (directions[j * dimensions + d] ?? 0);
      worst = Math.max(worst, Math.abs(product - (i === j ? 1 : 0)));
    }
  return worst;
}

function rotated(basis: Basis, rows: Float32Array): { first: Float32Array; rest: Float32Array } {
  const size = rows.length / basis.dimensions;
  const first = new Float32Array(size * basis.count);
  const rest = new Float32Array(size);
  rotateRows(basis, rows, 0, size, first, rest);
  return { first, rest };
}

test('no product of two rows is outside of what their first numbers and remaining lengths allow', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 1, max: 30 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      async (size, dimensions, count, spread, seed) => {
        const random = seededRandom(seed);
        const rows = groupedRows(size, dimensions, random, { spread, copies: 0.3 });
        const basis = await principalBasis(rows, size, dimensions, count);
        expect(basis.count).toBe(Math.min(count, dimensions));
        expect(farFromOrthonormal(basis)).toBeLessThan(1e-12);
        const { first, rest } = rotated(basis, rows);
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++) {
            const product = plainDot(rows, i, j, dimensions);
            const known = plainDot(first, i, j, basis.count);
            const open = (rest[i] ?? NaN) * (rest[j] ?? NaN) + rotationSlack;
            expect(product).toBeLessThanOrEqual(known + open);
            expect(product).toBeGreaterThanOrEqual(known - open);
          }
      },
    ),
    { numRuns: 100 },
  );
});

test('with all directions nothing remains open but rounding', async () => {
  const rows = groupedRows(50, 16, seededRandom(3));
  const basis = await principalBasis(rows, 50, 16, 16);
  const { rest } = rotated(basis, rows);
  expect(Math.max(...rest)).toBeLessThan(3e-6);
});

test('the directions are those in which rows reach far, farthest first', async () => {
  const random = seededRandom(5);
  const reach = [0.1, 8, 0.1, 2, 0.1, 4, 0.1, 0.1];
  const rows = Float32Array.from({ length: 2000 * 8 }, (_, i) => {
    return (random() - 0.5) * (reach[i % 8] ?? 0);
  });
  const { directions } = await principalBasis(rows, 2000, 8, 3);
  for (const [place, d] of [1, 5, 3].entries())
    expect(Math.abs(directions[place * 8 + d] ?? 0)).toBeGreaterThan(0.999);
});

test.each([
  ['no rows', new Float32Array(0)],
  ['a single row', Float32Array.from([0.6, 0.8, 0])],
  ['equal rows', Float32Array.from([0.6, 0.8, 0, 0.6, 0.8, 0, 0.6, 0.8, 0])],
  ['rows of nothing', new Float32Array(9)],
])('of %s there are orthonormal directions too', async (_, rows) => {
  const basis = await principalBasis(rows, rows.length / 3, 3, 3);
  expect(basis.count).toBe(3);
  expect(farFromOrthonormal(basis)).toBeLessThan(1e-12);
});

test('the same rows have the same directions each time', async () => {
  const rows = groupedRows(80, 12, seededRandom(8));
  const [one, other] = [
    await principalBasis(rows, 80, 12, 5),
    await principalBasis(rows, 80, 12, 5),
  ];
  expect(one).toEqual(other);
});

test('what asks for a pause can end the work there', async () => {
  const rows = groupedRows(80, 12, seededRandom(8));
  const stop = () => Promise.reject(new Error('stopped'));
  await expect(principalBasis(rows, 80, 12, 5, stop)).rejects.toThrow('stopped');
});

test.skipIf(!hasReference)(
  `48 of the 1280 numbers of real photos leave as little as the best 48 can${withoutReference}`,
  async () => {
    const { rows, dims, count } = readReference();
    const { rest } = rotated(await principalBasis(rows, count, dims, 48), rows);
    const left = rest.reduce((sum, x) => sum + x * x, 0) / count;
    // 1 − the sum of the 48 largest squared singular values, by NumPy.
    const optimum = 0.31677;
    expect(left).toBeGreaterThan(optimum);
    expect(left).toBeLessThan(optimum * 1.01);
  },
);

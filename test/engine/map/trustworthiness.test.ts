import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Points } from '../../../engine/map/points.ts';
import { trustworthiness } from '../../../engine/map/trustworthiness.ts';
import { Random } from '../../../engine/random.ts';
import { hasReference, readReference, withoutReference } from '../../support/reference.ts';
import { seededRandom } from '../../support/vectors.ts';
import { groupedPoints, noPause, plainSquared } from './points.ts';

/** The definition, with both rankings sorted in full. */
function plainTrustworthiness(points: Points, map: Float64Array, k: number): number {
  const { size } = points;
  const flat = { rows: Float32Array.from(map), size, dimensions: 2 };
  const ranked = (of: Points, i: number): number[] =>
    Array.from({ length: size }, (_, j) => ({ j, squared: plainSquared(of, i, j) }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => a.squared - b.squared || a.j - b.j)
      .map(({ j }) => j);
  let penalty = 0;
  for (let i = 0; i < size; i++) {
    const truth = ranked(points, i);
    for (const j of ranked(flat, i).slice(0, k)) penalty += Math.max(0, truth.indexOf(j) + 1 - k);
  }
  return 1 - (2 / (size * k * (2 * size - 3 * k - 1))) * penalty;
}

const randomMap = (size: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: 2 * size }, () => Math.fround(random()));
};

test('it is that of the definition', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 3, max: 60 }), fc.nat(), async (size, seed) => {
      const points = groupedPoints(size, 4, seed);
      const map = randomMap(size, seed);
      const k = Math.min(5, Math.ceil(size / 2) - 1);
      const found = await trustworthiness(points, map, new Random(1), noPause);
      expect(found).toBeCloseTo(plainTrustworthiness(points, map, k), 10);
    }),
  );
});

test('of many rows it is told from some of them, nearly the same', async () => {
  const size = 1500;
  const points = groupedPoints(size, 4);
  const map = randomMap(size, 1);
  // Half the map is right, so that the figure is between that of chance and 1.
  for (let i = 0; i < size; i += 2) map.set([10 + i, points.rows[4 * i] ?? 0], 2 * i);
  const found = await trustworthiness(points, map, new Random(1), noPause);
  const again = await trustworthiness(points, map, new Random(1), noPause);
  expect(again).toBe(found);
  expect(Math.abs((found ?? 0) - plainTrustworthiness(points, map, 5))).toBeLessThan(0.01);
});

test('too few rows have none', async () => {
  for (const size of [0, 1, 2])
    expect(
      await trustworthiness(groupedPoints(size, 4), randomMap(size, 1), new Random(1), noPause),
    ).toBeNull();
});

// scikit-learn 1.9.1: x = np.fromfile('objects.f32', '<f4').reshape(495, 1280).astype(float);
// trustworthiness(x, np.stack([x[:, ::2].sum(1), x[:, 1::2].sum(1)], 1), n_neighbors=5)
test.skipIf(!hasReference)(
  `it is scikit-learn's, for real vectors on a poor map${withoutReference}`,
  async () => {
    const { rows, count: size, dims: dimensions } = readReference();
    const map = new Float64Array(2 * size);
    for (const [i, x] of rows.entries()) {
      const place = 2 * Math.floor(i / dimensions) + (i % 2);
      map[place] = (map[place] ?? 0) + x;
    }
    const found = await trustworthiness({ rows, size, dimensions }, map, new Random(1), noPause);
    expect(found).toBeCloseTo(0.548912, 5);
  },
);

import { expect, test } from 'vitest';
import { principalPlane } from '../../../engine/map/principal-plane.ts';
import { Random } from '../../../engine/random.ts';
import { seededRandom } from '../../support/vectors.ts';
import { equalPoints, noPause } from './points.ts';

test('rows that vary most along two directions are seen along those, whatever their mean', async () => {
  const random = seededRandom(4);
  const size = 400;
  const dimensions = 6;
  const rows = new Float32Array(size * dimensions);
  for (let i = 0; i < size; i++)
    for (let d = 0; d < dimensions; d++)
      rows[i * dimensions + d] = 7 + ([10, 4][d] ?? 0.1) * (random() - 0.5);
  const seen = await principalPlane({ rows, size, dimensions }, new Random(1), noPause);
  for (const axis of [0, 1]) {
    let [xy, xx, yy] = [0, 0, 0];
    for (let i = 0; i < size; i++) {
      const x = seen[2 * i + axis] ?? NaN;
      const y = (rows[i * dimensions + axis] ?? NaN) - 7;
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
    expect(Math.abs(xy) / Math.sqrt(xx * yy)).toBeGreaterThan(0.99);
    expect(Math.sqrt(xx / size)).toBeCloseTo(axis === 0 ? 1 : 0.4, 1);
  }
});

test('equal rows, one row and none have a place too', async () => {
  for (const size of [0, 1, 5]) {
    const seen = await principalPlane(equalPoints(size, 3), new Random(1), noPause);
    expect(seen).toHaveLength(2 * size);
    for (const x of seen) expect(Math.abs(x)).toBeLessThanOrEqual(0.01);
  }
});

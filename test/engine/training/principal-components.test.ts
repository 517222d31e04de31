/** Principal components: exactly those of all rows, whichever way they were come by. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { along, rowsAt } from '../../../engine/tensorflow/components.ts';
import { leadingEigenpairs } from '../../../engine/training/eigen.ts';
import {
  principalComponents,
  type LearntComponents,
} from '../../../engine/training/principal-components.ts';

const { tf } = await loadBackend('wasm');

/** More rows than numbers, and fewer. */
const rowsOfBytes = fc
  .tuple(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 2, max: 9 }))
  .chain(([count, numbers]) =>
    fc.tuple(
      fc.constant(numbers),
      fc.uint8Array({ minLength: count * numbers, maxLength: count * numbers }),
    ),
  )
  .filter(([numbers, rows]) => rows.some((x, i) => x !== rows[i % numbers]));

const used = ({ mean, directions }: LearntComponents) => ({
  numbers: mean.length,
  dimensions: directions.length,
  mean: Float32Array.from(mean),
  directions: Float32Array.from(directions.flatMap((direction) => [...direction])),
});

function distance(rows: ArrayLike<number>, numbers: number, a: number, b: number): number {
  const differences = Array.from(
    { length: numbers },
    (_, i) => (rows[a * numbers + i] ?? NaN) - (rows[b * numbers + i] ?? NaN),
  );
  return Math.hypot(...differences);
}

it('all of them give exactly the distances of the rows, and the rows again', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOfBytes, async ([numbers, rows]) => {
      const learnt = await principalComponents(tf, rows, numbers, numbers);
      const components = used(learnt);
      const places = along(components, rows);
      const count = rows.length / numbers;
      for (let a = 0; a < count; a++)
        for (let b = 0; b < a; b++)
          expect(distance(places, components.dimensions, a, b)).toBeCloseTo(
            distance(rows, numbers, a, b),
            2,
          );
      for (const [i, x] of rowsAt(components, places).entries())
        expect(x).toBeCloseTo(rows[i] ?? NaN, 2);
      const kept = learnt.variances.reduce((sum, x) => sum + x);
      expect(kept / learnt.totalVariance).toBeCloseTo(1, 9);
    }),
    { numRuns: 60 },
  );
});

it('each keeps as much as it says, less than the one before, and points the way of the rule', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOfBytes, async ([numbers, rows]) => {
      const { mean, directions, variances } = await principalComponents(tf, rows, numbers, 2);
      expect(directions.length).toBeLessThanOrEqual(2);
      const count = rows.length / numbers;
      for (const [k, direction] of directions.entries()) {
        let squares = 0;
        for (let row = 0; row < count; row++)
          squares +=
            direction.reduce(
              (sum, x, i) => sum + x * ((rows[row * numbers + i] ?? NaN) - (mean[i] ?? NaN)),
              0,
            ) ** 2;
        const variance = variances[k] ?? NaN;
        expect(squares / (count - 1) / variance).toBeCloseTo(1, 6);
        expect(variance).toBeLessThanOrEqual((variances[k - 1] ?? Infinity) * (1 + 1e-9));
        expect(Math.hypot(...direction)).toBeCloseTo(1, 9);
        expect(Math.max(...direction)).toBe(Math.max(...direction.map(Math.abs)));
      }
    }),
    { numRuns: 60 },
  );
});

it('where no two rows differ, nothing can be learnt', async () => {
  await expect(principalComponents(tf, new Uint8Array(40).fill(7), 4, 2)).rejects.toMatchObject({
    code: 'training-too-few',
    message: expect.stringContaining('look the same') as string,
  });
});

it('the leading eigenvectors of a large matrix are those of the whole, near ones among them', async () => {
  const [order, count] = [140, 6];
  const random = new Random('eigen');
  // Products of rows whose numbers differ less and less, the first two alike.
  const rows = Array.from({ length: order }, () =>
    Float64Array.from({ length: order }, (_, i) => random.between(-1, 1) / Math.max(2, i + 1)),
  );
  const matrix = Float64Array.from({ length: order * order }, (_, at) => {
    const [a = [], b = []] = [rows[Math.floor(at / order)], rows[at % order]];
    return [...a].reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
  });
  const told: number[] = [];
  const whole = await leadingEigenpairs(matrix, order, count);
  const leading = await leadingEigenpairs(matrix, order, count, {
    wholeUpTo: 0,
    onProgress: (share) => {
      told.push(share);
      return Promise.resolve();
    },
  });
  expect(told.length).toBeGreaterThan(1);
  expect(told.every((share) => share >= 0 && share <= 1)).toBe(true);
  for (let k = 0; k < count; k++) {
    expect((leading.values[k] ?? NaN) / (whole.values[k] ?? NaN)).toBeCloseTo(1, 10);
    const product = leading.vectors[k]?.reduce(
      (sum, x, i) => sum + x * (whole.vectors[k]?.[i] ?? NaN),
      0,
    );
    expect(Math.abs(product ?? NaN)).toBeCloseTo(1, 8);
  }
});

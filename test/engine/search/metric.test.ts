import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeClusters } from '../../../engine/clusters/describe.ts';
import { similarities, similaritiesOf, similarityOf } from '../../../engine/search/metric.ts';
import { squaredDistance } from '../../../engine/search/squared-distances.ts';
import { plainDot, seededRandom } from '../../support/vectors.ts';

function plainDistance(rows: Float32Array, i: number, j: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    const difference = (rows[i * dimensions + d] ?? 0) - (rows[j * dimensions + d] ?? 0);
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

const plain = {
  cosine: plainDot,
  euclidean: (rows: Float32Array, i: number, j: number, dimensions: number) =>
    1 - plainDistance(rows, i, j, dimensions),
};

describe.each(['cosine', 'euclidean'] as const)('similarity by %s', (metric) => {
  test('is the plain one for every block, and for every pair the same as in a block', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 7 }),
        fc.nat({ max: 13 }),
        fc.integer({ min: 1, max: 21 }),
        fc.nat({ max: 3 }),
        fc.nat({ max: 3 }),
        fc.nat(),
        (queryCount, rowCount, dimensions, queryStart, rowStart, seed) => {
          const random = seededRandom(seed);
          const total = Math.max(queryStart + queryCount, rowStart + rowCount);
          const rows = Float32Array.from({ length: total * dimensions }, () => random() - 0.5);
          // One number more than is asked for, which has to stay as it is.
          const out = new Float64Array(queryCount * rowCount + 1).fill(7);
          const block = [rows, queryStart, queryCount, rows, rowStart, rowCount] as const;
          similarities(metric, ...block, dimensions, out);
          for (let n = 0; n < queryCount * rowCount; n++) {
            const i = queryStart + Math.floor(n / rowCount);
            const j = rowStart + (n % rowCount);
            expect(out[n]).toBe(plain[metric](rows, i, j, dimensions));
            expect(similarityOf(metric, rows, i, rows, j, dimensions)).toBe(out[n]);
          }
          expect(out.at(-1)).toBe(7);
        },
      ),
    );
  });

  test('of a row and some others is the same as of each pair', () => {
    const dimensions = 5;
    const rows = Float32Array.from({ length: 20 * dimensions }, seededRandom(3));
    const some = fc.array(fc.nat({ max: 19 }), { maxLength: 11 });
    fc.assert(
      fc.property(fc.nat({ max: 19 }), some, (i, others) => {
        const out = new Float64Array(others.length + 1).fill(7);
        similaritiesOf(metric, rows, i, rows, Int32Array.from(others), dimensions, out);
        expect([...out]).toEqual([
          ...others.map((j) => similarityOf(metric, rows, i, rows, j, dimensions)),
          7,
        ]);
      }),
    );
  });
});

test('equal rows are at a squared distance of exactly 0, however long they are', () => {
  const rows = Float32Array.from({ length: 600 }, (_, i) => 1000 + (i % 300) / 7);
  expect(squaredDistance(rows, 0, rows, 1, 300)).toBe(0);
});

test('the cover of a cluster by Euclidean distance has the least sum of squared distances', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (size, seed) => {
      const random = seededRandom(seed);
      const rows = Float32Array.from({ length: size * 3 }, () => random() * 0.5);
      const ids = Uint32Array.from({ length: size }, (_, i) => i + 1);
      const { clusters } = describeClusters(new Int32Array(size), ids, rows, 3, 'euclidean');
      const costOf = (row: number): number =>
        ids.reduce((sum, _, other) => sum + plainDistance(rows, row, other, 3) ** 2, 0);
      const cover = (clusters[0]?.photoIds[0] ?? 0) - 1;
      const least = Math.min(...Array.from(ids, (_, row) => costOf(row)));
      expect(costOf(cover)).toBeCloseTo(least, 6);
    }),
  );
});

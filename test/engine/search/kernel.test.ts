import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dot, dotProducts } from '../../../engine/search/kernel.ts';
import { plainDot, seededRandom } from '../../support/vectors.ts';

test('every block of queries and rows gives exactly the plain dot products', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 11 }),
      fc.nat({ max: 13 }),
      fc.integer({ min: 1, max: 37 }),
      fc.nat({ max: 3 }),
      fc.nat({ max: 3 }),
      fc.nat(),
      (queryCount, rowCount, dimensions, queryStart, rowStart, seed) => {
        const random = seededRandom(seed);
        const total = Math.max(queryStart + queryCount, rowStart + rowCount);
        const rows = Float32Array.from({ length: total * dimensions }, () => random() - 0.5);
        const out = new Float64Array(queryCount * rowCount);
        dotProducts(rows, queryStart, queryCount, rows, rowStart, rowCount, dimensions, out);
        const plain = Array.from({ length: queryCount * rowCount }, (_, n) =>
          plainDot(
            rows,
            queryStart + Math.floor(n / rowCount),
            rowStart + (n % rowCount),
            dimensions,
          ),
        );
        // Not nearly, but exactly: equal rows must have equal similarities wherever they stand.
        expect([...out]).toEqual(plain);
      },
    ),
    { numRuns: 300 },
  );
});

test('one dot product is the plain one', () => {
  const rows = Float32Array.from([1, 2, 3, 4, 5, 6]);
  expect(dot(rows, 0, rows, 1, 3)).toBe(32);
});

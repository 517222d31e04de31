/** Searches by a description, against the plainest computation of the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describedBest } from '../../../engine/search/described.ts';
import { seededRandom, vectorsOf } from '../../support/vectors.ts';

test('what fits best is what brute force finds, over the wanted places alone, ties by photo id', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      fc.nat(),
      (count, dimensions, k, seed) => {
        const random = seededRandom(seed);
        const unit = 1 / Math.sqrt(dimensions);
        // Few different numbers, so that there are ties.
        const rows = Float32Array.from({ length: count * dimensions }, () =>
          Math.fround((Math.floor(random() * 3) / 2) * unit),
        );
        const places = [...Array(dimensions).keys()].filter(
          (place) => place === 0 || random() < 0.5,
        );
        const values = places.map(() => random());
        const hidden = new Set([1 + Math.floor(random() * count)]);
        const expected = Array.from({ length: count }, (_, row) => {
          const squares = places.map(
            (place, i) => ((rows[row * dimensions + place] ?? 0) / unit - (values[i] ?? 0)) ** 2,
          );
          const mean = squares.reduce((sum, square) => sum + square, 0) / places.length;
          return { id: row + 1, similarity: 1 - Math.sqrt(mean) };
        })
          .filter(({ id }) => !hidden.has(id))
          .sort((a, b) => b.similarity - a.similarity || a.id - b.id)
          .slice(0, k);
        const found = describedBest(
          vectorsOf(rows, dimensions),
          { places, values, unit },
          k,
          hidden,
        );
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        for (const [i, { similarity }] of found.entries())
          expect(similarity).toBeCloseTo(expected[i]?.similarity ?? NaN, 6);
      },
    ),
    { numRuns: 100 },
  );
});

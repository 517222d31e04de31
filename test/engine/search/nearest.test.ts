import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../../engine/search/nearest.ts';
import { Vectors } from '../../../engine/search/vectors.ts';
import { hasReference, readReference, withoutReference } from '../../support/reference.ts';
import { groupedRows, plainDot, seededRandom, vectorsOf } from '../../support/vectors.ts';

/** All rows ordered the plainest way: by similarity, then by id. */
function plainNearest(
  rows: Float32Array,
  dimensions: number,
  query: number,
  k: number,
): { id: number; similarity: number }[] {
  return Array.from({ length: rows.length / dimensions }, (_, i) => ({
    id: i + 1,
    similarity: plainDot(rows, query, i, dimensions),
  }))
    .filter(({ id }) => id !== query + 1)
    .sort((a, b) => b.similarity - a.similarity || a.id - b.id)
    .slice(0, k);
}

test('the k nearest are those of brute force, ties by photo id, for any number of photos and k', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(),
      (count, k, dimensions, seed) => {
        const random = seededRandom(seed);
        const rows = groupedRows(count, dimensions, random, { copies: 0.3 });
        const queries = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
          Math.floor(random() * count),
        );
        const vectors = vectorsOf(rows, dimensions);
        const found = nearest(
          vectors,
          queries.map((q) => ({ vector: vectors.row(q), except: new Set([q + 1]) })),
          k,
        );
        expect(found).toEqual(queries.map((q) => plainNearest(rows, dimensions, q, k)));
      },
    ),
    { numRuns: 60 },
  );
});

test('within a distance, they are those of brute force that are as near', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 700 }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.nat(),
      (count, k, within, seed) => {
        const rows = groupedRows(count, 8, seededRandom(seed), { copies: 0.3 });
        const vectors = vectorsOf(rows, 8);
        const query = { vector: vectors.row(0), except: new Set([1]) };
        const [found] = nearest(vectors, [query], k, new Set(), within);
        const all = plainNearest(rows, 8, 0, count);
        // What is at the distance but for rounding may be in or out.
        const surely = all.filter(({ similarity }) => 1 - similarity <= within);
        const perhaps = all.filter(({ similarity }) => 1 - similarity <= within + 2e-6);
        expect(found?.slice(0, surely.length)).toEqual(surely.slice(0, k));
        expect(perhaps).toEqual(expect.arrayContaining(found ?? []));
      },
    ),
    { numRuns: 60 },
  );
});

test('within no distance at all there are those whose vector is the same, in spite of rounding', () => {
  const rows = groupedRows(40, 8, seededRandom(1), { copies: 0 });
  const vectors = vectorsOf(Float32Array.from([...rows, ...rows]), 8);
  for (let row = 0; row < 40; row++) {
    const query = { vector: vectors.row(row), except: new Set([row + 1]) };
    const [found] = nearest(vectors, [query], 5, new Set(), 0);
    expect(found?.map(({ id }) => id)).toEqual([row + 41]);
  }
});

test('the query and its copies are never among the results', () => {
  const vectors = vectorsOf(Float32Array.from([1, 0, 1, 0, 0, 1, 1, 0]), 2);
  const [found] = nearest(vectors, [{ vector: vectors.row(0), except: new Set([1, 2]) }], 5);
  expect(found?.map(({ id }) => id)).toEqual([4, 3]);
});

test('what is hidden is no result of any query', () => {
  const vectors = vectorsOf(Float32Array.from([1, 0, 0, 1, 1, 0, 0, 1]), 2);
  const queries = [0, 1].map((row) => ({ vector: vectors.row(row), except: new Set([row + 1]) }));
  const found = nearest(vectors, queries, 5, new Set([3]));
  expect(found.map((of) => of.map(({ id }) => id))).toEqual([
    [2, 4],
    [4, 1],
  ]);
});

test('an empty library has no lookalikes', () => {
  const query = { vector: Float32Array.from([1, 0]), except: new Set<number>() };
  expect(nearest(new Vectors(2), [query], 5)).toEqual([[]]);
});

test.skipIf(!hasReference)(
  `the reference's exact top 5 of all 495 rows are met exactly${withoutReference}`,
  () => {
    const { rows, dims, top5, count } = readReference();
    const vectors = vectorsOf(rows, dims);
    const found = nearest(
      vectors,
      Array.from({ length: count }, (_, i) => ({
        vector: vectors.row(i),
        except: new Set([i + 1]),
      })),
      5,
    );
    expect(found.map((five) => five.map(({ id }) => id - 1))).toEqual(top5);
  },
);

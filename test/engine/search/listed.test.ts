import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildHierarchy } from '../../../engine/clusters/build.ts';
import { listedFor } from '../../../engine/clusters/hierarchy.ts';
import { nearestListed } from '../../../engine/search/listed.ts';
import { nearest } from '../../../engine/search/nearest.ts';
import { Vectors } from '../../../engine/search/vectors.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

const dimensions = 6;
const noPause = { pause: () => Promise.resolve(), onProgress: () => undefined };

test('what the lists of a pass say is what a search finds, ties and copies included', async () => {
  let answered = 0;
  let open = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 700 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 14 }),
      // Of few different photos, more are equally far than a list holds.
      fc.constantFrom(0.3, 0.9),
      fc.constantFrom('cosine' as const, 'euclidean' as const),
      fc.nat(),
      async (size, minPhotos, k, copies, metric, seed) => {
        const random = seededRandom(seed);
        const rows = groupedRows(size, dimensions, random, { copies });
        const vectors = new Vectors(dimensions, metric);
        for (let row = 0; row < size; row++)
          vectors.add(3 * row + 1, rows.subarray(row * dimensions, (row + 1) * dimensions));
        const form = { size, dimensions, metric, minPhotos, threads: 1 };
        const { neighbours } = await buildHierarchy(rows, form, noPause);
        const lists = { each: listedFor(minPhotos), ...neighbours };
        const hidden = new Set(vectors.ids.filter(() => random() < 0.2));
        for (let row = 0; row < size; row++) {
          const except = new Set([vectors.ids[row] ?? 0]);
          const isResult = (id: number): boolean => !hidden.has(id) && !except.has(id);
          const found = nearestListed(vectors, lists, row, k, isResult);
          if (!found) {
            open += 1;
            continue;
          }
          answered += 1;
          const [searched] = nearest(vectors, [{ vector: vectors.row(row), except }], k, hidden);
          expect(found).toEqual(searched);
        }
      },
    ),
    { numRuns: 40 },
  );
  // Both happen, or this would prove little.
  expect(answered).toBeGreaterThan(1000);
  expect(open).toBeGreaterThan(100);
});

/** Hierarchies that were brought up to date against those that are made anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildHierarchy } from '../../../engine/clusters/build.ts';
import { Crew } from '../../../engine/clusters/crew.ts';
import { labelsAt } from '../../../engine/clusters/cut.ts';
import type { Hierarchy } from '../../../engine/clusters/hierarchy.ts';
import { planUpdate, update } from '../../../engine/clusters/update.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

const noPause = { pause: () => Promise.resolve(), onProgress: () => undefined };
const dimensions = 6;

function formOf(rows: Float32Array, minPhotos: number, metric: 'cosine' | 'euclidean') {
  return { size: rows.length / dimensions, dimensions, metric, minPhotos, threads: 1 };
}

function chosenRows(rows: Float32Array, chosen: readonly number[]): Float32Array {
  return Float32Array.from(
    chosen.flatMap((row) => [...rows.subarray(row * dimensions, (row + 1) * dimensions)]),
  );
}

/** The hierarchy of some rows, brought up to date to those of some other ones of the same set. */
async function updated(
  all: Float32Array,
  before: readonly number[],
  now: readonly number[],
  minPhotos: number,
  metric: 'cosine' | 'euclidean',
): Promise<Hierarchy> {
  const old = chosenRows(all, before);
  const hierarchy = await buildHierarchy(old, formOf(old, minPhotos, metric), noPause);
  const rows = chosenRows(all, now);
  const form = formOf(rows, minPhotos, metric);
  const crew = new Crew(planUpdate(form, rows));
  const rowNow = Int32Array.from(before, (row) => now.indexOf(row));
  return update(crew, { hierarchy, rowNow }, noPause);
}

test('after photos came and went, everything is as a first pass would find it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 8, max: 400 }),
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.constantFrom(0, 0.02, 0.3),
      fc.constantFrom(0, 0.02, 0.3),
      fc.constantFrom('cosine' as const, 'euclidean' as const),
      fc.nat(),
      async (count, minPhotos, spread, goes, comes, metric, seed) => {
        const random = seededRandom(seed);
        const all = groupedRows(count, dimensions, random, { spread, copies: 0.1 });
        const fates = Array.from({ length: count }, () => {
          const chance = random();
          return chance < goes ? 'gone' : chance < goes + comes ? 'new' : 'stays';
        });
        const rows = [...fates.keys()];
        const before = rows.filter((row) => fates[row] !== 'new');
        const now = rows.filter((row) => fates[row] !== 'gone');
        fc.pre(before.length >= minPhotos && now.length >= minPhotos);
        const found = await updated(all, before, now, minPhotos, metric);
        const fresh = chosenRows(all, now);
        const anew = await buildHierarchy(fresh, formOf(fresh, minPhotos, metric), noPause);
        expect(found.edges.weights).toEqual(anew.edges.weights);
        expect(found.neighbours.distances).toEqual(anew.neighbours.distances);
        for (const epsilon of [0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8])
          expect(labelsAt(found, epsilon)).toEqual(labelsAt(anew, epsilon));
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

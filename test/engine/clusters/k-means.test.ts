import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kMeans, lloyd, nearestCentre, startCentres } from '../../../engine/clusters/k-means.ts';
import { hasReference, readReference, withoutReference } from '../../support/reference.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

/** What scikit-learn found; k-means.golden.py made it. */
const golden = JSON.parse(
  readFileSync(new URL('k-means.golden.json', import.meta.url), 'utf8'),
) as {
  dimensions: number;
  rows: number[];
  cases: { start: number[][]; labels: number[]; inertia: number; usualInertia: number }[];
  photos: {
    places: number[];
    labels: number[];
    inertia: number;
    usualInertia: number;
    bestInertia: number;
  }[];
};
const pause = (): Promise<void> => Promise.resolve();

function pointsOf(rows: Float32Array, dimensions: number) {
  return { rows, size: rows.length / dimensions, dimensions };
}

/** The inertia from its definition. */
function plainInertia(
  { rows, dimensions }: { rows: Float32Array; dimensions: number },
  { labels, centres }: { labels: Int32Array; centres: Float32Array },
): number {
  let sum = 0;
  for (const [row, label] of labels.entries())
    for (let d = 0; d < dimensions; d++)
      sum += ((rows[row * dimensions + d] ?? 0) - (centres[label * dimensions + d] ?? 0)) ** 2;
  return sum;
}

describe('from the same start as scikit-learn', () => {
  const points = pointsOf(Float32Array.from(golden.rows), golden.dimensions);

  test.each(golden.cases.map((one, index) => ({ ...one, index, k: one.start.length })))(
    'the clusters and the inertia are the same: case $index, k $k',
    async ({ start, labels, inertia, usualInertia }) => {
      const found = await lloyd(points, Float32Array.from(start.flat()), pause);
      expect([...found.labels]).toEqual(labels);
      expect(Math.abs(found.inertia / inertia - 1)).toBeLessThan(1e-6);
      expect(found.inertia).toBeLessThanOrEqual(usualInertia * (1 + 1e-6));
      expect(found.inertia).toBeCloseTo(plainInertia(points, found), 4);
    },
  );

  test.skipIf(!hasReference)(
    `real photos: the inertia is the same, and the best of its own starts is as good${withoutReference}`,
    async () => {
      const reference = readReference();
      const photos = pointsOf(reference.rows, reference.dims);
      for (const { places, labels, inertia, bestInertia } of golden.photos) {
        const start = Float32Array.from(
          places.flatMap((row) => [...reference.rows.subarray(row * 1280, (row + 1) * 1280)]),
        );
        const found = await lloyd(photos, start, pause);
        expect([...found.labels]).toEqual(labels);
        expect(Math.abs(found.inertia / inertia - 1)).toBeLessThan(1e-6);
        const own = await kMeans(photos, places.length, places.length, pause);
        expect(own.inertia / bestInertia).toBeLessThan(1.02);
      }
    },
    30_000,
  );
});

describe('k-means', () => {
  const points = pointsOf(groupedRows(400, 16, seededRandom(3), { spread: 0.3 }), 16);

  test('every row is with its nearest centre, and every centre is the mean of its rows', async () => {
    const { labels, centres } = await kMeans(points, 7, 1, pause);
    expect(centres).toHaveLength(7 * 16);
    for (const [row, label] of labels.entries())
      expect(nearestCentre(points.rows.subarray(row * 16, (row + 1) * 16), centres)).toBe(label);
    for (let label = 0; label < 7; label++) {
      const members = [...labels.keys()].filter((row) => labels[row] === label);
      expect(members.length).toBeGreaterThan(0);
      for (let d = 0; d < 16; d++) {
        const sum = members.reduce((total, row) => total + (points.rows[row * 16 + d] ?? 0), 0);
        expect(centres[label * 16 + d]).toBeCloseTo(sum / members.length, 5);
      }
    }
  });

  test('finds groups that lie apart, and the same seed finds the same', async () => {
    const apart = groupedRows(200, 16, seededRandom(8), { groups: 4, spread: 0.05, copies: 0 });
    const found = await kMeans(pointsOf(apart, 16), 4, 1, pause);
    // Four groups of this spread: anything else than the four together costs many times more.
    expect(found.inertia / 200).toBeLessThan(0.01);
    expect(await kMeans(pointsOf(apart, 16), 4, 1, pause)).toEqual(found);
  });

  test('more clusters than different rows: one for each of them', async () => {
    const rows = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1, 1, 0);
    const { labels, centres, inertia } = await kMeans(pointsOf(rows, 2), 4, 1, pause);
    expect(centres).toHaveLength(2 * 2);
    expect(new Set(labels)).toEqual(new Set([0, 1]));
    expect([labels[2], labels[3], labels[4]]).toEqual([labels[0], labels[1], labels[0]]);
    expect(inertia).toBe(0);
  });

  test('all rows the same, one row, and none', async () => {
    const same = await kMeans(pointsOf(new Float32Array(12).fill(0.5), 4), 3, 1, pause);
    expect(same).toMatchObject({ inertia: 0, centres: { length: 4 } });
    expect([...same.labels]).toEqual([0, 0, 0]);
    const one = await kMeans(pointsOf(Float32Array.of(0, 1), 2), 4, 1, pause);
    expect([[...one.labels], [...one.centres]]).toEqual([[0], [0, 1]]);
    const none = await kMeans(pointsOf(new Float32Array(0), 2), 4, 1, pause);
    expect(none).toEqual({
      labels: new Int32Array(0),
      centres: new Float32Array(0),
      inertia: 0,
    });
  });

  test('a start is made of different rows of the library', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const centres = await startCentres(points, 12, seededRandom(seed), pause);
      const found = new Set<string>();
      for (let c = 0; c < 12; c++) found.add(centres.subarray(c * 16, (c + 1) * 16).join());
      expect(found.size).toBe(12);
      const rows = new Set<string>();
      for (let row = 0; row < 400; row++)
        rows.add(points.rows.subarray(row * 16, (row + 1) * 16).join());
      expect([...found].every((centre) => rows.has(centre))).toBe(true);
    }
  });

  test('a start has no more centres than there are different rows', async () => {
    const rows = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1);
    expect(await startCentres(pointsOf(rows, 2), 4, seededRandom(1), pause)).toHaveLength(4);
  });

  test('what throws in a pause ends the work', async () => {
    let pauses = 0;
    const stop = (): Promise<void> =>
      ++pauses > 3 ? Promise.reject(new Error('stopped')) : Promise.resolve();
    await expect(kMeans(points, 5, 1, stop)).rejects.toThrow('stopped');
  });
});

test('a vector from outside falls to the nearest centre, and to none where there are none', () => {
  const centres = Float32Array.of(1, 0, 0, 0.2, -1, 0);
  expect(nearestCentre(Float32Array.of(0.8, 0.6), centres)).toBe(0);
  expect(nearestCentre(Float32Array.of(0, 1), centres)).toBe(1);
  expect(nearestCentre(Float32Array.of(-1, 0), centres)).toBe(2);
  expect(nearestCentre(Float32Array.of(1, 0), new Float32Array(0))).toBe(-1);
});

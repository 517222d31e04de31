import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chooseK, meanSilhouette, silhouetteCurve } from '../../../engine/clusters/choose-k.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

/** What scikit-learn found; k-means.golden.py made it. */
const golden = JSON.parse(
  readFileSync(new URL('k-means.golden.json', import.meta.url), 'utf8'),
) as {
  dimensions: number;
  rows: number[];
  cases: { labels: number[]; silhouette?: number }[];
};
const pause = (): Promise<void> => Promise.resolve();

function curveOf(rows: Float32Array, dimensions: number, told: number[] = []) {
  const points = { rows, size: rows.length / dimensions, dimensions };
  return silhouetteCurve(points, { pause, onProgress: (done, total) => told.push(done / total) });
}

test('the silhouette is that of scikit-learn', async () => {
  const { dimensions } = golden;
  const size = golden.rows.length / dimensions;
  const row = (i: number) => golden.rows.slice(i * dimensions, (i + 1) * dimensions);
  const distances = new Float32Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const other = row(j);
      distances[i * size + j] = Math.hypot(...row(i).map((x, d) => x - (other[d] ?? 0)));
    }
  const judged = golden.cases.filter(({ silhouette }) => silhouette !== undefined);
  expect(judged.length).toBeGreaterThan(3);
  for (const { labels, silhouette } of judged) {
    const clusters = Math.max(...labels) + 1;
    const found = await meanSilhouette(distances, Int32Array.from(labels), clusters, pause);
    expect(found).toBeCloseTo(silhouette ?? NaN, 5);
  }
});

test('a row that is alone counts 0, and equal rows in two clusters too', async () => {
  const distances = Float32Array.of(0, 1, 4, 1, 0, 4, 4, 4, 0);
  expect(await meanSilhouette(distances, Int32Array.of(0, 0, 1), 2, pause)).toBeCloseTo(0.5, 6);
  const same = new Float32Array(16);
  expect(await meanSilhouette(same, Int32Array.of(0, 0, 1, 1), 2, pause)).toBe(0);
});

test.each([3, 5, 8])('%d groups that lie apart are found to be that many', async (groups) => {
  const rows = groupedRows(240, 24, seededRandom(groups), { groups, spread: 0.2 });
  const told: number[] = [];
  const curve = await curveOf(rows, 24, told);
  expect(curve.map(({ k }) => k)).toEqual(Array.from({ length: 19 }, (_, i) => i + 2));
  expect(chooseK(curve)).toBe(groups);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
});

test('a large library is judged by a sample, which finds the same', async () => {
  const rows = groupedRows(4000, 8, seededRandom(6), { groups: 4, spread: 0.2 });
  const curve = await curveOf(rows, 8);
  expect(chooseK(curve)).toBe(4);
  expect(await curveOf(rows, 8)).toEqual(curve);
}, 30_000);

test('of equal silhouettes the smallest k; without a curve all are one cluster', () => {
  const curve = [
    { k: 2, silhouette: 0.25 },
    { k: 3, silhouette: 0.5 },
    { k: 4, silhouette: 0.5 },
  ];
  expect(chooseK(curve)).toBe(3);
  expect(chooseK([{ k: 2, silhouette: -0.1 }])).toBe(2);
  expect(chooseK([])).toBe(1);
});

test('few photos, and photos that are all the same, have a short curve or none', async () => {
  expect(await curveOf(new Float32Array(0), 2)).toEqual([]);
  expect(await curveOf(Float32Array.of(1, 0, 0, 1), 2)).toEqual([]);
  expect(await curveOf(new Float32Array(20).fill(0.5), 4)).toEqual([]);
  const [only, ...more] = await curveOf(Float32Array.of(1, 0, 0.8, 0.6, -1, 0), 2);
  expect([only?.k, more]).toEqual([2, []]);
  // Two different photos, four times each: exactly two clusters, and never more.
  const twice = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1);
  expect(await curveOf(twice, 2)).toEqual([{ k: 2, silhouette: 1 }]);
});

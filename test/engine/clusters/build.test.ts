/** First passes against an oracle that asks every pair: Prim's algorithm on exact distances. */
import { expect, test } from 'vitest';
import { buildHierarchy } from '../../../engine/clusters/build.ts';
import { labelsAt, noise } from '../../../engine/clusters/cut.ts';
import { distanceOf } from '../../../engine/clusters/distance.ts';
import { listedFor, type Hierarchy } from '../../../engine/clusters/hierarchy.ts';
import { similarityOf, type Metric } from '../../../engine/search/metric.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

const noPause = { pause: () => Promise.resolve(), onProgress: () => undefined };

interface Rows {
  rows: Float32Array;
  dimensions: number;
  metric?: Metric;
}

function hierarchyOf({ rows, dimensions, metric = 'cosine' }: Rows, minPhotos: number) {
  const size = rows.length / dimensions;
  return buildHierarchy(rows, { size, dimensions, metric, minPhotos, threads: 1 }, noPause);
}

/** Sorted distances of every row to the nearest ones, and sorted weights of a spanning tree. */
function oracle({ rows, dimensions, metric = 'cosine' }: Rows, minPhotos: number) {
  const size = rows.length / dimensions;
  const distances = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) =>
      distanceOf(similarityOf(metric, rows, i, rows, j, dimensions)),
    ),
  );
  const nearest = distances.map((row, i) =>
    row
      .filter((_, j) => j !== i)
      .sort()
      .slice(0, listedFor(minPhotos)),
  );
  const cores = nearest.map((row) => (minPhotos === 1 ? 0 : (row[minPhotos - 2] ?? Infinity)));
  const weights: number[] = [];
  const level = new Array<number>(size).fill(Infinity);
  const isIn = new Array<boolean>(size).fill(false);
  for (let step = 0, row = 0; step < size; step++) {
    isIn[row] = true;
    let next = -1;
    for (let other = 0; other < size; other++) {
      if (isIn[other]) continue;
      const reach = Math.max(cores[row] ?? 0, cores[other] ?? 0, distances[row]?.[other] ?? NaN);
      level[other] = Math.min(level[other] ?? Infinity, reach);
      if (next === -1 || (level[other] ?? 0) < (level[next] ?? 0)) next = other;
    }
    if (next !== -1) weights.push(level[next] ?? NaN);
    row = next;
  }
  return { nearest, weights: Float64Array.from(weights).sort() };
}

function expectExact(hierarchy: Hierarchy, of: Rows, minPhotos: number): void {
  const { nearest, weights } = oracle(of, minPhotos);
  expect(hierarchy.edges.weights).toEqual(weights);
  const listed = listedFor(minPhotos);
  for (const [row, distances] of nearest.entries()) {
    const expected = new Float64Array(listed).fill(Infinity);
    expected.set(distances);
    const found = hierarchy.neighbours.distances.subarray(row * listed, (row + 1) * listed);
    expect(found).toEqual(expected);
  }
}

test('rows that are rotated have the same forest and the same neighbours as all pairs give', async () => {
  // Enough of them, and wide enough, for a rotation; groups, loners and copies.
  const of = { rows: groupedRows(1050, 72, seededRandom(4), { groups: 30 }), dimensions: 72 };
  for (const minPhotos of [2, 5]) expectExact(await hierarchyOf(of, minPhotos), of, minPhotos);
});

test('so have Euclidean ones, far from the origin', async () => {
  const random = seededRandom(9);
  const near = groupedRows(1010, 80, random, { groups: 12 });
  const of: Rows = {
    rows: near.map((x) => x / 10 + 0.05),
    dimensions: 80,
    metric: 'euclidean',
  };
  expectExact(await hierarchyOf(of, 3), of, 3);
});

test('rows without any structure, of which no bound rules out much, are exact as well', async () => {
  const of = {
    rows: groupedRows(1010, 70, seededRandom(5), { groups: 1, spread: 60 }),
    dimensions: 70,
  };
  expectExact(await hierarchyOf(of, 4), of, 4);
});

test('ties: rows of a few directions only, many at equal distances', async () => {
  const random = seededRandom(6);
  const dimensions = 4;
  const rows = new Float32Array(400 * dimensions);
  for (let row = 0; row < 400; row++) rows[row * dimensions + Math.floor(random() * 4)] = 1;
  const of = { rows, dimensions };
  for (const minPhotos of [1, 2, 90, 130]) {
    const hierarchy = await hierarchyOf(of, minPhotos);
    expectExact(hierarchy, of, minPhotos);
  }
});

test('zero variance: all rows equal are one cluster, in as few steps as they need', async () => {
  const row = Float32Array.from({ length: 72 }, (_, d) => Math.sin(d + 1));
  const length = Math.hypot(...row);
  const rows = new Float32Array(1010 * 72);
  for (let i = 0; i < 1010; i++)
    rows.set(
      row.map((x) => x / length),
      i * 72,
    );
  const hierarchy = await hierarchyOf({ rows, dimensions: 72 }, 5);
  expect(new Set(labelsAt(hierarchy, 1e-6))).toEqual(new Set([0]));
  expect(hierarchy.edges.weights).toHaveLength(1009);
});

test('fewer rows than the minimum are noise at every ε; none are no labels', async () => {
  for (const count of [0, 1, 2, 4]) {
    const rows = groupedRows(count, 3, seededRandom(count));
    const hierarchy = await hierarchyOf({ rows, dimensions: 3 }, 5);
    expect([...labelsAt(hierarchy, 2)]).toEqual(new Array(count).fill(noise));
  }
  const one = await hierarchyOf({ rows: Float32Array.of(1, 0), dimensions: 2 }, 1);
  expect([...labelsAt(one, 0)]).toEqual([0]);
});

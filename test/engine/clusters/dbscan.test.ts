/**
 * Labels read off the hierarchy against a plain DBSCAN that asks every pair, and against
 * scikit-learn's labels for the reference vectors.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelsAt, noise } from '../../../engine/clusters/cut.ts';
import { buildHierarchy } from '../../../engine/clusters/build.ts';
import type { Hierarchy } from '../../../engine/clusters/hierarchy.ts';
import { hasReference, readReference, withoutReference } from '../../support/reference.ts';
import { groupedRows, plainDot, seededRandom } from '../../support/vectors.ts';

const noPause = { pause: () => Promise.resolve(), onProgress: () => undefined };
const cosine = { metric: 'cosine', threads: 1 } as const;

function hierarchyOf(
  rows: Float32Array,
  dimensions: number,
  minPhotos: number,
): Promise<Hierarchy> {
  return buildHierarchy(
    rows,
    { ...cosine, size: rows.length / dimensions, dimensions, minPhotos },
    noPause,
  );
}

/** DBSCAN as Ester et al. 1996 wrote it down, with scikit-learn's order of visits. */
function plainDbscan(
  rows: Float32Array,
  dimensions: number,
  epsilon: number,
  minPhotos: number,
): number[] {
  const size = rows.length / dimensions;
  const neighbours = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => j).filter(
      (j) => i === j || Math.max(0, 1 - plainDot(rows, i, j, dimensions)) <= epsilon,
    ),
  );
  const labels = new Array<number>(size).fill(noise);
  let next = 0;
  for (let start = 0; start < size; start++) {
    if (labels[start] !== noise || (neighbours[start]?.length ?? 0) < minPhotos) continue;
    const stack = [start];
    for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
      if (labels[row] !== noise) continue;
      labels[row] = next;
      if ((neighbours[row]?.length ?? 0) >= minPhotos)
        stack.push(...(neighbours[row] ?? []).filter((other) => labels[other] === noise));
    }
    next += 1;
  }
  return labels;
}

test('labels at every ε are those of a plain DBSCAN, numbers included', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 90 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 2, max: 8 }),
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.nat(),
      async (count, minPhotos, dimensions, spread, seed) => {
        const rows = groupedRows(count, dimensions, seededRandom(seed), { spread });
        const hierarchy = await hierarchyOf(rows, dimensions, minPhotos);
        for (const epsilon of [0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 2])
          expect([...labelsAt(hierarchy, epsilon)]).toEqual(
            plainDbscan(rows, dimensions, epsilon, minPhotos),
          );
      },
    ),
    { numRuns: 60 },
  );
});

test('a set larger than the buffer of edges has the same labels as plain DBSCAN', async () => {
  // 700 rows have 244,650 pairs, more than three buffers full.
  const rows = groupedRows(700, 4, seededRandom(3), { groups: 12, spread: 0.9 });
  const hierarchy = await hierarchyOf(rows, 4, 4);
  for (const epsilon of [0.002, 0.01, 0.03, 0.1])
    expect([...labelsAt(hierarchy, epsilon)]).toEqual(plainDbscan(rows, 4, epsilon, 4));
});

test.skipIf(!hasReference)(
  `scikit-learn's labels of all twelve settings are met${withoutReference}`,
  async () => {
    const { rows, dims, dbscan } = readReference();
    expect(dbscan).toHaveLength(12);
    for (const { eps, minSamples, labels } of dbscan) {
      const hierarchy = await hierarchyOf(rows, dims, minSamples);
      expect([...labelsAt(hierarchy, eps)]).toEqual(labels);
    }
  },
);

test('a pass tells its progress up to the end, and ends when waiting throws', async () => {
  const rows = groupedRows(300, 3, seededRandom(1));
  const told: number[] = [];
  await buildHierarchy(
    rows,
    { ...cosine, size: 300, dimensions: 3, minPhotos: 3 },
    {
      pause: () => Promise.resolve(),
      onProgress: (done, total) => told.push(done / total),
    },
  );
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  const ended = buildHierarchy(
    rows,
    { ...cosine, size: 300, dimensions: 3, minPhotos: 3 },
    {
      pause: () => Promise.reject(new Error('stop')),
      onProgress: () => undefined,
    },
  );
  await expect(ended).rejects.toThrow('stop');
});

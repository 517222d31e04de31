/** Passes in threads of their own, and passes that are kept. */
import { expect, test } from 'vitest';
import { buildHierarchy } from '../../../engine/clusters/build.ts';
import { ClusterFinder } from '../../../engine/clusters/finder.ts';
import { findPass, type ClusterPass, type PassPace } from '../../../engine/clusters/passes.ts';
import { groupedRows, seededRandom, vectorsOf } from '../../support/vectors.ts';

const dimensions = 64;
const rows = groupedRows(3200, dimensions, seededRandom(8), { groups: 40, spread: 0.8 });
const noPause = { pause: () => Promise.resolve(), onProgress: () => undefined };

function paceOf(overrides: Partial<PassPace> = {}): PassPace {
  return { ...noPause, signal: new AbortController().signal, version: () => 0, ...overrides };
}

test('many vectors are worked on in threads, with the same result, and tell how far it is', async () => {
  const told: number[] = [];
  const pass = await findPass(
    vectorsOf(rows, dimensions),
    4,
    undefined,
    paceOf({ onProgress: (done, total) => told.push(done / total) }),
  );
  const form = { size: 3200, dimensions, metric: 'cosine', minPhotos: 4, threads: 1 } as const;
  const here = await buildHierarchy(rows, form, noPause);
  expect(pass.hierarchy.edges.weights).toEqual(here.edges.weights);
  expect(pass.hierarchy.neighbours.distances).toEqual(here.neighbours.distances);
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
}, 60_000);

test('a pass in threads ends when it is stopped, with the reason', async () => {
  const abort = new AbortController();
  const pass = findPass(
    vectorsOf(rows, dimensions),
    4,
    undefined,
    paceOf({ signal: abort.signal }),
  );
  abort.abort(new Error('stopped'));
  await expect(pass).rejects.toThrow('stopped');
});

test('vectors that change while they are copied are copied again', async () => {
  const vectors = vectorsOf(rows, dimensions);
  let version = 0;
  const pass = await findPass(
    vectors,
    4,
    undefined,
    paceOf({
      version: () => version,
      pause: () => {
        if (version === 0) {
          vectors.remove([5]);
          version = 1;
        }
        return Promise.resolve();
      },
    }),
  );
  expect(pass.ids).toEqual(vectors.ids);
}, 60_000);

function finderOf(count: number, kept: ClusterPass[]) {
  const small = 8;
  const some = groupedRows(count, small, seededRandom(2));
  const vectors = vectorsOf(some, small);
  const progress: number[] = [];
  const finder = new ClusterFinder(vectors, {
    onProgress: ({ done, total }) => progress.push(done / total),
    keptPass: (minPhotos) => kept.find(({ hierarchy }) => hierarchy.minPhotos === minPhotos),
    onPass: (pass) => {
      kept.splice(0, kept.length, pass);
    },
  });
  return { vectors, finder, progress };
}

const settings = { algorithm: 'dbscan', epsilon: 0.02, minPhotos: 3 } as const;

test('a pass that was kept answers at once, as long as it is of the same photos', async () => {
  const kept: ClusterPass[] = [];
  const before = await finderOf(200, kept).finder.find(settings);
  expect(kept).toHaveLength(1);
  const again = finderOf(200, kept);
  const [pass] = kept;
  const after = await again.finder.find(settings);
  expect(after.clusters).toEqual(before.clusters);
  expect(again.progress).toEqual([]);
  expect(kept[0]).toBe(pass);
});

test('a kept pass of other photos is brought up to date, and kept anew', async () => {
  const kept: ClusterPass[] = [];
  await finderOf(200, kept).finder.find(settings);
  const { finder, vectors } = finderOf(204, kept);
  vectors.remove([9]);
  const found = await finder.find(settings);
  const anew = finderOf(204, []);
  anew.vectors.remove([9]);
  expect(found.clusters).toEqual((await anew.finder.find(settings)).clusters);
  expect(kept[0]?.ids).toEqual(vectors.ids);
});

test('more minimum photos than there are photos leave all of them in no cluster', async () => {
  const { finder } = finderOf(20, []);
  const found = await finder.find({ algorithm: 'dbscan', epsilon: 2, minPhotos: 1_000_000 });
  expect(found).toMatchObject({ minPhotos: 1_000_000, clusters: [] });
  expect(found.noise).toHaveLength(20);
});

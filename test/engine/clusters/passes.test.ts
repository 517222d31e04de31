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
  return { ...noPause, signal: new AbortController().signal, ...overrides };
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

test('a pass is of the vectors as they were when it began, whatever goes meanwhile', async () => {
  const [vectors, untouched] = [vectorsOf(rows, dimensions), vectorsOf(rows, dimensions)];
  const going = findPass(vectors, 4, undefined, paceOf());
  vectors.remove([1, 5, 1700]);
  const pass = await going;
  const expected = await findPass(untouched, 4, undefined, paceOf());
  expect(pass.ids).toEqual(untouched.ids);
  expect(pass.hierarchy.edges.weights).toEqual(expected.hierarchy.edges.weights);
  expect(pass.hierarchy.neighbours.distances).toEqual(expected.hierarchy.neighbours.distances);
}, 60_000);

function finderOf(count: number, kept: ClusterPass[]) {
  const small = 8;
  const some = groupedRows(count, small, seededRandom(2));
  const vectors = vectorsOf(some, small);
  const progress: number[] = [];
  const finder = new ClusterFinder(vectors, {
    onProgress: ({ done, total }) => progress.push(done / total),
    keptPass: (minPhotos) =>
      kept.find(({ hierarchy }) => [undefined, hierarchy.minPhotos].includes(minPhotos)),
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

test('photos that go while clusters are looked for are left out, the others are where they belong', async () => {
  const { finder, vectors } = finderOf(200, []);
  const all = await finderOf(200, []).finder.find(settings);
  const going = finder.find(settings);
  vectors.remove([9]);
  finder.invalidate();
  const { clusters } = await going;
  const members = (found: typeof clusters) =>
    found
      .map(({ photoIds }) => [...photoIds].filter((id) => id !== 9).sort((a, b) => a - b))
      .filter(({ length }) => length > 0);
  expect(new Set(members(clusters).map(String))).toEqual(
    new Set(members(all.clusters).map(String)),
  );
});

test('the present pass is the one of the photos as they are now, or none', async () => {
  const kept: ClusterPass[] = [];
  const { finder, vectors } = finderOf(200, kept);
  expect(finder.presentPass).toBeUndefined();
  await finder.find(settings);
  expect(finder.presentPass).toBe(kept[0]);
  expect(finderOf(200, kept).finder.presentPass).toBe(kept[0]);
  vectors.remove([9]);
  finder.invalidate();
  expect(finder.presentPass).toBeUndefined();
  await finder.find(settings);
  expect(finder.presentPass?.ids).toEqual(vectors.ids);
});

test('a pass with shorter lists, as they were kept once, is made anew', async () => {
  const kept: ClusterPass[] = [];
  const before = await finderOf(200, kept).finder.find(settings);
  const [pass] = kept;
  if (!pass) throw new Error('no pass was kept');
  const { hierarchy } = pass;
  const neighbours = {
    rows: hierarchy.neighbours.rows.subarray(0, 2 * hierarchy.size),
    distances: hierarchy.neighbours.distances.subarray(0, 2 * hierarchy.size),
  };
  const short = { ...pass, hierarchy: { ...hierarchy, neighbours } };
  const { finder } = finderOf(200, [short]);
  expect(finder.presentPass).toBeUndefined();
  expect((await finder.find(settings)).clusters).toEqual(before.clusters);
});

import { expect, test } from 'vitest';
import { ClusterFinder } from '../../../engine/clusters/finder.ts';
import { nearestCentre } from '../../../engine/clusters/k-means.ts';
import { groupedRows, seededRandom, vectorsOf } from '../../support/vectors.ts';

function finderOf(count: number) {
  const vectors = vectorsOf(groupedRows(count, 8, seededRandom(2)), 8);
  const progress: number[] = [];
  const finder = new ClusterFinder(vectors, {
    onProgress: ({ done, total }) => progress.push(done / total),
  });
  return { vectors, finder, progress };
}

test('a second ε needs no second pass, a changed library does', async () => {
  const { vectors, finder, progress } = finderOf(200);
  const automatic = await finder.find({ algorithm: 'dbscan', epsilon: 'automatic', minPhotos: 3 });
  expect(automatic.chosen).toBe('automatic');
  const passes = progress.filter((done) => done === 1).length;
  const given = await finder.find({ algorithm: 'dbscan', epsilon: 0.02, minPhotos: 3 });
  expect(given).toMatchObject({ chosen: 'given', epsilon: 0.02 });
  expect(progress.filter((done) => done === 1)).toHaveLength(passes);
  vectors.remove([1, 2, 3]);
  finder.invalidate();
  const after = await finder.find({ algorithm: 'dbscan', epsilon: 0.02, minPhotos: 3 });
  expect(progress.filter((done) => done === 1)).toHaveLength(passes + 1);
  const ids = [...after.noise, ...after.clusters.flatMap(({ photoIds }) => [...photoIds])];
  expect(ids.sort((a, b) => a - b)).toEqual([...vectors.ids]);
});

test('a pass can be cancelled, and the next question makes another', async () => {
  const { finder } = finderOf(3000);
  const first = finder.find({ algorithm: 'dbscan', epsilon: 'automatic', minPhotos: 3 });
  finder.cancel();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  const again = await finder.find({ algorithm: 'dbscan', epsilon: 'automatic', minPhotos: 3 });
  expect(again.clusters.length).toBeGreaterThan(0);
});

test('k-means: every photo is in a cluster, and each centre is that of its cluster', async () => {
  const { vectors, finder, progress } = finderOf(200);
  const found = await finder.find({ algorithm: 'k-means', k: 6 });
  if (found.algorithm !== 'k-means') throw new Error('another algorithm answered');
  expect(found).toMatchObject({ k: 6, chosen: 'given', noise: { length: 0 } });
  expect(found.clusters).toHaveLength(6);
  const ids = found.clusters.flatMap(({ photoIds }) => [...photoIds]);
  expect(ids.sort((a, b) => a - b)).toEqual([...vectors.ids]);
  for (const [place, { photoIds }] of found.clusters.entries())
    for (const id of photoIds)
      expect(nearestCentre(vectors.row(vectors.rowOf(id)), found.centres)).toBe(place);
  expect(progress.at(-1)).toBe(1);
});

test('k-means: the silhouettes are computed once, for a k that is given or chosen', async () => {
  const { vectors, finder } = finderOf(200);
  const given = await finder.find({ algorithm: 'k-means', k: 3 });
  const chosen = await finder.find({ algorithm: 'k-means', k: 'automatic' });
  expect(chosen).toMatchObject({ algorithm: 'k-means', chosen: 'automatic' });
  expect(chosen.curve).toBe(given.curve);
  if (chosen.algorithm !== 'k-means') throw new Error('another algorithm answered');
  const best = Math.max(...chosen.curve.map(({ silhouette }) => silhouette));
  expect(chosen.curve.find(({ k }) => k === chosen.k)?.silhouette).toBe(best);
  vectors.remove([1, 2, 3]);
  finder.invalidate();
  const after = await finder.find({ algorithm: 'k-means', k: 3 });
  expect(after.curve).not.toBe(given.curve);
  expect(after.clusters.reduce((sum, { photoIds }) => sum + photoIds.length, 0)).toBe(197);
});

test('k-means can be cancelled at any time, and the next question is answered', async () => {
  const { finder } = finderOf(3000);
  const first = finder.find({ algorithm: 'k-means', k: 'automatic' });
  finder.cancel();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  // What both need is there by now: now it is the clusters themselves that are stopped.
  await finder.find({ algorithm: 'k-means', k: 2 });
  const second = finder.find({ algorithm: 'k-means', k: 300 });
  const third = finder.find({ algorithm: 'k-means', k: 3 });
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  expect((await third).clusters).toHaveLength(3);
}, 30_000);

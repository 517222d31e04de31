import { expect, test } from 'vitest';
import { ClusterFinder } from '../../../engine/clusters/finder.ts';
import { groupedRows, seededRandom, vectorsOf } from '../../support/vectors.ts';

function finderOf(count: number) {
  const vectors = vectorsOf(groupedRows(count, 8, seededRandom(2)), 8);
  const progress: number[] = [];
  const finder = new ClusterFinder(vectors, ({ done, total }) => progress.push(done / total));
  return { vectors, finder, progress };
}

test('a second ε needs no second pass, a changed library does', async () => {
  const { vectors, finder, progress } = finderOf(200);
  const automatic = await finder.find('automatic', 3);
  expect(automatic.chosen).toBe('automatic');
  const passes = progress.filter((done) => done === 1).length;
  const given = await finder.find(0.02, 3);
  expect(given).toMatchObject({ chosen: 'given', epsilon: 0.02 });
  expect(progress.filter((done) => done === 1)).toHaveLength(passes);
  vectors.remove([1, 2, 3]);
  finder.invalidate();
  const after = await finder.find(0.02, 3);
  expect(progress.filter((done) => done === 1)).toHaveLength(passes + 1);
  const ids = [...after.noise, ...after.clusters.flatMap(({ photoIds }) => [...photoIds])];
  expect(ids.sort((a, b) => a - b)).toEqual([...vectors.ids]);
});

test('a pass can be cancelled, and the next question makes another', async () => {
  const { finder } = finderOf(3000);
  const first = finder.find('automatic', 3);
  finder.cancel();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  const again = await finder.find('automatic', 3);
  expect(again.clusters.length).toBeGreaterThan(0);
});

import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ClusterRun } from '../../../engine/contract.ts';
import type { Library } from '../../../engine/library.ts';
import {
  heard,
  idsByPath,
  index,
  kinds,
  numbered,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';

async function clustered(
  here: Place,
  photos: Record<string, number>,
): Promise<{ library: Library; run: ClusterRun }> {
  await writePhotos(here.photos, photos);
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  const run = await library.request('clusters.find', {
    algorithm: 'dbscan',
    epsilon: 'automatic',
    minPhotos: 3,
  });
  return { library, run };
}

async function names(library: Library): Promise<(string | null)[]> {
  const { run } = await library.request('clusters.get', {});
  return run?.clusters.map(({ name }) => name) ?? [];
}

test('photos of a kind are together, largest cluster first, nearest to the cover first', async () => {
  await using here = await place();
  const { library, run } = await clustered(here, numbered(8 * kinds));
  expect(run.chosen).toBe('automatic');
  expect(run.clusters.length).toBeGreaterThan(1);
  const sizes = run.clusters.map(({ size }) => size);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(sizes.reduce((a, b) => a + b, run.noise)).toBe(8 * kinds);
  for (const card of run.clusters) {
    const {
      card: same,
      ids,
      ratios,
      similarities,
    } = await library.request('clusters.photos', {
      cluster: card.id,
    });
    expect(same).toEqual(card);
    expect(ids.slice(0, 5)).toEqual([card.cover.id, ...card.best.map(({ id }) => id)]);
    expect(ids).toHaveLength(card.size);
    expect(ratios).toHaveLength(card.size);
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    expect(similarities[0]).toBe(1);
    const refs = await library.request('photos.refs', { ids });
    expect(new Set(refs.map(({ name }) => Number.parseInt(name) % kinds)).size).toBe(1);
    expect((await library.request('photos.get', { id: ids[0] ?? 0 })).cluster).toEqual({
      id: card.id,
      name: null,
      size: card.size,
    });
  }
  const noise = await library.request('clusters.photos', { cluster: null });
  expect(noise).toMatchObject({ card: null, ids: { length: run.noise }, similarities: [] });
});

test('the present run is there again after the library was closed', async () => {
  await using here = await place();
  const { run } = await clustered(here, numbered(4 * kinds));
  const again = await here.open();
  expect((await again.request('clusters.get', {})).run).toEqual(run);
  expect((await again.request('library.get', {})).methods[0]?.clusters).toBe(run.clusters.length);
});

describe('a name', () => {
  test('survives another run, another ε and back, and a restart', async () => {
    await using here = await place();
    const { library, run } = await clustered(here, numbered(6 * kinds));
    await library.request('clusters.rename', { cluster: 2, name: '  Günther’s 🐈  ' });
    expect(await names(library)).toEqual(
      run.clusters.map(({ id }) => (id === 2 ? 'Günther’s 🐈' : null)),
    );
    const find = (epsilon: number | 'automatic'): Promise<ClusterRun> =>
      library.request('clusters.find', { algorithm: 'dbscan', epsilon, minPhotos: 3 });
    await find('automatic');
    expect((await names(library))[1]).toBe('Günther’s 🐈');
    expect((await find(0)).clusters).toEqual([]);
    expect((await find(2)).clusters.map(({ name }) => name)).toEqual([null]);
    await find('automatic');
    expect((await names(library))[1]).toBe('Günther’s 🐈');
    expect((await names(await here.open()))[1]).toBe('Günther’s 🐈');
  });

  test('stays with a cluster that grows to many times its size', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(4 * kinds));
    await library.request('clusters.rename', { cluster: 1, name: 'Mine' });
    const before = await library.request('clusters.photos', { cluster: 1 });
    const [first = 0] = before.ids;
    const kind = Number.parseInt((await library.request('photos.get', { id: first })).name) % kinds;
    const more = Array.from({ length: 25 }, (_, i) => (10 + i) * kinds + kind);
    await writePhotos(here.photos, Object.fromEntries(more.map((n) => [`${n}.jpg`, n])));
    await index(library);
    const run = await library.request('clusters.find', {
      algorithm: 'dbscan',
      epsilon: 'automatic',
      minPhotos: 3,
    });
    const named = run.clusters.filter(({ name }) => name !== null);
    expect(named.map(({ name }) => name)).toEqual(['Mine']);
    expect(named[0]?.size).toBeGreaterThan(before.ids.length * 4);
  });

  test('can be changed and taken away', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(4 * kinds));
    await library.request('clusters.rename', { cluster: 1, name: 'One' });
    await library.request('clusters.rename', { cluster: 1, name: 'Two' });
    expect((await names(library))[0]).toBe('Two');
    await library.request('clusters.rename', { cluster: 1, name: ' ' });
    expect((await names(library))[0]).toBeNull();
    await library.request('clusters.find', {
      algorithm: 'dbscan',
      epsilon: 'automatic',
      minPhotos: 3,
    });
    expect((await names(library))[0]).toBeNull();
  });
});

describe('runs', () => {
  test('of questions that overtake each other, the last one’s answer stays', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(4 * kinds));
    const [first, last] = await Promise.all(
      [0.1, 0.2].map((epsilon) =>
        library.request('clusters.find', { algorithm: 'dbscan', epsilon, minPhotos: 3 }),
      ),
    );
    expect([first, last]).toMatchObject([{ epsilon: 0.1 }, { epsilon: 0.2 }]);
    expect((await library.request('clusters.get', {})).run).toMatchObject({ epsilon: 0.2 });
  });

  test('are told while they go on, and can be cancelled', async () => {
    await using here = await place();
    const { library, run } = await clustered(here, numbered(4 * kinds));
    const begun = heard(library, (name) => name === 'clustering');
    // Another minimum of photos needs a pass of its own.
    const asked = library.request('clusters.find', {
      algorithm: 'dbscan',
      epsilon: 0.2,
      minPhotos: 5,
    });
    const settled = asked.then(
      () => 'found',
      (error: unknown) => error,
    );
    expect(await begun).toMatchObject({ state: 'running' });
    await library.request('clusters.cancel', {});
    const outcome = await settled;
    const { run: present, clustering } = await library.request('clusters.get', {});
    expect(clustering).toMatchObject({ state: 'idle', error: null });
    // A library this small may be done before it can be cancelled.
    if (outcome === 'found') expect(present).toMatchObject({ minPhotos: 5 });
    else {
      expect(outcome).toMatchObject({ code: 'cancelled' });
      expect(present).toEqual(run);
    }
  });

  test('leave out photos that were deleted since', async () => {
    await using here = await place();
    const { library, run } = await clustered(here, numbered(4 * kinds));
    const [card] = run.clusters;
    await rm(join(here.photos, card?.cover.name ?? ''));
    await index(library);
    const { ids } = await library.request('clusters.photos', { cluster: 1 });
    expect(ids).toHaveLength((card?.size ?? 0) - 1);
    const { run: now } = await library.request('clusters.get', {});
    expect(now?.clusters[0]?.cover.id).toBe(card?.best[0]?.id);
  });
});

describe('k-means', () => {
  const kMeans = (library: Library, k: number | 'automatic'): Promise<ClusterRun> =>
    library.request('clusters.find', { algorithm: 'k-means', k });

  test('puts every photo into one of k clusters, which look as those of DBSCAN do', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(6 * kinds));
    const run = await kMeans(library, kinds);
    expect(run).toMatchObject({ algorithm: 'k-means', k: kinds, chosen: 'given', noise: 0 });
    expect(run.clusters.map(({ size }) => size)).toEqual(Array(kinds).fill(6));
    for (const card of run.clusters) {
      const { ids, similarities } = await library.request('clusters.photos', { cluster: card.id });
      expect(ids.slice(0, 5)).toEqual([card.cover.id, ...card.best.map(({ id }) => id)]);
      expect(similarities[0]).toBe(1);
      const refs = await library.request('photos.refs', { ids });
      expect(new Set(refs.map(({ name }) => Number.parseInt(name) % kinds)).size).toBe(1);
    }
    expect((await library.request('clusters.photos', { cluster: null })).ids).toEqual([]);
  });

  test('chooses k by the silhouette, whose curve is told', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(6 * kinds));
    const run = await kMeans(library, 'automatic');
    if (run.algorithm !== 'k-means') throw new Error('another algorithm answered');
    const highest = Math.max(...run.curve.map(({ silhouette }) => silhouette));
    expect(run.curve.find(({ silhouette }) => silhouette === highest)?.k).toBe(run.k);
    expect(run).toMatchObject({ chosen: 'automatic', clusters: { length: run.k } });
  });

  test('with fewer photos than k there are as many clusters as photos', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(2));
    const run = await kMeans(library, 4);
    expect(run).toMatchObject({ k: 4, curve: [], inertia: 0 });
    expect(run.clusters.map(({ size }) => size)).toEqual([1, 1]);
    expect(await kMeans(library, 'automatic')).toMatchObject({ k: 1, clusters: [{ size: 2 }] });
  });

  test('its run and the names in it are there again after a restart, and DBSCAN’s after it', async () => {
    await using here = await place();
    const { library, run: dbscan } = await clustered(here, numbered(6 * kinds));
    const run = await kMeans(library, kinds);
    await library.request('clusters.rename', { cluster: 1, name: 'Mine' });
    const again = await here.open();
    const [first, ...others] = run.clusters;
    expect((await again.request('clusters.get', {})).run).toEqual({
      ...run,
      clusters: [{ ...first, name: 'Mine' }, ...others],
    });
    const back = await again.request('clusters.find', {
      algorithm: 'dbscan',
      epsilon: 'automatic',
      minPhotos: 3,
    });
    expect(back.clusters.map(({ size }) => size)).toEqual(dbscan.clusters.map(({ size }) => size));
    expect(back.clusters.filter(({ name }) => name === 'Mine')).toHaveLength(1);
  });

  test('is found again with the same k when photos come', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(4 * kinds));
    await kMeans(library, 3);
    await writePhotos(here.photos, { 'late.jpg': 4 * kinds });
    await index(library);
    await library.request('export.write', {
      document: { kind: 'clusters' },
      path: join(dirname(here.photos), 'clusters.json'),
    });
    const { run } = await library.request('clusters.get', {});
    expect(run).toMatchObject({ algorithm: 'k-means', k: 3, chosen: 'given' });
    const size = run?.clusters.reduce((sum, card) => sum + card.size, 0);
    expect(size).toBe(4 * kinds + 1);
  });

  test('a picture from outside falls into the cluster of its kind, a photo into its own', async () => {
    await using here = await place();
    const { library } = await clustered(here, numbered(6 * kinds));
    const outside = join(dirname(here.photos), 'outside.jpg');
    await writePhotos(dirname(here.photos), { 'outside.jpg': 50 * kinds + 2 });
    const ask = (query: { path: string } | { photo: number }) =>
      library.request('lookalikes.find', { query, k: 5 });
    // DBSCAN has no centres that a picture could be near to.
    expect((await ask({ path: outside })).cluster).toBeNull();
    await kMeans(library, kinds);
    const { cluster } = await ask({ path: outside });
    const { ids } = await library.request('clusters.photos', { cluster: cluster?.id ?? 0 });
    expect(cluster).toEqual({ id: cluster?.id, name: null, size: ids.length });
    const refs = await library.request('photos.refs', { ids });
    expect(refs.every(({ name }) => Number.parseInt(name) % kinds === 2)).toBe(true);
    const [photo = 0] = ids;
    expect((await ask({ photo })).cluster).toEqual(cluster);
    await library.request('clusters.rename', { cluster: cluster?.id ?? 0, name: 'Twos' });
    const query = { path: outside };
    expect(await library.request('documents.lookalikes', { query, k: 1 })).toMatchObject({
      cluster: { id: cluster?.id, name: 'Twos', size: ids.length },
    });
  });
});

describe('is refused with a sentence', () => {
  test.each([-0.1, 2.1, 'x', NaN, null])('ε of %s', async (epsilon) => {
    await using here = await place();
    const library = await here.open();
    for (const name of ['clusters.find', 'documents.clusters'])
      expect(await refusal(library, name, { algorithm: 'dbscan', epsilon, minPhotos: 3 })).toEqual({
        code: 'epsilon-invalid',
        message: 'ε must be a number from 0 to 2, or automatic.',
      });
  });

  test.each([0, -3, 1.5, 'x'])('a minimum of %s photos', async (minPhotos) => {
    await using here = await place();
    const library = await here.open();
    expect(
      await refusal(library, 'clusters.find', { algorithm: 'dbscan', epsilon: 0.3, minPhotos }),
    ).toEqual({
      code: 'min-photos-invalid',
      message: 'The minimum of photos must be a whole number of at least 1.',
    });
  });

  test.each([0, -4, 2.5, 'x', NaN, null])('a k of %s', async (k) => {
    await using here = await place();
    const library = await here.open();
    for (const name of ['clusters.find', 'documents.clusters'])
      expect(await refusal(library, name, { algorithm: 'k-means', k })).toEqual({
        code: 'cluster-count-invalid',
        message: 'The number of clusters must be a whole number of at least 1, or automatic.',
      });
  });

  test.each([
    { algorithm: 'k-medoids', k: 3 },
    { epsilon: 0.3, minPhotos: 3 },
    { algorithm: 'k-means', k: 3, minPhotos: 3 },
    { algorithm: 'dbscan', k: 3 },
  ])('settings of no algorithm, or of two: %j', async (settings) => {
    await using here = await place();
    const library = await here.open();
    expect(await refusal(library, 'clusters.find', settings)).toMatchObject({
      code: expect.stringMatching(/-invalid$/) as string,
    });
  });

  test('an empty library, and a cluster that is not there', async () => {
    await using here = await place();
    const library = await here.open();
    expect(
      await refusal(library, 'clusters.find', { algorithm: 'dbscan', epsilon: 0.3, minPhotos: 3 }),
    ).toMatchObject({
      code: 'library-empty',
    });
    for (const [name, params] of [
      ['clusters.photos', { cluster: 1 }],
      ['clusters.rename', { cluster: 1, name: 'x' }],
    ] as const)
      expect(await refusal(library, name, params)).toMatchObject({ code: 'cluster-unknown' });
    expect(await library.request('clusters.get', {})).toMatchObject({ run: null });
    expect((await library.request('clusters.photos', { cluster: null })).ids).toEqual([]);
  });
});

test('a minimum of one photo leaves none alone', async () => {
  await using here = await place();
  const { library } = await clustered(here, numbered(2 * kinds));
  const run = await library.request('clusters.find', {
    algorithm: 'dbscan',
    epsilon: 0,
    minPhotos: 1,
  });
  expect([run.noise, run.clusters.length]).toEqual([0, 2 * kinds]);
  expect(Object.keys(await idsByPath(library, here.photos))).toHaveLength(2 * kinds);
});

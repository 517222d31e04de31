/** What DBSCAN finds with each method, beside each other. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Library } from '../../../engine/library.ts';
import { findingsOf, sentenceOf } from '../../../engine/requests/clusters-by-method.ts';
import { schemaErrors } from '../export/validate.ts';
import {
  countingFork,
  index,
  kinds,
  numbered,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';

const all = async (library: Library, find: boolean) => {
  const document = await library.request('documents.clustersByMethod', { find });
  expect(schemaErrors('clusters-by-method', document)).toEqual([]);
  return Object.fromEntries(document.methods.map((row) => [row.id, row]));
};

test('tells what is kept, finds what is not, and says what the others need', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(4 * kinds));
  const counts = new Map<string, number>();
  const library = await here.open({ fork: countingFork(counts) });
  expect((await refusal(library, 'documents.clustersByMethod', { find: true })).code).toBe(
    'library-empty',
  );
  await library.request('folders.add', { path: here.photos });
  await index(library);

  const nothing = await all(library, false);
  expect(nothing).toMatchObject({
    imagenet: { found: null, missing: 'clusters' },
    pixels: { found: null, missing: 'vectors' },
    triplet: { found: null, missing: 'training' },
  });
  expect(counts.get('cluster')).toBeUndefined();

  await library.request('methods.prepare', { method: 'pixels' });
  const found = await all(library, true);
  for (const method of ['imagenet', 'pixels']) {
    const { run } = await library.request('clusters.get', { method });
    if (run?.algorithm !== 'dbscan') throw new Error('DBSCAN found nothing');
    const sizes = run.clusters.map(({ size }) => size);
    expect(found[method]).toMatchObject({
      missing: null,
      found: {
        epsilon: run.epsilon,
        chosen: 'automatic',
        minPhotos: 3,
        clusters: sizes.length,
        largest: Math.max(0, ...sizes),
        clustered: sizes.reduce((sum, size) => sum + size, 0),
        noise: run.noise,
      },
    });
  }
  expect(counts.get('cluster')).toBe(2);
  expect(await all(library, true)).toEqual(found);
  expect(counts.get('cluster')).toBe(2);
});

/** A library of some photos that are indexed; what the search process is asked is counted. */
async function indexed(here: Place, counts: Map<string, number>): Promise<Library> {
  await writePhotos(here.photos, numbered(4 * kinds));
  const library = await here.open({ fork: countingFork(counts) });
  await library.request('folders.add', { path: here.photos });
  await index(library);
  return library;
}

test('is exported as it is known, without looking for more', async () => {
  await using here = await place();
  const counts = new Map<string, number>();
  const library = await indexed(here, counts);
  const path = join(here.directory, 'x.json');
  const exported = async (): Promise<unknown> => {
    const document = { kind: 'clusters-by-method' } as const;
    await library.request('export.write', { document, path });
    return JSON.parse(await readFile(path, 'utf8'));
  };
  const known = await library.request('documents.clustersByMethod', { find: false });
  expect(await exported()).toEqual(known);
  expect(counts.get('cluster')).toBeUndefined();
  const found = await library.request('documents.clustersByMethod', { find: true });
  expect(await exported()).toEqual(found);
});

test('beside clusters of k-means, which stay, DBSCAN is asked once until photos change', async () => {
  await using here = await place();
  const counts = new Map<string, number>();
  const library = await indexed(here, counts);
  await library.request('clusters.find', { algorithm: 'k-means', k: 3 });
  expect((await all(library, false))['imagenet']).toMatchObject({ missing: 'clusters' });
  const found = (await all(library, true))['imagenet'];
  expect(found?.found?.clusters).toBeGreaterThan(0);
  expect((await all(library, true))['imagenet']).toEqual(found);
  expect(counts.get('cluster')).toBe(2);
  const { run, clustering } = await library.request('clusters.get', {});
  expect([run?.algorithm, clustering.state]).toEqual(['k-means', 'idle']);

  await writePhotos(here.photos, { 'more.jpg': 99 });
  await index(library);
  expect((await all(library, false))['imagenet']).toMatchObject({ missing: 'clusters' });
});

test('a photo with faces in several clusters counts once in each, and is not beside them', () => {
  const run = { epsilon: 0.1, chosen: 'given' as const, minPhotos: 2 };
  const clusters = [
    [10, 11, 20],
    [21, 30],
    [31, 40],
  ].map((rows) => ({
    photoIds: Uint32Array.from(rows),
  }));
  // Row 12 is a face of photo 1, which has others in a cluster; row 50 is of one without.
  const noise = Uint32Array.from([12, 50, 51]);
  const photoOf = (row: number) => Math.floor(row / 10);
  expect(findingsOf({ ...run, clusters, noise }, photoOf)).toEqual({
    ...{ ...run, clusters: 3, largest: 2, clustered: 4, noise: 1 },
  });
  expect(findingsOf({ ...run, clusters: [], noise }, () => undefined)).toMatchObject({ noise: 0 });
});

test.each([
  [0, 0, 0, 9, 'No 3 photos are alike enough to be a cluster.'],
  [1, 4, 4, 2, '4 photos make up one cluster; the others are like none.'],
  [1, 6, 6, 0, '6 photos make up one cluster.'],
  [3, 9, 6, 2, 'One cluster holds most photos: they are hardly told apart.'],
  [
    2,
    6,
    3,
    7,
    'Most photos are like no others. The rest are 2 clusters, the largest with 3 photos.',
  ],
  [3, 9, 4, 2, 'Most photos are in one of 3 clusters, the largest with 4 photos.'],
])('%i clusters, %i photos in them, %i in the largest, %i beside: %s', (...row) => {
  const [clusters, clustered, largest, noise, sentence] = row;
  const found = { epsilon: 0.1, chosen: 'given' as const, minPhotos: 3 };
  expect(sentenceOf({ ...found, clusters, clustered, largest, noise }, false)).toBe(sentence);
});

test.each([
  [0, 'No face is seen in several photos.'],
  [2, 'Most photos with a face show one of 4 people; one is in 10 photos.'],
  [45, 'Few photos with a face show one of 4 people; one is in 10 photos.'],
])('people are told as people, with %i beside: %s', (noise, sentence) => {
  const found = { epsilon: 0.1, chosen: 'given' as const, minPhotos: 3 };
  const people = noise === 0 ? 0 : 4;
  const counts = {
    clusters: people,
    clustered: 10 * people,
    largest: people === 0 ? 0 : 10,
    noise,
  };
  expect(sentenceOf({ ...found, ...counts }, true)).toBe(sentence);
});

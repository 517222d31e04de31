import Database from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ErrorData } from '../../../engine/errors.ts';
import type { PhotoRow } from '../../../engine/store/reader.ts';
import { dimensions, indexed, testStore, type TestStore } from '../../support/stored.ts';

function pathsOf({ store, folderId }: TestStore): string[] {
  return store.reader.grid(folderId, '', 100).map(({ relativePath }) => relativePath);
}

function photoAt({ store, folderId }: TestStore, path: string): PhotoRow | undefined {
  return store.reader.photoAt(folderId, path);
}

const damage: ErrorData = { code: 'photo-damaged', message: 'Its end is missing.' };

describe('photos', () => {
  test('a photo reads as it was written', async () => {
    await using test = await testStore();
    const photo = indexed(test.folderId, 'a "quoted"\nname 🦊.jpg', 'x', { takenAt: -5 });
    const [id = 0] = test.store.writer.addPhotos(test.methodId, [photo]);
    const { photoId, vector, damage: none, ...facts } = photo;
    expect([photoId, none]).toEqual([null, null]);
    expect(test.store.reader.photo(id)).toEqual({ id, ...facts });
    expect(test.store.reader.vector(test.methodId, id)).toEqual(vector);
  });

  test('a vector is kept as float32, little-endian', async () => {
    await using test = await testStore();
    const vector = Float32Array.of(1, -2, 0.5, 0);
    const [id] = test.store.writer.addPhotos(test.methodId, [
      indexed(test.folderId, 'a.jpg', 'a', { vector }),
    ]);
    const database = new Database(join(test.path, 'library.db'), { readonly: true });
    const blob = database.prepare('SELECT vector FROM vectors WHERE photo_id = ?').pluck().get(id);
    database.close();
    expect((blob as Buffer).toString('hex')).toBe('0000803f000000c00000003f00000000');
  });

  test('changed content at the same place is another photo, and the one before is gone with its vector', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    const [before = 0] = store.writer.addPhotos(methodId, [
      indexed(folderId, 'a.jpg', 'one', { damage }),
    ]);
    const [after = 0] = store.writer.addPhotos(methodId, [indexed(folderId, 'a.jpg', 'two')]);
    expect(after).toBeGreaterThan(before);
    expect(store.reader.photo(before)).toBeUndefined();
    expect([...store.reader.vectors(methodId)].map(({ photoId }) => photoId)).toEqual([after]);
    expect(store.reader.problems()).toEqual([]);
  });

  test('an id is never used again', async () => {
    await using test = await testStore();
    const [first = 0] = test.store.writer.addPhotos(test.methodId, [indexed(test.folderId, 'a')]);
    test.store.writer.removePhotos([first]);
    const [second = 0] = test.store.writer.addPhotos(test.methodId, [indexed(test.folderId, 'a')]);
    expect(second).toBeGreaterThan(first);
  });

  test('a photo that only lacked its vector keeps its row, and takes the facts of its file', async () => {
    await using test = await testStore();
    const { store, folderId } = test;
    const [id = 0] = store.writer.addPhotos(test.methodId, [indexed(folderId, 'a.jpg', 'one')]);
    const methodId = store.writer.method('test', 'v2', dimensions);
    expect(store.reader.hasVector(methodId, id)).toBe(false);
    const again = indexed(folderId, 'a.jpg', 'one', { photoId: id, modifiedAt: 2000 });
    expect(store.writer.addPhotos(methodId, [again])).toEqual([id]);
    expect(store.reader.photo(id)?.modifiedAt).toBe(2000);
    expect(store.reader.vectorState(methodId)).toEqual({ count: 1, lastId: id });
  });

  test('a transaction that fails leaves nothing of itself', async () => {
    await using test = await testStore();
    const good = indexed(test.folderId, 'good.jpg');
    const bad = indexed(test.folderId + 99, 'bad.jpg');
    expect(() => test.store.writer.addPhotos(test.methodId, [good, bad])).toThrow();
    expect(test.store.reader.photoCount()).toBe(0);
  });

  test('a folder goes with all that belongs to it', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    store.writer.addPhotos(methodId, [indexed(folderId, 'a.jpg', 'a', { damage })]);
    store.writer.addFailure({ folderId, relativePath: 'b.jpg', bytes: 1, modifiedAt: 1 }, damage);
    store.writer.removeFolder(folderId);
    expect(store.reader.photoCount()).toBe(0);
    expect(store.reader.problemCount()).toBe(0);
    expect(store.reader.vectorCount(methodId)).toBe(0);
  });

  test('a new version of a method drops the vectors of the old one, and no photo', async () => {
    await using test = await testStore();
    test.store.writer.addPhotos(test.methodId, [indexed(test.folderId, 'a.jpg')]);
    const methodId = test.store.writer.method('test', 'v2', 8);
    expect(test.store.reader.vectorCount(methodId)).toBe(0);
    expect(test.store.reader.photoCount()).toBe(1);
    expect(test.store.writer.method('test', 'v2', 8)).toBe(methodId);
  });

  test('a failure takes the place of the photo that was there', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    store.writer.addPhotos(methodId, [indexed(folderId, 'a.jpg')]);
    const file = { folderId, relativePath: 'a.jpg', bytes: 9, modifiedAt: 9 };
    store.writer.addFailure(file, { code: 'not-a-photo', message: 'no' });
    expect(store.reader.photoCount()).toBe(0);
    expect(store.reader.problems()).toEqual([{ ...file, code: 'not-a-photo', message: 'no' }]);
  });
});

describe('moving', () => {
  test('a photo keeps its id, its vector and its damage', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    const other = store.writer.addFolder('/other');
    const [id = 0] = store.writer.addPhotos(methodId, [
      indexed(folderId, 'a.jpg', 'a', { damage }),
    ]);
    const to = { folderId: other, relativePath: 'sub/b.jpg', bytes: 1, modifiedAt: 2000 };
    store.writer.movePhoto(id, to);
    expect(store.reader.photo(id)).toMatchObject(to);
    expect(store.reader.hasVector(methodId, id)).toBe(true);
    expect(store.reader.problems()).toEqual([{ ...to, ...damage }]);
  });

  test('two photos change places', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    const [a = 0, b = 0] = store.writer.addPhotos(methodId, [
      indexed(folderId, 'a.jpg', 'A', { damage }),
      indexed(folderId, 'b.jpg', 'B'),
    ]);
    const at = (relativePath: string): Parameters<typeof store.writer.movePhoto>[1] => ({
      folderId,
      relativePath,
      bytes: 1,
      modifiedAt: 3,
    });
    store.writer.movePhoto(b, at('a.jpg'));
    store.writer.movePhoto(a, at('b.jpg'));
    expect(photoAt(test, 'a.jpg')?.id).toBe(b);
    expect(photoAt(test, 'b.jpg')?.id).toBe(a);
    expect(store.reader.problems().map(({ relativePath }) => relativePath)).toEqual(['b.jpg']);
  });

  test('a photo that is set aside and not moved is removed whole', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    const [a = 0, b = 0] = store.writer.addPhotos(methodId, [
      indexed(folderId, 'a.jpg', 'A', { damage }),
      indexed(folderId, 'b.jpg', 'B'),
    ]);
    store.writer.movePhoto(b, { folderId, relativePath: 'a.jpg', bytes: 1, modifiedAt: 3 });
    store.writer.removePhotos([a]);
    expect(pathsOf(test)).toEqual(['a.jpg']);
    expect(store.reader.problems()).toEqual([]);
  });

  test('a photo moved onto a file that failed clears the failure', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    const [id = 0] = store.writer.addPhotos(methodId, [indexed(folderId, 'a.jpg')]);
    const to = { folderId, relativePath: 'b.jpg', bytes: 1, modifiedAt: 3 };
    store.writer.addFailure(to, damage);
    store.writer.movePhoto(id, to);
    expect(store.reader.problems()).toEqual([]);
  });
});

describe('clusters', () => {
  const run = {
    algorithm: 'dbscan' as const,
    epsilon: 0.31,
    minPhotos: 3,
    chosen: 'automatic' as const,
    curve: [{ epsilon: 0.01, clusters: 1, clustered: 3, spread: 0 }],
    noise: Uint32Array.of(7, 4_000_000_000),
    clusters: [
      { photoIds: Uint32Array.of(3, 1, 2), similarities: Float32Array.of(1, 0.75, 0.5) },
      { photoIds: Uint32Array.of(9), similarities: Float32Array.of(1) },
    ],
  };

  test('a run reads as it was written, and takes the place of the one before', async () => {
    await using test = await testStore();
    const { store, methodId } = test;
    expect(store.reader.clusterRun(methodId)).toBeUndefined();
    store.writer.setClusterRun(methodId, { ...run, clusters: [] });
    store.writer.setClusterRun(methodId, run);
    expect(store.reader.clusterRun(methodId)).toEqual(run);
    store.writer.removeClusterRun(methodId);
    expect(store.reader.clusterRun(methodId)).toBeUndefined();
  });

  test('so does one of k-means', async () => {
    await using test = await testStore();
    const { store, methodId } = test;
    const kMeans = {
      chosen: run.chosen,
      clusters: run.clusters,
      noise: new Uint32Array(0),
      algorithm: 'k-means' as const,
      k: 2,
      inertia: 12.25,
      curve: [{ k: 2, silhouette: -0.125 }],
      centres: Float32Array.of(0.5, 0.25, -1, 0),
    };
    store.writer.setClusterRun(methodId, run);
    store.writer.setClusterRun(methodId, kMeans);
    expect(store.reader.clusterRun(methodId)).toEqual(kMeans);
    store.writer.setClusterRun(methodId, run);
    expect(store.reader.clusterRun(methodId)).toEqual(run);
  });

  test('a name knows the photos it was given to and the newest of the library', async () => {
    await using test = await testStore();
    const { store, methodId, folderId } = test;
    const ids = store.writer.addPhotos(methodId, [indexed(folderId, 'a'), indexed(folderId, 'b')]);
    store.writer.nameCluster('Cats', Uint32Array.of(1), null);
    const [name] = store.reader.clusterNames();
    expect(name).toMatchObject({ name: 'Cats', newestPhotoId: Math.max(...ids) });
    store.writer.nameCluster('Dogs', Uint32Array.of(1), name?.id ?? null);
    expect(store.reader.clusterNames().map((row) => row.name)).toEqual(['Dogs']);
    store.writer.nameCluster('', Uint32Array.of(1), store.reader.clusterNames()[0]?.id ?? null);
    expect(store.reader.clusterNames()).toEqual([]);
  });
});

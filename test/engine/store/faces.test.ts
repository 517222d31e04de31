import { describe, expect, it } from 'vitest';
import { openStore } from '../../../engine/store/store.ts';
import { temporaryFolder } from '../../support/photos.ts';

const face = (x: number, width: number) => ({
  ...{ x, y: 0.25, width, height: width, score: 0.75 },
  vector: Float32Array.of(1, 0),
});

/** A store with two photos and a method for faces. */
async function opened() {
  const folder = await temporaryFolder();
  const store = openStore(folder.path);
  const { writer } = store;
  const method = writer.method('faces', '1', 2);
  const other = writer.method('whole', '1', 2);
  const folderId = writer.addFolder('/photos');
  const photo = (relativePath: string, sha256: string) => ({
    ...{ photoId: null, folderId, relativePath, bytes: 1, modifiedAt: 1, sha256 },
    ...{ width: 4, height: 3, takenAt: null, vector: Float32Array.of(0, 1), damage: null },
  });
  const [first = 0, second = 0] = writer.addPhotos(other, [
    photo('a.jpg', '00'.repeat(32)),
    photo('b.jpg', '11'.repeat(32)),
  ]);
  const close = async () => {
    store.close();
    await folder[Symbol.asyncDispose]();
  };
  return { store, method, first, second, [Symbol.asyncDispose]: close };
}

describe('faces in the store', () => {
  it('of a photo come back largest first, with all that is known of them', async () => {
    await using here = await opened();
    const { store, method, first } = here;
    const found = [face(0.5, 0.125), face(0, 0.25)];
    expect(store.writer.addFaces(method, first, found)).toBe(true);
    const [large, small] = store.reader.faces.ofPhoto(method, first);
    expect(large).toMatchObject({ photoId: first, ...face(0, 0.25) });
    expect(small).toMatchObject({ photoId: first, ...face(0.5, 0.125) });
    expect([...store.reader.faces.all(method)]).toEqual([large, small]);
    expect(store.reader.faces.state(method)).toEqual({ count: 2, lastId: small?.id });
  });

  it('are not looked for again in a photo without any', async () => {
    await using here = await opened();
    const { store, method, first, second } = here;
    store.writer.addFaces(method, first, []);
    expect(store.reader.faces.photosToLookAt(method, 0, 10)).toEqual([second]);
    expect(store.reader.faces.isLookedAt(method, first)).toBe(true);
    expect(store.reader.faces.lookedCount(method)).toBe(1);
  });

  it('go with their photo, and with an older version of the method; ids are never used again', async () => {
    await using here = await opened();
    const { store, method, first, second } = here;
    store.writer.addFaces(method, first, [face(0, 0.5)]);
    const before = store.reader.faces.state(method).lastId;
    store.writer.removePhotos([first]);
    expect(store.reader.faces.state(method)).toEqual({ count: 0, lastId: 0 });
    expect(store.writer.addFaces(method, first, [face(0, 0.5)])).toBe(false);
    store.writer.addFaces(method, second, [face(0, 0.5)]);
    expect(store.reader.faces.state(method).lastId).toBeGreaterThan(before);
    const next = store.writer.method('faces', '2', 2);
    expect(store.reader.faces.count(next)).toBe(0);
    expect(store.reader.faces.photosToLookAt(next, 0, 10)).toEqual([second]);
  });

  it('have names of their own, apart from those of groups of photos', async () => {
    await using here = await opened();
    const { store, method, first } = here;
    store.writer.addFaces(method, first, [face(0, 0.5)]);
    store.writer.nameCluster('Anna', Uint32Array.of(1), null, 'faces');
    store.writer.nameCluster('Boats', Uint32Array.of(1, 2), null);
    expect(store.reader.clusterNames('faces').map(({ name }) => name)).toEqual(['Anna']);
    expect(store.reader.clusterNames().map(({ name }) => name)).toEqual(['Boats']);
  });
});

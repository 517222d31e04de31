import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Library } from '../../../engine/library.ts';
import { schemaErrors } from '../export/validate.ts';
import { idsByPath, index, place, refusal, type Place } from '../../support/library.ts';
import { perPerson, writePeople } from '../../support/people.ts';
import { hasSharedPhotos, withoutSharedPhotos } from '../../support/shared-photos.ts';

const faces = { method: 'faces' };
const dbscan = { algorithm: 'dbscan', epsilon: 'automatic', minPhotos: 3, ...faces } as const;

describe.skipIf(!hasSharedPhotos)(`a library of people${withoutSharedPhotos}`, () => {
  let here: Place;
  let library: Library;
  let ids: Record<string, number>;
  /** Which person a photo shows, from its path. */
  const personOf = (path: string): string => /person-\d/.exec(path)?.[0] ?? path;
  const id = (path: string): number => ids[path] ?? NaN;
  let names: string[];

  beforeAll(async () => {
    here = await place();
    names = await writePeople(here.photos);
    library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    ids = await idsByPath(library, here.photos);
  }, 120_000);
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
  });

  test('is looked at once, photos without faces included', async () => {
    const { photos } = await library.request('methods.prepare', faces);
    expect(photos).toBe(4 * perPerson + 3);
    const totals: number[] = [];
    const end = library.on('preparing', ({ total }) => totals.push(total));
    await library.request('methods.prepare', faces);
    end();
    expect(Math.max(...totals)).toBe(0);
  }, 120_000);

  test('finds the other photos of a person first, and says where the face is', async () => {
    for (const person of names) {
      const query = { photo: id(`${person}/1.jpg`) };
      const { lookalikes, query: asked } = await library.request('lookalikes.find', {
        ...{ query, k: perPerson - 1, ...faces },
      });
      expect(asked.faces).toHaveLength(1);
      expect(asked.face).toBe(0);
      expect(new Set(lookalikes.map(({ path }) => path)).size).toBe(perPerson - 1);
      for (const { path, face, similar } of lookalikes) {
        if (!path.endsWith('group.jpg')) expect(personOf(path)).toBe(person);
        expect(face?.width).toBeGreaterThan(0.05);
        expect(similar).toBe(true);
      }
    }
  });

  test('takes each face of a photo as a query, the largest first', async () => {
    const query = { photo: id('group.jpg') };
    for (const [face, person] of [
      [0, 'person-1'],
      [1, 'person-2'],
    ] as const) {
      const found = await library.request('lookalikes.find', { query, k: 3, face, ...faces });
      expect(found.query.faces).toHaveLength(2);
      expect(found.query.face).toBe(face);
      expect(found.lookalikes.map(({ path }) => personOf(path))).toEqual(Array(3).fill(person));
    }
    const refused = await refusal(library, 'lookalikes.find', { query, k: 3, face: 2, ...faces });
    expect(refused).toMatchObject({ code: 'no-face' });
    expect(refused.message).toContain('2 faces');
  });

  test('says of a photo without faces that it has none, in the library or not', async () => {
    const outside = await sharp(join(here.photos, 'pattern.jpg')).png().toBuffer();
    const { upload } = await library.request('queries.add', { name: 'away.png', bytes: outside });
    for (const query of [{ photo: id('pattern.jpg') }, { upload }]) {
      const refused = await refusal(library, 'lookalikes.find', { query, k: 3, ...faces });
      expect(refused.code).toBe('no-face');
      expect(refused.message).toMatch(/No face was found in (pattern.jpg|away.png)\./);
    }
  });

  test('finds people as clusters: a photo of two of them belongs to both', async () => {
    const run = await library.request('clusters.find', dbscan);
    const people: string[] = [];
    for (const { id: cluster, cover, coverFace, size } of run.clusters) {
      const members = await library.request('clusters.photos', { cluster, ...faces });
      expect(members.ids).toHaveLength(size);
      expect(new Set(members.ids).size).toBe(size);
      expect(members.faces).toHaveLength(size);
      expect(coverFace?.width).toBeGreaterThan(0);
      const refs = await library.request('photos.refs', { ids: members.ids });
      const own = refs.filter(({ path }) => !path.endsWith('group.jpg'));
      const person = personOf(cover.path.endsWith('group.jpg') ? (own[0]?.path ?? '') : cover.path);
      expect(own.map(({ path }) => personOf(path))).toEqual(own.map(() => person));
      expect(members.ids.includes(id('group.jpg'))).toBe(/person-[12]/.test(person));
      people.push(person);
    }
    expect(people.sort()).toEqual(names);
    expect(run.noise).toBe(0);
  });

  test('keeps the name of a person apart from names of clusters of photos', async () => {
    await library.request('clusters.rename', { cluster: 1, name: 'Anna', ...faces });
    await library.request('clusters.find', { ...dbscan, method: 'imagenet' });
    const { run: whole } = await library.request('clusters.get', {});
    expect(whole?.clusters.map(({ name }) => name)).not.toContain('Anna');
    const { run } = await library.request('clusters.get', faces);
    expect(run?.clusters[0]?.name).toBe('Anna');
  });

  test('tells faces in documents that fit their schemas', async () => {
    const query = { photo: id('person-3/0.jpg') };
    const lookalikes = await library.request('documents.lookalikes', { query, k: 2, ...faces });
    expect(schemaErrors('lookalikes', lookalikes)).toEqual([]);
    expect(lookalikes.query.face?.width).toBeGreaterThan(0);
    expect(lookalikes.lookalikes[0]?.face?.width).toBeGreaterThan(0);
    const clusters = await library.request('documents.clusters', dbscan);
    expect(schemaErrors('clusters', clusters)).toEqual([]);
    expect(clusters.method.finds).toBe('faces');
  });

  test('measures photos by their largest face, and counts those without', async () => {
    const document = await library.request('evaluation.run', {
      ...{ labels: { from: 'folders' }, split: 'leave-one-out', k: 3, seed: 1, methods: ['faces'] },
    });
    // The group photo and the patterns lie in the folder itself, and so have its label.
    expect(document.labels.leftOut.withoutFace).toBe(2);
    expect(document.methods[0]?.precisionAt1).toBeGreaterThan(0.9);
  }, 60_000);

  test('has a map of the photos that show a face', async () => {
    const settings = { algorithm: 'umap', neighbours: 3, seed: 1 } as const;
    const map = await library.request('map.find', { ...settings, ...faces });
    expect(map.ids).toHaveLength(4 * perPerson + 1);
    expect(map.ids).not.toContain(id('pattern.jpg'));
    expect(map.current).toBe(true);
  }, 60_000);

  test('forgets the faces of a photo that is gone', async () => {
    await rm(join(here.photos, 'person-1/2.jpg'));
    await index(library);
    const query = { photo: id('person-1/1.jpg') };
    const { lookalikes } = await library.request('lookalikes.find', { query, k: 50, ...faces });
    expect(lookalikes.map((found) => found.id)).not.toContain(id('person-1/2.jpg'));
    expect(lookalikes).toHaveLength(4 * perPerson - 1);
  });

  test('is there again after a restart', async () => {
    library = await here.open();
    const query = { photo: id('person-4/0.jpg') };
    const { lookalikes } = await library.request('lookalikes.find', { query, k: 3, ...faces });
    expect(lookalikes.map(({ path }) => personOf(path))).toEqual(Array(3).fill('person-4'));
    const { run } = await library.request('clusters.get', faces);
    expect(run?.clusters[0]?.name).toBe('Anna');
  });
});

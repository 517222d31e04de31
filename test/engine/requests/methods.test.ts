import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventData } from '../../../engine/contract.ts';
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

const count = 4 * kinds;
const pixels = { method: 'pixels' };

async function stateOf(library: Library, id: string) {
  const { methods } = await library.request('library.get', {});
  return methods.find((method) => method.id === id);
}

async function indexed(here: Place, photos: Record<string, number>): Promise<Library> {
  await writePhotos(here.photos, photos);
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  return library;
}

describe('a method beside the default one', () => {
  let here: Place;
  let library: Library;
  beforeAll(async () => {
    here = await place();
    library = await indexed(here, { ...numbered(count), 'copy.jpg': 0 });
  });
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
  });

  test('has no vectors before it is wanted, and still answers a query', async () => {
    expect(await stateOf(library, 'pixels')).toMatchObject({ photos: 0, clusters: null });
    const { '0.jpg': photo = 0 } = await idsByPath(library, here.photos);
    const found = await library.request('lookalikes.find', { query: { photo }, k: 5, ...pixels });
    expect(found.query.photo?.id).toBe(photo);
    expect(found.lookalikes).toEqual([]);
  });

  test('computes them with progress when it is asked to, and once', async () => {
    const told: EventData<'preparing'>[] = [];
    const end = library.on('preparing', (progress) => told.push(progress));
    expect(await library.request('methods.prepare', pixels)).toEqual({ photos: count + 1 });
    expect(told[0]).toMatchObject({
      method: 'pixels',
      state: 'running',
      done: 0,
      total: count + 1,
    });
    expect(told.at(-1)).toMatchObject({ method: 'pixels', state: 'idle', error: null });
    told.length = 0;
    await library.request('methods.prepare', pixels);
    expect(told.filter(({ total }) => total > 0)).toEqual([]);
    end();
    expect(await stateOf(library, 'pixels')).toMatchObject({ photos: count + 1 });
    expect((await library.request('library.get', {})).preparing).toEqual([]);
  });

  test('finds other lookalikes than the default, never the copy, and tells them in its document', async () => {
    const path = join(here.photos, '0.jpg');
    const params = { query: { path }, k: 5 };
    const byPixels = await library.request('documents.lookalikes', { ...params, ...pixels });
    const usual = await library.request('documents.lookalikes', params);
    expect(byPixels.method).toMatchObject({ id: 'pixels', metric: 'euclidean' });
    expect(usual.method).toMatchObject({ id: 'imagenet', metric: 'cosine' });
    const paths = byPixels.lookalikes.map((lookalike) => lookalike.path);
    expect(paths).toHaveLength(5);
    expect(paths).not.toContain(join(here.photos, 'copy.jpg'));
    expect(byPixels.copies).toEqual([join(here.photos, 'copy.jpg')]);
    expect(paths).not.toEqual(usual.lookalikes.map((lookalike) => lookalike.path));
    for (const { similarity } of byPixels.lookalikes) {
      expect(similarity).toBeGreaterThanOrEqual(0);
      expect(similarity).toBeLessThan(1);
    }
  });

  test('takes a picture from outside, which another method already took', async () => {
    const { '1.jpg': photo = 0 } = await idsByPath(library, here.photos);
    const bytes = new Uint8Array(await (await library.thumbnail(photo)).read());
    const { upload } = await library.request('queries.add', { name: 'x.webp', bytes });
    const first = async (method: string) => {
      const found = await library.request('lookalikes.find', { query: { upload }, k: 1, method });
      return found.lookalikes[0];
    };
    // Of the same kind, though these patterns look a little different as a thumbnail.
    expect(parseInt((await first('imagenet'))?.name ?? '') % kinds).toBe(1);
    expect(await first('pixels')).toMatchObject({ id: photo });
    expect(await first('pixels')).toMatchObject({ id: photo });
  });

  test('has clusters of its own, which leave those of the default as they are', async () => {
    const usual = await library.request('clusters.find', { algorithm: 'k-means', k: 3 });
    const own = await library.request('clusters.find', { algorithm: 'k-means', k: 5, ...pixels });
    expect(usual.clusters).toHaveLength(3);
    expect(own.clusters).toHaveLength(5);
    expect((await library.request('clusters.get', {})).run).toEqual(usual);
    expect((await library.request('clusters.get', pixels)).run).toEqual(own);
    expect(await stateOf(library, 'imagenet')).toMatchObject({ clusters: 3 });
    expect(await stateOf(library, 'pixels')).toMatchObject({ clusters: 5 });
    const { '2.jpg': id = 0 } = await idsByPath(library, here.photos);
    const [inUsual, inOwn] = [
      await library.request('photos.get', { id }),
      await library.request('photos.get', { id, ...pixels }),
    ];
    expect(usual.clusters.map((card) => card.size)).toContain(inUsual.cluster?.size);
    expect(own.clusters.map((card) => card.size)).toContain(inOwn.cluster?.size);
  });

  test('is refused by a sentence that lists the methods when there is none of that name', async () => {
    const { code, message } = await refusal(library, 'methods.prepare', { method: 'guessing' });
    expect(code).toBe('method-unknown');
    expect(message).toContain('“guessing”');
    expect(message).toContain('imagenet, ');
  });
});

test('vectors are made from thumbnails, and so while the folder is offline', async () => {
  await using here = await place();
  const library = await indexed(here, numbered(6));
  await rename(here.photos, `${here.photos}-away`);
  expect(await library.request('methods.prepare', pixels)).toEqual({ photos: 6 });
});

test('computing can be stopped, and goes on where it was', async () => {
  await using here = await place();
  const library = await indexed(here, numbered(80));
  const begun = heard(library, (name) => name === 'preparing');
  const preparing = refusal(library, 'methods.prepare', pixels);
  await begun;
  await library.request('methods.cancel', pixels);
  expect(await preparing).toMatchObject({ code: 'cancelled' });
  const { photos = 0 } = (await stateOf(library, 'pixels')) ?? {};
  expect(photos).toBeLessThan(80);
  expect(await library.request('methods.prepare', pixels)).toEqual({ photos: 80 });
});

test('a method in use follows what happens in the folders of a library that stays open', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(8));
  const library = await here.open({ live: true });
  const clusters = heard(library, (name) => name === 'clusters');
  await library.request('folders.add', { path: here.photos });
  await clusters;
  await library.request('methods.prepare', pixels);
  const more = heard(library, (name) => name === 'methods');
  await writePhotos(here.photos, { 'new.jpg': 500 });
  await more;
  expect(await stateOf(library, 'pixels')).toMatchObject({ photos: 9 });
});

test('the vectors are there again after the library was closed', async () => {
  await using here = await place();
  const library = await indexed(here, numbered(6));
  await library.request('methods.prepare', pixels);
  const again = await here.open();
  expect(await stateOf(again, 'pixels')).toMatchObject({ photos: 6 });
});

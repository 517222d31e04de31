import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mapping, PhotoMap } from '../../../engine/contract.ts';
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
import { schemaErrors } from '../export/validate.ts';

const photos = kinds * 8;

let here: Place;
let library: Library;
beforeAll(async () => {
  here = await place();
  await writePhotos(here.photos, numbered(photos));
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

/** Every progress that is told while `work` goes on. */
async function told(work: () => Promise<unknown>): Promise<Mapping[]> {
  const all: Mapping[] = [];
  const stop = library.on('mapping', (mapping) => all.push(mapping));
  await work();
  stop();
  return all;
}

/** The share of photos whose nearest photo on the map is of the same kind. */
async function togetherness(map: PhotoMap): Promise<number> {
  const ids = await idsByPath(library, here.photos);
  const kindOf = new Map(
    Object.entries(ids).map(([name, id]) => [id, Number.parseInt(name) % kinds]),
  );
  const same = map.ids.filter((id, i) => {
    const distances = map.ids.map((_, j) =>
      i === j
        ? Infinity
        : Math.hypot((map.x[i] ?? 0) - (map.x[j] ?? 0), (map.y[i] ?? 0) - (map.y[j] ?? 0)),
    );
    const nearest = map.ids[distances.indexOf(Math.min(...distances))] ?? 0;
    return kindOf.get(id) === kindOf.get(nearest);
  });
  return same.length / map.ids.length;
}

describe('a map', () => {
  test('is none before one was asked for', async () => {
    expect(await library.request('map.get', { algorithm: 'umap' })).toEqual({
      map: null,
      mapping: { state: 'idle', method: null, algorithm: null, done: 0, total: 0, error: null },
    });
  });

  test.each(['t-sne', 'umap'] as const)(
    'by %s has every photo, near those of its kind, with its cluster',
    async (algorithm) => {
      await library.request('clusters.find', {
        algorithm: 'dbscan',
        epsilon: 'automatic',
        minPhotos: 3,
      });
      const map = await library.request('map.find', { algorithm });
      expect(map.ids.toSorted((a, b) => a - b)).toEqual(
        Object.values(await idsByPath(library, here.photos)).toSorted((a, b) => a - b),
      );
      for (const list of [map.x, map.y, map.clusters]) expect(list).toHaveLength(photos);
      expect(map.current).toBe(true);
      expect(map.trustworthiness).toBeGreaterThan(0.85);
      expect(await togetherness(map)).toBeGreaterThan(0.8);
      const { ids } = await library.request('clusters.photos', { cluster: 1 });
      const first = map.ids.filter((_, place) => map.clusters[place] === 1);
      expect(new Set(first)).toEqual(new Set(ids));
    },
  );

  test('is made once, told while it is made, kept when the library is closed, and made anew with other settings', async () => {
    const settings = { algorithm: 't-sne', perplexity: 7, seed: 3 } as const;
    let map: PhotoMap | undefined;
    const making = await told(async () => {
      map = await library.request('map.find', settings);
    });
    expect(making.length).toBeGreaterThan(3);
    const running = making.slice(0, -1);
    for (const one of running)
      expect(one).toMatchObject({ state: 'running', method: 'imagenet', algorithm: 't-sne' });
    expect(running.at(-1)).toMatchObject({ done: 1000, total: 1000 });
    expect(making.at(-1)).toMatchObject({ state: 'idle', error: null });

    library = await here.open();
    expect((await library.request('map.get', { algorithm: 't-sne' })).map).toEqual(map);
    // Nothing is computed: no process tells of its progress.
    const again = await told(async () => {
      expect(await library.request('map.find', settings)).toEqual(map);
    });
    expect(again).toHaveLength(2);
    const other = await library.request('map.find', { ...settings, seed: 4 });
    expect(other.settings).toEqual({ ...settings, seed: 4 });
    expect(other.x).not.toEqual(map?.x);
  });

  test('can be stopped; the one that was kept stays', async () => {
    const before = (await library.request('map.get', { algorithm: 't-sne' })).map;
    const running = heard(library, (name) => name === 'mapping');
    const stopped = refusal(library, 'map.find', { algorithm: 't-sne', seed: 99 });
    await running;
    await library.request('map.cancel', {});
    expect(await stopped).toEqual({ code: 'cancelled', message: 'Finding the map was stopped.' });
    const { map, mapping } = await library.request('map.get', { algorithm: 't-sne' });
    expect(map).toEqual(before);
    expect(mapping.state).toBe('idle');
    await library.request('map.cancel', {});
  });

  test('others at once are all made, and one that is asked for twice is made once', async () => {
    let maps: PhotoMap[] = [];
    const making = await told(async () => {
      maps = await Promise.all([
        library.request('map.find', { algorithm: 't-sne', seed: 5 }),
        library.request('map.find', { algorithm: 'umap', seed: 5 }),
        library.request('map.find', { algorithm: 'umap', seed: 6 }),
        library.request('map.find', { algorithm: 't-sne', seed: 5 }),
      ]);
    });
    expect(maps.map(({ settings: { algorithm, seed } }) => [algorithm, seed])).toEqual([
      ['t-sne', 5],
      ['umap', 5],
      ['umap', 6],
      ['t-sne', 5],
    ]);
    expect(maps[3]).toEqual(maps[0]);
    expect(making.filter(({ state }) => state === 'idle')).toHaveLength(3);
  });

  test('one is stopped without the others', async () => {
    const stopped = refusal(library, 'map.find', { algorithm: 't-sne', seed: 7 });
    const other = library.request('map.find', { algorithm: 'umap', seed: 7 });
    await library.request('map.cancel', { method: 'imagenet', algorithm: 't-sne' });
    expect(await stopped).toMatchObject({ code: 'cancelled' });
    expect((await other).settings).toMatchObject({ seed: 7 });
  });

  test('of another method has its vectors computed first', async () => {
    const map = await library.request('map.find', { algorithm: 't-sne', method: 'pixels' });
    expect(map.ids).toHaveLength(photos);
    const kept = await library.request('map.get', { algorithm: 't-sne', method: 'pixels' });
    expect(kept.map).toEqual(map);
  });

  test('as a document says the same with paths, and is exported so', async () => {
    const map = await library.request('map.find', { algorithm: 't-sne' });
    const document = await library.request('documents.map', { algorithm: 't-sne' });
    expect(schemaErrors('map', document)).toEqual([]);
    expect(document.algorithm).toEqual({ name: 't-sne', perplexity: 30, seed: 1 });
    expect(document.trustworthiness).toBe(map.trustworthiness);
    const ids = await idsByPath(library, here.photos);
    for (const { path, x, y, cluster } of document.photos) {
      const at = map.ids.indexOf(ids[path.slice(here.photos.length + 1)] ?? 0);
      expect([x, y, cluster ?? 0]).toEqual([map.x[at], map.y[at], map.clusters[at]]);
    }
    const path = join(here.directory, '..', 'map.json');
    await library.request('export.write', {
      document: { kind: 'map', algorithm: 't-sne' },
      path,
    });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(document);
  });

  test.each([
    ['perplexity-invalid', { algorithm: 't-sne', perplexity: 1 }, 'from 2 to 100'],
    ['neighbours-invalid', { algorithm: 'umap', neighbours: 2.5 }, 'from 2 to 200'],
    ['seed-invalid', { algorithm: 'umap', seed: -1 }, 'at least 0'],
    ['method-unknown', { algorithm: 't-sne', method: 'none' }, 'There is no method'],
    ['request-invalid', { algorithm: 't-sne', neighbours: 4 }, 'wrong form'],
  ])('%s is refused with a sentence', async (code, params, sentence) => {
    const refused = await refusal(library, 'map.find', params);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(sentence);
  });
});

describe('a selection', () => {
  test('is kept under a name, replaced under the same, forgotten, and exported', async () => {
    const all = await idsByPath(library, here.photos);
    const ids = [all['3.jpg'] ?? 0, all['1.jpg'] ?? 0];
    await library.request('selections.save', { name: ' Reds ', photos: [ids[0] ?? 0] });
    const changed = heard(library, (name) => name === 'selections');
    await library.request('selections.save', { name: 'Reds', photos: ids });
    await changed;
    const [reds, ...others] = await library.request('selections.list', {});
    expect(others).toEqual([]);
    expect(reds).toMatchObject({ name: 'Reds', photos: ids });
    const path = join(here.directory, '..', 'selection.json');
    const document = { kind: 'selection', name: 'Reds', photos: ids } as const;
    await library.request('export.write', { document, path });
    const written: unknown = JSON.parse(await readFile(path, 'utf8'));
    expect(schemaErrors('selection', written)).toEqual([]);
    expect(written).toEqual({
      schema: 'lookalike/selection@1',
      name: 'Reds',
      photos: [join(here.photos, '3.jpg'), join(here.photos, '1.jpg')],
    });
    await library.request('selections.remove', { id: reds?.id ?? 0 });
    expect(await library.request('selections.list', {})).toEqual([]);
  });

  test('of nothing, without a name, or of photos that are gone is refused', async () => {
    for (const params of [
      { name: 'x', photos: [] },
      { name: '  ', photos: [1] },
    ])
      expect(await refusal(library, 'selections.save', params)).toMatchObject({
        code: 'request-invalid',
      });
    const gone = await refusal(library, 'export.write', {
      document: { kind: 'selection', name: null, photos: [99_999] },
      path: join(here.directory, 'x.json'),
    });
    expect(gone.code).toBe('photo-unknown');
  });
});

describe('a library that changes', () => {
  test('without photos has no map', async () => {
    await using other = await place();
    const empty = await other.open();
    expect(await refusal(empty, 'map.find', { algorithm: 't-sne' })).toMatchObject({
      code: 'library-empty',
    });
    expect((await empty.request('map.get', { algorithm: 't-sne' })).map).toBeNull();
  });

  test('makes a map old: deleted photos are gone from it and from selections, and the next one is whole', async () => {
    await using other = await place();
    await writePhotos(other.photos, numbered(12));
    const changing = await other.open();
    await changing.request('folders.add', { path: other.photos });
    await index(changing);
    const before = await changing.request('map.find', { algorithm: 't-sne' });
    const ids = await idsByPath(changing, other.photos);
    const [gone = 0, stays = 0] = [ids['0.jpg'], ids['5.jpg']];
    await changing.request('selections.save', { name: 'two', photos: [gone, stays] });
    await rm(join(other.photos, '0.jpg'));
    await writePhotos(other.photos, { '12.jpg': 12 });
    await index(changing);

    const old = (await changing.request('map.get', { algorithm: 't-sne' })).map;
    expect(old?.current).toBe(false);
    expect(old?.ids).toEqual(before.ids.filter((id) => id !== gone));
    expect(old?.x).toHaveLength(11);
    expect((await changing.request('selections.list', {}))[0]?.photos).toEqual([stays]);
    const anew = await changing.request('map.find', { algorithm: 't-sne' });
    expect(anew.current).toBe(true);
    expect(anew.ids).toHaveLength(12);
    expect(anew.ids).not.toContain(gone);
    // The newest photo is the same then; that one is missing counts as well.
    await rm(join(other.photos, '5.jpg'));
    await index(changing);
    expect((await changing.request('map.get', { algorithm: 't-sne' })).map?.current).toBe(false);
  });
});

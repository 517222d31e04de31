import { expect, onTestFinished, test } from 'vitest';
import { Mapper } from '../../../engine/map/mapper.ts';
import type { MapTask } from '../../../engine/map/process.ts';
import type { MapSettings } from '../../../engine/store/reader.ts';
import { dimensions, indexed, testStore } from '../../support/stored.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

const settings: MapSettings = { algorithm: 't-sne', perplexity: 10, seed: 1 };

const never = new AbortController().signal;

/** A library of that many photos, and the task of mapping it. */
async function task(photos: number): Promise<{ task: MapTask; ids: number[] }> {
  const library = await testStore();
  onTestFinished(() => library[Symbol.asyncDispose]());
  const { store, methodId, folderId } = library;
  const rows = groupedRows(photos, dimensions, seededRandom(1));
  const ids = store.writer.addPhotos(
    methodId,
    Array.from({ length: photos }, (_, i) => {
      const vector = rows.slice(i * dimensions, (i + 1) * dimensions);
      return indexed(folderId, `${i}.jpg`, `${i}`, { vector });
    }),
  );
  return {
    task: { databasePath: store.databasePath, methodId, dimensions, settings, finds: 'photos' },
    ids,
  };
}

test('a process reads the vectors by itself and tells its progress', async () => {
  const { task: whole, ids } = await task(120);
  const told: number[] = [];
  const found = await new Mapper().find(whole, ({ done, total }) => told.push(done / total), never);
  expect([...found.photoIds]).toEqual(ids);
  expect(found.coordinates).toHaveLength(240);
  expect(found.trustworthiness).toBeGreaterThan(0.8);
  expect(told.at(-1)).toBe(1);
});

test('a library without photos has an empty map', async () => {
  const { task: empty } = await task(0);
  const found = await new Mapper().find(empty, () => undefined, never);
  expect(found).toEqual({
    photoIds: new Uint32Array(0),
    coordinates: new Float32Array(0),
    trustworthiness: null,
  });
});

test('one can be stopped, and another beside it is whole', async () => {
  const { task: large } = await task(4000);
  const mapper = new Mapper();
  const started = Promise.withResolvers<undefined>();
  const stop = new AbortController();
  const first = mapper.find(
    large,
    () => {
      started.resolve(undefined);
    },
    stop.signal,
  );
  const refused = expect(first).rejects.toMatchObject({
    code: 'cancelled',
    message: 'Finding the map was stopped.',
  });
  await started.promise;
  const { task: small, ids } = await task(20);
  const second = mapper.find(small, () => undefined, never);
  stop.abort();
  await refused;
  expect((await second).photoIds).toHaveLength(ids.length);
});

test('a process that cannot read the library says so', async () => {
  const { task: whole } = await task(3);
  const nowhere = { ...whole, databasePath: `${whole.databasePath}.gone` };
  await expect(new Mapper().find(nowhere, () => undefined, never)).rejects.toMatchObject({
    code: 'library-access',
  });
});

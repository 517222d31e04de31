import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EventData } from '../../../engine/contract.ts';
import type { Library } from '../../../engine/library.ts';
import { schemaErrors } from '../export/validate.ts';
import {
  heard,
  idsByPath,
  index,
  numbered,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';

const method = 'autoencoder-dense';
const count = 24;

async function indexed(here: Place): Promise<Library> {
  await writePhotos(here.photos, numbered(count));
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  return library;
}

async function stateOf(library: Library) {
  const { methods } = await library.request('library.get', {});
  return methods.find(({ id }) => id === method);
}

/** Resolves when that many epochs are done. */
const epochsDone = (library: Library, epochs: number) =>
  heard(
    library,
    (name, data) => name === 'training' && (data as EventData<'training'>).epoch >= epochs,
  );

test('a method that learns is used once it was trained, and draws photos again', async () => {
  await using here = await place();
  const library = await indexed(here);
  expect(await stateOf(library)).toMatchObject({
    trains: true,
    dimensions: null,
    unavailable: { code: 'method-untrained' },
  });
  const query = { query: { path: join(here.photos, '0.jpg') }, k: 3, method };
  expect((await refusal(library, 'documents.lookalikes', query)).code).toBe('method-untrained');
  expect((await library.request('training.get', { method })).document).toBeNull();

  const told: EventData<'training'>[] = [];
  const end = library.on('training', (training) => told.push(training));
  const document = await library.request('training.start', { method, epochs: 3 });
  end();
  expect(schemaErrors('training', document)).toEqual([]);
  expect(document).toMatchObject({ method: { id: method }, seed: 1, ended: 'complete' });
  expect(document.losses).toHaveLength(3);
  expect(document.data.training + document.data.validation).toBe(count);
  expect(told[0]).toMatchObject({ method, state: 'running', epochs: 3 });
  expect(told.some(({ stage, done }) => stage === 'reading' && done === count)).toBe(true);
  expect(told.map(({ epoch }) => epoch)).toContain(2);
  expect(told.at(-1)).toMatchObject({ state: 'idle', error: null, losses: { length: 3 } });
  expect((await library.request('training.get', { method })).document).toEqual(document);

  expect(await stateOf(library)).toMatchObject({ dimensions: 64, unavailable: null });
  const found = await library.request('documents.lookalikes', query);
  expect(found.lookalikes).toHaveLength(3);
  const { '0.jpg': photo = 0 } = await idsByPath(library, here.photos);
  const drawn = await library.request('training.reconstructions', { method, photos: [photo] });
  expect(drawn).toEqual([
    { photo, picture: expect.stringMatching(/^data:image\/webp;base64,UklGR/) as string },
  ]);

  // What it learnt is there after a restart, and another training gives other vectors.
  const again = await here.open();
  expect(await stateOf(again)).toMatchObject({ unavailable: null, photos: count });
  await again.request('training.start', { method, epochs: 1, seed: 2 });
  expect(await stateOf(again)).toMatchObject({ unavailable: null, photos: 0 });
});

test('a training that was stopped goes on where it was, also after a restart', async () => {
  await using here = await place();
  const library = await indexed(here);
  const begun = epochsDone(library, 1);
  const running = refusal(library, 'training.start', { method, epochs: 400 });
  await begun;
  expect((await refusal(library, 'training.start', { method })).code).toBe('training-busy');
  await library.request('training.cancel', { method });
  expect((await running).code).toBe('cancelled');
  const { training } = await library.request('training.get', { method });
  const interrupted = { state: 'idle', interrupted: true, epochs: 400, error: null };
  expect(training).toMatchObject(interrupted);
  const done = training.losses.length;
  expect(done).toBeGreaterThan(0);

  const again = await here.open();
  expect((await again.request('training.get', { method })).training).toMatchObject(interrupted);
  const epochs = done + 2;
  const document = await again.request('training.start', { method, epochs });
  expect(document.losses).toHaveLength(epochs);
  expect(document.losses.slice(0, done)).toEqual(training.losses);
  expect((await again.request('training.get', { method })).training.interrupted).toBe(false);
  expect(existsSync(join(here.directory, 'trained', `${method}.next`))).toBe(false);
});

test('a training that the closing of the program ended goes on by itself when it is opened to stay', async () => {
  await using here = await place();
  const library = await indexed(here);
  const begun = epochsDone(library, 1);
  const running = refusal(library, 'training.start', { method, epochs: 6 });
  await begun;
  const again = await here.open({ live: true });
  expect((await running).code).toBe('cancelled');
  await expect
    .poll(async () => (await again.request('training.get', { method })).document?.losses.length)
    .toBe(6);
});

test('what cannot be trained is refused by a sentence', async () => {
  await using here = await place();
  const empty = await here.open();
  const refused = async (library: Library, params: object) =>
    refusal(library, 'training.start', params);
  expect((await refused(empty, { method })).code).toBe('library-empty');
  expect(await refused(empty, { method: 'pixels' })).toMatchObject({
    code: 'method-not-trained',
    message: expect.stringContaining('Pixels does not learn') as string,
  });
  expect((await refused(empty, { method: 'x' })).code).toBe('method-unknown');
  await writePhotos(here.photos, numbered(3));
  await empty.request('folders.add', { path: here.photos });
  await index(empty);
  expect((await refused(empty, { method })).code).toBe('training-too-few');
  expect((await empty.request('training.get', { method })).training.error?.code).toBe(
    'training-too-few',
  );
});

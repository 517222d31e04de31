/** Training the last layers of the network over the contract: what is refused, and what is used then. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { whyNoLastLayers } from '../../../engine/methods/registry.ts';
import type { Library } from '../../../engine/library.ts';
import { schemaErrors } from '../export/validate.ts';
import {
  idsByPath,
  index,
  kinds,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';

const method = 'triplet';
const total = kinds * 4;
const inFolders = Object.fromEntries(
  Array.from({ length: total }, (_, n) => [`${n % kinds}/${n}.jpg`, n]),
);
const reason = whyNoLastLayers();
const withoutNative = reason === null ? '' : ` (skipped: ${reason})`;

let here: Place;
let library: Library;
beforeAll(async () => {
  here = await place();
  await writePhotos(here.photos, inFolders);
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

const stateOf = async (id: string) =>
  (await library.request('library.get', {})).methods.find((one) => one.id === id);

test('where it cannot be done, the method says why, and so does asking for it', async () => {
  vi.stubEnv('LOOKALIKE_TENSORFLOW', 'wasm');
  expect(await stateOf(method)).toMatchObject({
    lastLayers: { unavailable: expect.stringContaining('WebAssembly was asked for') as string },
  });
  expect(await refusal(library, 'training.start', { method, layers: 20 })).toMatchObject({
    code: 'training-needs-native',
    message: expect.stringContaining('Without the last layers') as string,
  });
});

test('other methods have no last layers, and numbers out of range are refused by a sentence', async () => {
  expect(await stateOf('autoencoder-dense')).toMatchObject({
    lastLayers: null,
    choosesEpochs: true,
    choosesDimensions: false,
  });
  expect(await stateOf('pixels-pca')).toMatchObject({
    choosesEpochs: false,
    choosesDimensions: true,
  });
  expect(await stateOf('pixels')).toMatchObject({ choosesEpochs: false });
  const refused = (params: object) =>
    refusal(library, 'training.start', { method: 'autoencoder-dense', ...params });
  expect((await refused({ layers: 5 })).code).toBe('method-not-trained');
  expect((await refused({ layers: 31 })).code).toBe('layers-invalid');
  expect(await refused({ dimensions: 0 })).toMatchObject({
    code: 'dimensions-invalid',
    message: expect.stringContaining('from 1 to 256') as string,
  });
});

test('fewer numbers are learnt at once, without epochs, and told in the document', async () => {
  const told: number[] = [];
  const end = library.on('training', ({ epochs, stage }) => {
    if (stage === 'learning') told.push(epochs);
  });
  const start = { method: 'pixels-pca', dimensions: 5 };
  const document = await library.request('training.start', start);
  end();
  expect(schemaErrors('training', document)).toEqual([]);
  expect(document).toMatchObject({ settings: null, losses: [], data: { training: total } });
  expect(document.components?.shares).toHaveLength(5);
  expect(new Set(told)).toEqual(new Set([0]));
  expect(await stateOf('pixels-pca')).toMatchObject({ dimensions: 5, unavailable: null });
  expect(await library.request('methods.prepare', { method: 'pixels-pca' })).toEqual({
    photos: total,
  });
});

describe.skipIf(reason !== null)(`with native TensorFlow${withoutNative}`, () => {
  test('the last layers learn, too; vectors then come from photos, by the network that learnt', async () => {
    const document = await library.request('training.start', { method, epochs: 1, layers: 1 });
    expect(schemaErrors('training', document)).toEqual([]);
    expect(document).toMatchObject({ layers: 1, backend: 'native', labels: { classes: kinds } });
    expect(await library.request('methods.prepare', { method })).toEqual({ photos: total });

    const query = { k: 8, method };
    const path = join(here.photos, '1/7.jpg');
    const stored = await library.request('documents.lookalikes', { ...query, query: { path } });
    await using outside = await place();
    // Vectors of photos in the library come from their thumbnails, so that is the same picture.
    const { '1/7.jpg': photo = 0 } = await idsByPath(library, here.photos);
    const thumbnail = await (await library.thumbnail(photo)).read();
    await writeFile(join(outside.photos, 'same.jpg'), thumbnail);
    const again = await library.request('documents.lookalikes', {
      ...query,
      query: { path: join(outside.photos, 'same.jpg') },
    });
    const similarities = new Map(again.lookalikes.map((one) => [one.path, one.similarity]));
    for (const one of stored.lookalikes.slice(0, 5))
      expect(similarities.get(one.path)).toBeCloseTo(one.similarity, 3);

    // What learnt elsewhere, or before, runs on WebAssembly as well, with the same vectors.
    vi.stubEnv('LOOKALIKE_TENSORFLOW', 'wasm');
    const other = await here.open();
    const onWasm = await other.request('documents.lookalikes', {
      ...query,
      query: { path: join(outside.photos, 'same.jpg') },
    });
    expect((await other.request('documents.info', {})).backend?.name ?? 'wasm').toBe('wasm');
    for (const [place, one] of onWasm.lookalikes.entries())
      expect(one.similarity).toBeCloseTo(again.lookalikes[place]?.similarity ?? NaN, 3);
  }, 180_000);
});

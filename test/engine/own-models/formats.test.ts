/**
 * The same networks with the same weights in all three formats: each loads, says what it is, and gives
 * the same numbers for the same picture.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { mkdir, readFile } from 'node:fs/promises';
import type { OwnModel } from '../../../engine/model-values.ts';
import { forcedBackend, loadBackend } from '../../../engine/tensorflow/backend.ts';
import { findModel } from '../../../engine/own-models/files.ts';
import { lookAt, openFile, type Asked } from '../../../engine/own-models/look.ts';
import type { KeptModel } from '../../../engine/own-models/kept.ts';
import { copyAndLook, startModel } from '../../../engine/own-models/runner.ts';
import { vectorsFrom } from '../../../engine/own-models/vectors.ts';
import { scalePixels } from '../../../engine/own-models/scale.ts';
import { Random } from '../../../engine/random.ts';
import {
  architectures,
  buildNetwork,
  side,
  tf,
  usual,
} from '../../support/models/architectures.ts';
import { writeModel } from '../../support/models/write.ts';
import { cosine, temporaryFolder } from '../tensorflow/models.ts';

const asked: Asked = { inputSize: null, scaling: '-1..1', layer: null };
const wasm = () => loadBackend('wasm');
/** TensorFlow.js has one backend at a time in a process. */
const native = async () => {
  const backend = await loadBackend('native');
  await backend.tf.setBackend('tensorflow');
  return backend;
};
const withoutNative =
  forcedBackend(process.env) === 'wasm'
    ? 'LOOKALIKE_TENSORFLOW says wasm'
    : await loadBackend('native').then(
        () => null,
        (error: unknown) => String(error),
      );

const reason = withoutNative === null ? '' : ` (${withoutNative})`;

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());

/** A picture of noise, and the vector of a network for it. */
const random = new Random('formats');
const pixels = Uint8Array.from({ length: side * side * 3 }, () => random.integer(0, 255));

describe.each(architectures)('%s', (name) => {
  const place = (format: OwnModel['format']) => join(folder.path, name, format);
  const { layer, dimensions } = usual[name];
  let expected: Float32Array;

  beforeAll(async () => {
    const model = buildNetwork(name);
    for (const format of ['layers-model', 'graph-model'] as const)
      await writeModel(place(format), format, model);
    if (withoutNative === null) await writeModel(place('saved-model'), 'saved-model', model);
    // What TensorFlow.js itself makes of the network that was written.
    const [input, output] = [model.inputs, model.getLayer(layer).output];
    const { model: make } = await import('@tensorflow/tfjs-layers');
    const part = make({ inputs: input, outputs: output });
    const photo = tf.tensor4d(scalePixels(pixels, '-1..1'), [1, side, side, 3]);
    expected = (part.predict(photo) as typeof photo).dataSync<'float32'>().slice();
  });

  it.each(['layers-model', 'graph-model'] as const)(
    'a %s is told by its file and gives what the network gives',
    async (format) => {
      const looked = await lookAt(place(format), asked, wasm);
      expect(looked).toMatchObject({
        format,
        inputSize: { value: side, from: 'file' },
        dimensions,
        layer: { from: 'usual' },
      });
      expect(looked.layer.value.split('/')[0]).toBe(layer);
      const found = await findModel(place(format));
      if (found.format === 'saved-model') throw new Error('it is another format');
      const opened = await openFile(found, tf);
      const [row] = vectorsFrom(tf, {
        settings: { inputSize: side, scaling: '-1..1', layer: looked.layer.value },
        single: false,
        run: (photos) => opened.run(photos, looked.layer.value),
      })(pixels, 1);
      expect(row).toHaveLength(dimensions);
      row?.forEach((x, i) => {
        expect(x).toBeCloseTo(expected[i] ?? NaN, 4);
      });
    },
  );

  it.skipIf(withoutNative)(`a SavedModel is told by its file${reason}`, async () => {
    const looked = await lookAt(place('saved-model'), asked, native);
    expect(looked).toMatchObject({ format: 'saved-model', dimensions });
    expect(looked.layer.value.split('/')[0]).toBe(layer);
  });

  // Once is enough, as processes take their time.
  if (name !== 'resnet') return;
  it.skipIf(withoutNative)(
    `a SavedModel gives what the network gives from within its function${reason}`,
    async () => {
      const copy = join(folder.path, name, 'copy');
      await mkdir(copy);
      const looked = await copyAndLook(place('saved-model'), copy, asked, {});
      const kept: KeptModel = {
        ...{ version: 1, name, format: 'saved-model', inputSize: side, scaling: '-1..1' },
        ...{ layer: looked.layer.value, from: '', bytes: looked.bytes, dimensions, single: false },
        ...{ files: looked.files, sha256: looked.sha256 },
      };
      const model = await startModel(copy, kept, {});
      try {
        expect(model.backend).toBe('native');
        const row = await model.embed(pixels, 1);
        expect(Math.hypot(...row)).toBeCloseTo(1, 5);
        expect(cosine(row, expected)).toBeGreaterThan(0.99999);
      } finally {
        await model.close();
      }
      // The original is as it was: the signature that is needed is in the copy only.
      const original = await readFile(join(place('saved-model'), 'saved_model.pb'));
      expect(original.includes('lookalike')).toBe(false);
    },
  );
});

it('every layer can be taken, and a map is averaged over its places', async () => {
  const place = join(folder.path, 'any-layer');
  await writeModel(place, 'layers-model', buildNetwork('resnet'));
  const looked = await lookAt(place, { ...asked, layer: 'conv2_block2_out' }, wasm);
  expect(looked.layer).toEqual({ value: 'conv2_block2_out', from: 'asked' });
  expect(looked.dimensions).toBe(16);
  expect(looked.layers.find(({ name }) => name === 'conv2_block2_out')?.shape).toEqual([
    16, 16, 16,
  ]);
  expect(looked.layers.some(({ kind }) => kind === 'InputLayer')).toBe(false);
  await expect(lookAt(place, { ...asked, layer: 'nonsense' }, wasm)).rejects.toMatchObject({
    code: 'model-unsuitable',
    message: expect.stringContaining('avg_pool') as string,
  });
  await expect(lookAt(place, { ...asked, inputSize: 64 }, wasm)).rejects.toMatchObject({
    code: 'model-unsuitable',
    message: expect.stringContaining('32 × 32') as string,
  });
});

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { MODEL_FILE } from '../../../engine/tensorflow/autoencoder.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { untrainedWeights } from '../../../engine/tensorflow/layers.ts';
import { normaliseRows } from '../../../engine/tensorflow/network.ts';
import {
  buildRefinement,
  isRefinement,
  readRefinement,
  REFINEMENT,
  type RefinementDescription,
} from '../../../engine/tensorflow/refinement.ts';
import { writeTensors } from '../../../engine/tensorflow/tensors-file.ts';
import { temporaryFolder } from '../../support/photos.ts';

const { tf } = await loadBackend('wasm');
const description: RefinementDescription = {
  ...{ format: 1, of: 'm@1', dimensions: 6, hidden: 10, layers: 0 },
};

/** One with weights of chance, and its file in `folder`. */
async function written(folder: string, described: unknown = description) {
  const network = buildRefinement(
    tf,
    description,
    untrainedWeights((name) => new Random('refinement', name)),
  );
  const tensors = new Map(
    network.weights.map(({ name, variable }) => [
      name,
      { shape: variable.shape, values: variable.dataSync<'float32'>() },
    ]),
  );
  await writeTensors(join(folder, MODEL_FILE), {
    metadata: { [REFINEMENT]: JSON.stringify(described) },
    tensors,
  });
  return network;
}

it('computes in plain code what TensorFlow computes', async () => {
  await using folder = await temporaryFolder();
  expect(isRefinement(folder.path)).toBe(false);
  const network = await written(folder.path);
  expect(isRefinement(folder.path)).toBe(true);
  const random = new Random('rows');
  const count = 7;
  const rows = normaliseRows(
    Float32Array.from({ length: count * 6 }, () => random.between(-1, 1)),
    6,
  );
  const refinement = await readRefinement(folder.path);
  expect(refinement).toMatchObject(description);
  const plain = refinement.run(rows);
  const expected = network.run(tf.tensor(rows, [count, 6])).dataSync<'float32'>();
  expect(plain).toHaveLength(rows.length);
  for (const [i, x] of plain.entries()) expect(x).toBeCloseTo(expected[i] ?? NaN, 5);
  // It does something, and the rows given are left alone.
  expect(Math.abs((plain[0] ?? 0) - (rows[0] ?? 0))).toBeGreaterThan(1e-3);
  expect(Math.hypot(...plain.subarray(0, 6))).toBeCloseTo(1, 6);
});

it.each([
  ['another network', null],
  ['weights of another shape', { ...description, hidden: 11 }],
])('refuses a file that holds %s', async (_, described) => {
  await using folder = await temporaryFolder();
  await written(folder.path, described);
  await expect(readRefinement(folder.path)).rejects.toMatchObject({
    code: 'weights-damaged',
    message: expect.stringMatching(/model\.safetensors.*Train it again/s) as string,
  });
});

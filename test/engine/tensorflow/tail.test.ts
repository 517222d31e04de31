/** The last layers of the network: where it is cut, and that both parts together are the whole. */
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { loadModel, type Model } from '../../../engine/tensorflow/architecture.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { openNetwork, openTrunk } from '../../../engine/tensorflow/network.ts';
import { buildTail, cutNetwork, tunedModel } from '../../../engine/tensorflow/tail.ts';
import { readTensors, writeTensors } from '../../../engine/tensorflow/tensors-file.ts';
import { mostLastLayers } from '../../../engine/training-limits.ts';
import { cosine, modelFolder, temporaryFolder } from './models.ts';

const backend = await loadBackend('wasm');
const { tf } = backend;
let model: Model;
beforeAll(async () => {
  model = await loadModel(modelFolder);
});

it('twenty layers are the last twenty convolutions, behind a place of 14 × 14 × 112 numbers', () => {
  const { layers } = model.architecture;
  const { trunk, tail, trained, map } = cutNetwork(model.architecture, 20);
  expect([...trunk, ...tail]).toEqual(layers);
  expect(trained).toEqual(layers.filter(({ op }) => op !== 'add').slice(-20));
  expect(map).toEqual({ side: 14, channels: 112 });
});

it('there is a narrow place for every number of layers that may be asked for', () => {
  for (let count = 1; count <= mostLastLayers; count++) {
    const { tail, trained, map } = cutNetwork(model.architecture, count);
    expect(trained).toHaveLength(count);
    expect(map.side ** 2 * map.channels).toBeLessThan(22_000);
    // What comes later reaches back to this place at most.
    const [first] = tail;
    expect(first?.op).not.toBe('add');
  }
  expect(() => cutNetwork(model.architecture, 49)).toThrow('narrow place');
  expect(() => cutNetwork(model.architecture, 50)).toThrow('50 layers');
});

it('trunk and tail give what the whole network gives, trained or not', async () => {
  await using folder = await temporaryFolder();
  const count = 20;
  const { input } = model.architecture;
  const random = new Random('pixels');
  const pixels = Uint8Array.from({ length: input.size ** 2 * 3 }, (_, i) =>
    Math.floor(127 + 100 * Math.sin(i / 997) + random.between(-20, 20)),
  );
  const map = openTrunk(model, count, backend).lastMap(pixels, 1);
  const { side, channels } = cutNetwork(model.architecture, count).map;
  const tail = buildTail(tf, model, count);
  const rows = () => {
    const result = tf.tidy(() => tail.run(tf.tensor4d(map, [1, side, side, channels])));
    const values = result.dataSync<'float32'>();
    result.dispose();
    return values;
  };
  const wholeOf = async (whole: Model) =>
    (await openNetwork(whole, backend, folder.path)).embed(pixels, 1);
  const before = rows();
  expect(1 - cosine(before, await wholeOf(model))).toBeLessThan(1e-6);

  // As if something had been learnt.
  for (const { variable } of tail.weights) {
    const changes = Float32Array.from({ length: variable.size }, () => random.between(-0.3, 0.3));
    variable.assign(tf.tensor(changes, variable.shape));
  }
  const after = rows();
  expect(1 - cosine(before, after)).toBeGreaterThan(1e-3);
  const path = join(folder.path, 'tail.safetensors');
  await writeTensors(path, { metadata: {}, tensors: tail.tensors() });
  const file = await readTensors(path);
  const tuned = tunedModel(model, count, file);
  expect(1 - cosine(after, await wholeOf(tuned))).toBeLessThan(1e-6);
  // What is kept in the form of native TensorFlow goes by these.
  expect([tuned.architecture.weights.sha256, tuned.head.sha256]).toEqual([
    file.sha256,
    file.sha256,
  ]);
  expect(() => tunedModel(model, count + 1, file)).toThrow('lacks the numbers');
  tail.dispose();
});

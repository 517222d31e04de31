/** The triplet network as a method: from photos and from stored vectors alike. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadMethod } from '../../../engine/methods/registry.ts';
import { Random } from '../../../engine/random.ts';
import { MODEL_FILE } from '../../../engine/tensorflow/autoencoder.ts';
import { readRefinement, REFINEMENT } from '../../../engine/tensorflow/refinement.ts';
import { writeTensors } from '../../../engine/tensorflow/tensors-file.ts';
import { temporaryFolder } from '../../support/photos.ts';

const [dimensions, hidden] = [256, 8];
const imagenet = await loadMethod('imagenet');

/** A network with weights of chance, as if it was learnt from vectors of `of`. */
async function writeNetwork(folder: string, of: string): Promise<void> {
  const random = new Random('triplet');
  const numbers = (...shape: number[]) => ({
    shape,
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
      random.between(-0.5, 0.5),
    ),
  });
  await writeTensors(join(folder, MODEL_FILE), {
    metadata: { [REFINEMENT]: JSON.stringify({ format: 1, of, dimensions, hidden }) },
    tensors: new Map([
      ['hidden.0.kernel', numbers(dimensions, hidden)],
      ['hidden.0.bias', numbers(hidden)],
      ['change.0.kernel', numbers(hidden, dimensions)],
      ['change.0.bias', numbers(dimensions)],
    ]),
  });
}

it('gives photos the vectors that it gives their ImageNet features', async () => {
  await using folder = await temporaryFolder();
  await writeNetwork(folder.path, `imagenet@${imagenet.version}`);
  const method = await loadMethod('triplet', { trainedFolder: folder.path });
  const refinement = await readRefinement(folder.path);
  expect(method).toMatchObject({
    dimensions,
    vectorsOf: 'imagenet',
    inputSize: imagenet.inputSize,
    version: refinement.sha256.slice(0, 12),
  });
  const options = { cacheFolder: folder.path, backend: 'wasm', workers: 1 } as const;
  const pixels = () =>
    Uint8Array.from({ length: 2 * method.inputSize ** 2 * 3 }, (_, i) => (i * i) % 251);
  const features = await imagenet.createEmbedder(options);
  const rows = await features.embed(pixels(), 2);
  await features.close();
  const embedder = await method.createEmbedder(options);
  expect(await embedder.fromVectors?.(rows)).toEqual(refinement.run(rows));
  expect(await embedder.embed(pixels(), 2)).toEqual(refinement.run(rows));
  await embedder.close();
  expect(refinement.run(rows)).not.toEqual(rows);
});

it('has to be trained again when its features are of another version', async () => {
  await using folder = await temporaryFolder();
  await writeNetwork(folder.path, 'imagenet@before');
  await expect(loadMethod('triplet', { trainedFolder: folder.path })).rejects.toMatchObject({
    code: 'method-untrained',
    message: expect.stringContaining('trained again') as string,
  });
});

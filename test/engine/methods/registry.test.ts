import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultMethod, loadMethod, methodIds } from '../../../engine/methods/registry.ts';
import { loadModel } from '../../../engine/tensorflow/architecture.ts';
import { copyOfModel, modelFolder, temporaryFolder } from '../tensorflow/models.ts';

describe('the methods', () => {
  it('have the ids under which they are found', async () => {
    const found = await Promise.all(methodIds.map((id) => loadMethod(id)));
    expect(found.map(({ id }) => id)).toEqual(methodIds);
    expect(methodIds).toContain(defaultMethod);
  });

  it('ImageNet features: 256 numbers, compared by cosine, of 224 × 224 photos', async () => {
    const { weights } = (await loadModel(modelFolder)).architecture;
    const method = await loadMethod('imagenet');
    expect(method).toMatchObject({
      id: 'imagenet',
      name: 'ImageNet features',
      dimensions: 256,
      metric: 'cosine',
      inputSize: 224,
      weights: { sha256: weights.sha256 },
    });
    expect(method.version).toContain(weights.sha256.slice(0, 12));
  });

  it('run: the embedder that a method starts has the size and the weights that it tells', async () => {
    await using cache = await temporaryFolder();
    const method = await loadMethod();
    const embedder = await method.createEmbedder({
      cacheFolder: cache.path,
      backend: 'wasm',
      workers: 1,
    });
    expect(embedder.method).toEqual({
      dimensions: method.dimensions,
      inputSize: method.inputSize,
      weightsSha256: method.weights.sha256,
    });
    await embedder.close();
  });

  it('whose description is missing are an error that names the file', async () => {
    await using folder = await copyOfModel();
    await rm(join(folder.path, 'architecture.json'));
    await expect(loadMethod('imagenet', folder.path)).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('architecture.json') as string,
    });
  });
});

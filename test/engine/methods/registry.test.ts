import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultMethod } from '../../../engine/default-method.ts';
import { loadMethod, methodEntries } from '../../../engine/methods/registry.ts';
import { loadModel, readArchitecture } from '../../../engine/tensorflow/architecture.ts';
import { copyOfModel, modelFolder, modelsFolder, temporaryFolder } from '../tensorflow/models.ts';

const ids = methodEntries.map(({ facts }) => facts.id);
/** Those that can be used without being trained. */
const readyIds = methodEntries.filter(({ facts }) => !facts.trains).map(({ facts }) => facts.id);
/** Of those: with one row for each photo. Tests of their own see to those that find faces. */
const wholeIds = methodEntries
  .filter(({ facts }) => !facts.trains && facts.finds === 'photos')
  .map(({ facts }) => facts.id);

describe('the methods', () => {
  it('have ids of their own, and the default comes first', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids[0]).toBe(defaultMethod);
  });

  it.each(readyIds)('%s is what its entry says', async (id) => {
    const method = await loadMethod(id);
    const entry = methodEntries.find(({ facts }) => facts.id === id);
    expect(method).toMatchObject({ ...entry?.facts });
    expect(method.sentence).toMatch(/\.$/);
    expect(method.needs).toMatch(/\.$/);
  });

  it.each(methodEntries.filter(({ training }) => training))(
    '$facts.id says that it has to be trained first',
    async ({ facts, training, load }) => {
      expect(facts.trains).toBe(training !== undefined);
      await expect(load({ modelsFolder: '', trainedFolder: '/nowhere' })).rejects.toMatchObject({
        code: 'method-untrained',
        message: expect.stringContaining(facts.name) as string,
      });
    },
  );

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

  it('ImageNet features, large: 256 numbers, compared by cosine, of 260 × 260 photos', async () => {
    const { weights } = await readArchitecture(join(modelsFolder, 'efficientnet-lite2'));
    const method = await loadMethod('imagenet-large');
    expect(method).toMatchObject({ dimensions: 256, metric: 'cosine', inputSize: 260 });
    expect(method.version).toContain(weights.sha256.slice(0, 12));
  });

  it('ImageNet classes: a thousand numbers, compared by cosine, of 224 × 224 photos', async () => {
    const { weights, classifier } = await readArchitecture(modelFolder);
    const method = await loadMethod('imagenet-classes');
    expect(method).toMatchObject({ dimensions: 1000, metric: 'cosine', inputSize: 224 });
    for (const { sha256 } of [weights, classifier?.numbers ?? { sha256: 'none' }])
      expect(method.version).toContain(sha256.slice(0, 12));
  });

  it.each(wholeIds)(
    '%s runs: a row of the length that it tells, as its metric wants it',
    async (id) => {
      await using cache = await temporaryFolder();
      const { inputSize, dimensions, metric, createEmbedder } = await loadMethod(id);
      const embedder = await createEmbedder({
        cacheFolder: cache.path,
        backend: 'wasm',
        workers: 1,
      });
      const pixels = Uint8Array.from({ length: 2 * inputSize * inputSize * 3 }, (_, i) => i % 251);
      const rows = await embedder.embed(pixels, 2);
      await embedder.close();
      expect(rows).toHaveLength(2 * dimensions);
      const length = Math.hypot(...rows.subarray(0, dimensions));
      if (metric === 'cosine') expect(length).toBeCloseTo(1, 5);
      else expect(length).toBeLessThanOrEqual(1);
    },
  );

  it('whose description is missing are an error that names the file', async () => {
    await using folder = await copyOfModel();
    await rm(join(folder.path, 'architecture.json'));
    await expect(loadMethod('imagenet', { modelsFolder: folder.path })).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('architecture.json') as string,
    });
  });
});

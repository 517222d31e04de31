import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Architecture,
  convolutionConstants,
  loadModel,
  readArchitecture,
} from '../../../engine/tensorflow/architecture.ts';
import { createEmbedder } from '../../../engine/tensorflow/embedder.ts';
import { copyOfModel, modelFolder, modelsFolder } from './models.ts';

describe('loading a model', () => {
  it('gives as many finite numbers as the description says', async () => {
    const { architecture, weights } = await loadModel(modelFolder);
    expect(weights.length).toBe(architecture.weights.count);
    expect(weights.every(Number.isFinite)).toBe(true);
  });

  it('gives each layer its own numbers, in the shape that TensorFlow takes', async () => {
    const model = await loadModel(modelFolder);
    const [stem, depthwise] = model.architecture.layers;
    if (stem?.op !== 'conv' || depthwise?.op !== 'depthwise') throw new Error('another network');
    expect(convolutionConstants(model, stem).kernel.shape).toEqual([3, 3, 3, 32]);
    const { kernel, bias } = convolutionConstants(model, depthwise);
    expect(kernel.shape).toEqual([3, 3, 32, 1]);
    expect(kernel.values.length).toBe(288);
    expect(kernel.values[0]).toBe(model.weights[depthwise.weightsAt]);
    expect(bias.values.at(-1)).toBe(model.weights[depthwise.biasAt + 31]);
  });
});

describe('damaged weights', () => {
  it('are refused by name of the file when one bit is wrong', async () => {
    await using folder = await copyOfModel();
    const path = join(folder.path, 'weights.bin');
    const content = await readFile(path);
    content.writeUInt8(content.readUInt8(1_000_000) ^ 1, 1_000_000);
    await writeFile(path, content);
    await expect(loadModel(folder.path)).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining(path) as string,
    });
  });

  it('are refused by name of the file when the end is missing', async () => {
    await using folder = await copyOfModel();
    await truncate(join(folder.path, 'weights.bin'), 4096);
    await expect(loadModel(folder.path)).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('weights.bin') as string,
    });
  });

  it('are refused by name of the file when there are none', async () => {
    await using folder = await copyOfModel();
    await rm(join(folder.path, 'weights.bin'));
    await expect(loadModel(folder.path)).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('weights.bin') as string,
    });
  });

  it('keep an embedder from starting, with the same error', async () => {
    await using folder = await copyOfModel();
    await truncate(join(folder.path, 'weights.bin'), 4096);
    const options = { model: folder.path, cacheFolder: folder.path, backend: 'wasm' } as const;
    await expect(createEmbedder(options)).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('weights.bin') as string,
    });
  });
});

describe('a classifier', () => {
  it('that is damaged or missing is refused by name of the file', async () => {
    await using folder = await copyOfModel();
    const path = join(folder.path, 'classifier.bin');
    const refused = { code: 'weights-damaged', message: expect.stringContaining(path) as string };
    await truncate(path, 4096);
    await expect(loadModel(folder.path, 'classifier')).rejects.toMatchObject(refused);
    await rm(path);
    await expect(loadModel(folder.path, 'classifier')).rejects.toMatchObject(refused);
  });

  it('that is missing does not keep the projection from being loaded', async () => {
    await using folder = await copyOfModel();
    await rm(join(folder.path, 'classifier.bin'));
    const { head } = await loadModel(folder.path);
    expect([head.dimensions, head.bias]).toEqual([256, null]);
  });

  it('is refused where the model has none', async () => {
    const folder = join(modelsFolder, 'efficientnet-lite2');
    await expect(loadModel(folder, 'classifier')).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('describes no classifier') as string,
    });
  });
});

describe('a description of a model', () => {
  /** Changes the description, and expects it to be refused with a message about `problem`. */
  async function expectRefused(
    change: (architecture: Architecture) => unknown,
    problem: string,
  ): Promise<void> {
    await using folder = await copyOfModel();
    const path = join(folder.path, 'architecture.json');
    const changed = change(await readArchitecture(folder.path));
    await writeFile(path, typeof changed === 'string' ? changed : JSON.stringify(changed));
    const refusal = expect(readArchitecture(folder.path)).rejects;
    await refusal.toMatchObject({ code: 'weights-damaged' });
    await refusal.toThrow(path);
    await refusal.toThrow(problem);
  }

  it('is refused when it is no JSON', async () => {
    await expectRefused(() => '{"format": 1,', 'JSON');
  });

  it('is refused when it has another format', async () => {
    await expectRefused((architecture) => ({ ...architecture, format: 2 }), 'format');
  });

  it('is refused when a layer reaches outside the weights', async () => {
    await expectRefused((architecture) => {
      const [stem] = architecture.layers;
      if (stem?.op !== 'conv') throw new Error('another network');
      stem.weightsAt = architecture.weights.count - 10;
      return architecture;
    }, 'stem lies outside the weights');
  });

  it('is refused when the classifier reaches outside its numbers', async () => {
    await expectRefused((architecture) => {
      if (!architecture.classifier) throw new Error('another network');
      architecture.classifier.biasAt += 1;
      return architecture;
    }, "the classifier's bias lies outside the weights");
  });

  it('is refused when the classifier does not fit the last layer', async () => {
    await expectRefused((architecture) => {
      if (!architecture.classifier) throw new Error('another network');
      architecture.classifier.inputChannels = 1279;
      return architecture;
    }, 'the classifier does not fit the last layer');
  });

  it('is refused when a layer does not fit the one before it', async () => {
    await expectRefused((architecture) => {
      architecture.layers.splice(2, 1);
      return architecture;
    }, 'does not fit');
  });
});

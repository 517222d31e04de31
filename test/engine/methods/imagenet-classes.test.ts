import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { classNames, topClasses } from '../../../engine/methods/imagenet-classes.ts';
import { loadMethod, modelsFolder } from '../../../engine/methods/registry.ts';
import { decodePixels } from '../../../engine/photos/decode.ts';
import { normaliseRows } from '../../../engine/tensorflow/network.ts';
import type { Embedder } from '../../../engine/tensorflow/embedder.ts';
import {
  closeEmbedders,
  copyOfModels,
  itWith,
  openEmbedders,
  temporaryFolder,
} from '../tensorflow/models.ts';

describe('the top classes of a vector', () => {
  /** Probabilities that sum to 1, of at least two classes. */
  const probabilities = fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 40 })
    .filter((parts) => parts.some((part) => part > 0))
    .map((parts) => {
      const sum = parts.reduce((total, part) => total + part, 0);
      return parts.map((part) => part / sum);
    });

  it('are the most probable ones, with the probabilities that the vector was made of', () => {
    fc.assert(
      fc.property(probabilities, fc.integer({ min: 1, max: 50 }), (expected, count) => {
        const vector = normaliseRows(Float32Array.from(expected, Math.sqrt), expected.length);
        const names = expected.map((_, i) => `class ${i}`);
        const top = topClasses(vector, names, count);
        expect(top).toHaveLength(Math.min(count, names.length));
        for (const { name, probability } of top)
          expect(probability).toBeCloseTo(expected[names.indexOf(name)] ?? NaN, 6);
        const left = expected.filter((_, i) => top.every(({ name }) => name !== names[i]));
        for (const probability of left)
          expect(probability).toBeLessThanOrEqual((top.at(-1)?.probability ?? 0) + 1e-6);
        for (const [i, { probability }] of top.entries())
          expect(probability).toBeLessThanOrEqual(top[i - 1]?.probability ?? 1.000001);
      }),
    );
  });

  it('come in the order of the names where they are equally probable', () => {
    const vector = normaliseRows(Float32Array.of(1, 2, 1, 2), 4);
    const names = ['ant', 'bee', 'cat', 'dog'];
    expect(topClasses(vector, names, 3).map(({ name }) => name)).toEqual(['bee', 'dog', 'ant']);
  });

  it('are refused where the vector is not one of classes', () => {
    expect(() => topClasses(new Float32Array(256), ['ant'], 1)).toThrow('256 numbers');
  });
});

describe('the names of the classes', () => {
  it('that are too few are an error that names the file', async () => {
    await using copy = await copyOfModels();
    const path = join(copy.path, 'efficientnet-lite0', 'classes.json');
    await writeFile(path, '["tench", "goldfish"]');
    await expect(classNames({ modelsFolder: copy.path })).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining(path) as string,
    });
  });
});

/** Pictures whose classes are known; beside the project, not in it. */
const references = fileURLToPath(
  new URL('../../../../shared/reference/embedding', import.meta.url),
);
const missing = existsSync(references) ? null : 'there are no references beside the project';

const cache = await temporaryFolder();
const embedders = await openEmbedders(cache.path, { head: 'classifier' });
afterAll(async () => {
  await closeEmbedders(embedders);
  await cache[Symbol.asyncDispose]();
});
const names = await classNames({ modelsFolder });
const { inputSize } = await loadMethod('imagenet-classes');

/**
 * What the published network says: its classifier in NumPy, of the means that PyTorch computed. The
 * first two pictures show just that. ImageNet has no pyramids; a mountain is the nearest it has.
 */
const published = [
  ['camera', 'reflex camera', 0.8275],
  ['flamingo', 'flamingo', 0.8717],
  ['pyramid', 'alp', 0.5595],
] as const;

describe.each(published)('the reference picture %s', (file, expected, probability) => {
  async function isCalled(embedder: Embedder): Promise<void> {
    const content = await readFile(join(references, `${file}.png`));
    const pixels = await decodePixels(content, inputSize);
    const [top] = topClasses(await embedder.embed(pixels, 1), names, 1);
    expect(top?.name).toBe(expected);
    expect(top?.probability).toBeCloseTo(probability, 2);
  }
  itWith(missing ?? embedders.wasm, `is called ${expected} on WebAssembly`, isCalled);
  itWith(missing ?? embedders.native, `is called ${expected} on native TensorFlow`, isCalled);
});

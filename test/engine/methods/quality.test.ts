/**
 * Whether the methods find what they are for, on photos whose kinds are known: every photo is the
 * query once, and what is found should be of its kind. `npm run bench:quality` has all the figures.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { measureRetrieval, type Retrieval } from '../../../engine/evaluation/retrieval.ts';
import { leaveOneOut } from '../../../engine/evaluation/split.ts';
import { loadMethod } from '../../../engine/methods/registry.ts';
import { decodePixels } from '../../../engine/photos/decode.ts';
import { BATCH_SIZE } from '../../../engine/tensorflow/embedder.ts';
import { temporaryFolder } from '../tensorflow/models.ts';

/** Photos in a folder for each kind; beside the project, not in it. */
const objects = fileURLToPath(new URL('../../../../shared/photos/objects', import.meta.url));
const missing = existsSync(objects)
  ? null
  : 'there are no photos of known kinds beside the project';

/** Every third kind, and of each so many photos, so that it is quick. */
const KINDS = 3;
const PHOTOS = 10;
const TIMEOUT_MS = 120_000;

const cache = await temporaryFolder();
afterAll(() => cache[Symbol.asyncDispose]());

async function photos(): Promise<{ contents: Buffer[]; labels: number[] }> {
  const kinds = (await readdir(objects)).sort().filter((_, i) => i % KINDS === 0);
  const contents: Buffer[] = [];
  const labels: number[] = [];
  for (const [label, kind] of kinds.entries()) {
    const files = (await readdir(join(objects, kind))).sort().slice(0, PHOTOS);
    for (const file of files) {
      contents.push(await readFile(join(objects, kind, file)));
      labels.push(label);
    }
  }
  return { contents, labels };
}

/** Precision at 1 and 5, and the rest, of a method with the best backend that can be had. */
async function qualityOf(id: string): Promise<Retrieval> {
  const { contents, labels } = await photos();
  const { inputSize, dimensions, metric, createEmbedder } = await loadMethod(id);
  const embedder = await createEmbedder({ cacheFolder: cache.path });
  const rows = new Float32Array(contents.length * dimensions);
  try {
    for (let start = 0; start < contents.length; start += BATCH_SIZE) {
      const batch = contents.slice(start, start + BATCH_SIZE);
      const pixels = await Promise.all(batch.map((content) => decodePixels(content, inputSize)));
      const joined = new Uint8Array(Buffer.concat(pixels));
      rows.set(await embedder.embed(joined, batch.length), start * dimensions);
    }
  } finally {
    await embedder.close();
  }
  const work = { pause: () => Promise.resolve(), onProgress: () => undefined };
  return measureRetrieval({ rows, dimensions, metric, labels }, leaveOneOut(labels), 5, work);
}

describe.skipIf(missing)(`photos of known kinds${missing === null ? '' : ` (${missing})`}`, () => {
  const measured = new Map<string, Promise<Retrieval>>();
  const quality = (id: string): Promise<Retrieval> => {
    const promise = measured.get(id) ?? qualityOf(id);
    measured.set(id, promise);
    return promise;
  };

  it(
    'imagenet: nearly every nearest photo is of the same kind',
    { timeout: TIMEOUT_MS },
    async () => {
      const { precisionAt1, precisionAtK } = await quality('imagenet');
      expect(precisionAt1).toBeGreaterThan(0.95);
      expect(precisionAtK).toBeGreaterThan(0.9);
    },
  );

  it(
    'imagenet-large: no worse among the first five than imagenet, and better over all ranks',
    { timeout: TIMEOUT_MS },
    async () => {
      const [usual, large] = [await quality('imagenet'), await quality('imagenet-large')];
      expect(large.precisionAtK).toBeGreaterThan(usual.precisionAtK - 0.005);
      expect(large.meanAveragePrecision).toBeGreaterThan(usual.meanAveragePrecision);
    },
  );

  it(
    'imagenet-classes: nine in ten nearest photos are of the same kind',
    { timeout: TIMEOUT_MS },
    async () => {
      const { precisionAt1, precisionAtK } = await quality('imagenet-classes');
      expect(precisionAt1).toBeGreaterThan(0.92);
      expect(precisionAtK).toBeGreaterThan(0.88);
    },
  );
});

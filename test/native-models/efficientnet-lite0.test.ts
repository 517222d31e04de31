import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../engine/tensorflow/architecture.ts';
import type { Embedder } from '../../engine/tensorflow/embedder.ts';
import {
  closeEmbedders,
  cosine,
  itWith,
  modelFolder,
  openEmbedders,
  temporaryFolder,
} from '../engine/tensorflow/models.ts';
import { goldenPicture } from './golden-picture.ts';

/** Written by make.py, from the published weights and its own plain network. */
const golden = JSON.parse(await readFile(join(modelFolder, 'golden.json'), 'utf8')) as {
  pictureSha256: string;
  embedding: number[];
};
const { architecture } = await loadModel(modelFolder);
const cache = await temporaryFolder();
const embedders = await openEmbedders(cache.path);
afterAll(async () => {
  await closeEmbedders(embedders);
  await cache[Symbol.asyncDispose]();
});

describe('the model EfficientNet-Lite0', () => {
  const picture = goldenPicture(architecture.input.size);

  it('says in its README the checksum that its weights have', async () => {
    const readme = await readFile(join(modelFolder, 'README.md'), 'utf8');
    expect(readme).toContain(architecture.weights.sha256);
  });

  it('takes 224 × 224 photos and gives 256 numbers', () => {
    expect(architecture.input.size).toBe(224);
    expect(architecture.projection.dimensions).toBe(256);
  });

  it('draws the golden picture as make.py did', () => {
    expect(createHash('sha256').update(picture).digest('hex')).toBe(golden.pictureSha256);
  });

  async function embedsAsPublished(embedder: Embedder): Promise<void> {
    const embedding = await embedder.embed(picture.slice(), 1);
    expect(cosine(embedding, golden.embedding)).toBeGreaterThanOrEqual(0.9999);
  }
  itWith(
    embedders.wasm,
    'gives on WebAssembly what the published network gives',
    embedsAsPublished,
  );
  itWith(
    embedders.native,
    'gives on native TensorFlow what the published network gives',
    embedsAsPublished,
  );
});

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArchitecture, readClassNames } from '../../engine/tensorflow/architecture.ts';
import type { Embedder } from '../../engine/tensorflow/embedder.ts';
import {
  closeEmbedders,
  cosine,
  itWith,
  modelsFolder,
  openEmbedders,
  temporaryFolder,
} from '../engine/tensorflow/models.ts';
import { goldenPicture } from './golden-picture.ts';

/** Written by make.py, from the published weights and its own plain network. */
interface Golden {
  pictureSha256: string;
  embedding: number[];
  /** The five most probable classes, where the model has its classifier. */
  topClasses?: { name: string; probability: number }[];
}

const models = [
  { title: 'EfficientNet-Lite0', name: 'efficientnet-lite0', size: 224 },
  { title: 'EfficientNet-Lite2', name: 'efficientnet-lite2', size: 260 },
] as const;

const cache = await temporaryFolder();
afterAll(() => cache[Symbol.asyncDispose]());

const goldenOf = async (folder: string): Promise<Golden> =>
  JSON.parse(await readFile(join(folder, 'golden.json'), 'utf8')) as Golden;

describe.each(models)('the model $title', async ({ title, name, size }) => {
  const folder = join(modelsFolder, name);
  const golden = await goldenOf(folder);
  const architecture = await readArchitecture(folder);
  const embedders = await openEmbedders(cache.path, { model: folder });
  afterAll(() => closeEmbedders(embedders));
  const picture = goldenPicture(size);

  it('says in its README the checksum that its weights have', async () => {
    expect(architecture.name).toBe(title);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain(
      architecture.weights.sha256,
    );
  });

  it(`takes ${size} × ${size} photos and gives 256 numbers`, () => {
    expect(architecture.input.size).toBe(size);
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

describe('the classifier of EfficientNet-Lite0', async () => {
  const folder = join(modelsFolder, 'efficientnet-lite0');
  const { classifier, input } = await readArchitecture(folder);
  const { topClasses = [] } = await goldenOf(folder);
  const names = await readClassNames(folder);
  const embedders = await openEmbedders(cache.path, { model: folder, head: 'classifier' });
  afterAll(() => closeEmbedders(embedders));

  it('says in its README the checksum that its numbers have', async () => {
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    expect(readme).toContain(classifier?.numbers.sha256);
  });

  it('has a thousand classes with names of their own', () => {
    expect(new Set(names).size).toBe(1000);
  });

  async function classifiesAsPublished(embedder: Embedder): Promise<void> {
    const roots = await embedder.embed(goldenPicture(input.size), 1);
    const found = [...roots]
      .map((root, i) => ({ name: names[i], probability: root ** 2 }))
      .sort((a, b) => b.probability - a.probability);
    expect(found[0]?.name).toBe(topClasses[0]?.name);
    expect(topClasses).toHaveLength(5);
    for (const { name, probability } of topClasses)
      expect(found.find((other) => other.name === name)?.probability).toBeCloseTo(probability, 2);
    expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  }
  itWith(
    embedders.wasm,
    'gives on WebAssembly the probabilities that the published network gives',
    classifiesAsPublished,
  );
  itWith(
    embedders.native,
    'gives on native TensorFlow the probabilities that the published network gives',
    classifiesAsPublished,
  );
});

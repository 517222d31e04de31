import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import {
  buildAutoencoder,
  DESCRIPTION,
  isAutoencoder,
  levelled,
  MEAN,
  MODEL_FILE,
  openAutoencoder,
  readAutoencoder,
  type AutoencoderDescription,
} from '../../../engine/tensorflow/autoencoder.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { untrainedWeights } from '../../../engine/tensorflow/layers.ts';
import { writeTensors, type StoredTensor } from '../../../engine/tensorflow/tensors-file.ts';
import { temporaryFolder } from '../../support/photos.ts';

const { tf } = await loadBackend('wasm');
const side = 2;
const description: AutoencoderDescription = {
  format: 1,
  side,
  dimensions: 3,
  encoder: [
    { op: 'reshape', shape: [12] },
    { op: 'dense', units: 3, activation: 'linear' },
  ],
  decoder: [
    { op: 'dense', units: 12, activation: 'linear' },
    { op: 'reshape', shape: [side, side, 3] },
  ],
};
const fresh = untrainedWeights((name) => new Random('autoencoder', name));

/** An untrained auto-encoder in a folder, changed by `change` before it is written. */
async function written(
  folder: string,
  change: (tensors: Map<string, StoredTensor>, metadata: Record<string, string>) => void = () =>
    undefined,
): Promise<void> {
  const { encoder, decoder } = buildAutoencoder(tf, description, fresh);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, variable } of [...encoder.weights, ...decoder.weights])
    tensors.set(name, { shape: variable.shape, values: variable.dataSync<'float32'>() });
  tensors.set(MEAN, { shape: [3], values: Float32Array.of(0.1, 0.2, 0.3) });
  const metadata = { [DESCRIPTION]: JSON.stringify(description) };
  change(tensors, metadata);
  await writeTensors(join(folder, MODEL_FILE), { metadata, tensors });
}

const damaged = {
  code: 'weights-damaged',
  message: expect.stringMatching(/Train it again/) as string,
};

it('is read back as it was written, and known by its file', async () => {
  await using folder = await temporaryFolder();
  expect(isAutoencoder(folder.path)).toBe(false);
  await written(folder.path);
  expect(isAutoencoder(folder.path)).toBe(true);
  const stored = await readAutoencoder(folder.path);
  expect(stored.description).toEqual(description);
  // Worked out by hand: levelled, times the kernel, less the mean, of length 1.
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  const photo = Float32Array.from(pixels, (x) => x / 255);
  levelled(photo);
  const kernel = stored.file.tensors.get('encoder.1.kernel')?.values ?? [];
  const latent = [0, 1, 2].map((unit) =>
    photo.reduce((sum, x, i) => sum + x * (kernel[i * 3 + unit] ?? NaN), -(unit + 1) / 10),
  );
  const length = Math.hypot(...latent);
  for (const [i, x] of openAutoencoder(tf, stored).embed(pixels, 1).entries())
    expect(x).toBeCloseTo((latent[i] ?? NaN) / length, 5);
});

it('embeds a photo the same way alone and among many', async () => {
  await using folder = await temporaryFolder();
  await written(folder.path);
  const autoencoder = openAutoencoder(tf, await readAutoencoder(folder.path));
  const random = new Random('photos');
  const many = Uint8Array.from(random.times(70 * 12, () => random.integer(0, 255)));
  const rows = autoencoder.embed(many, 70);
  const drawn = autoencoder.reconstruct(many, 70);
  for (const photo of [0, 31, 32, 69]) {
    const alone = many.slice(photo * 12, (photo + 1) * 12);
    for (const [i, x] of autoencoder.embed(alone, 1).entries())
      expect(rows[photo * 3 + i]).toBeCloseTo(x, 5);
    for (const [i, x] of autoencoder.reconstruct(alone, 1).entries())
      expect(drawn[photo * 12 + i]).toBeCloseTo(x, 2);
  }
});

it('sees the same photo in another light as the same', async () => {
  await using folder = await temporaryFolder();
  await written(folder.path);
  const autoencoder = openAutoencoder(tf, await readAutoencoder(folder.path));
  const bright = Uint8Array.from({ length: 12 }, (_, i) => 40 + ((i * 7) % 12) * 18);
  const dark = bright.map((x) => x / 2);
  const [a, b] = [bright, dark].map((pixels) => autoencoder.embed(pixels, 1));
  expect(a?.reduce((sum, x, i) => sum + x * (b?.[i] ?? NaN), 0)).toBeGreaterThan(0.99);
});

it('gives a photo of one colour, which has no contrast, a vector all the same', async () => {
  await using folder = await temporaryFolder();
  await written(folder.path);
  const autoencoder = openAutoencoder(tf, await readAutoencoder(folder.path));
  const row = autoencoder.embed(new Uint8Array(12).fill(77), 1);
  expect(Math.hypot(...row)).toBeCloseTo(1, 5);
});

it('levels to mean 0 and about the same contrast, and says how to undo it', () => {
  const random = new Random('level');
  const original = Float32Array.from(random.times(300, () => random.between(0.2, 0.7)));
  const photo = original.slice();
  const { level, contrast } = levelled(photo);
  const mean = photo.reduce((sum, x) => sum + x, 0) / 300;
  const variance = photo.reduce((sum, x) => sum + x * x, 0) / 300;
  expect(mean).toBeCloseTo(0, 5);
  expect(Math.sqrt(variance)).toBeGreaterThan(0.8);
  expect(Math.sqrt(variance)).toBeLessThanOrEqual(1);
  for (const [i, x] of photo.entries())
    expect(level + contrast * x).toBeCloseTo(original[i] ?? NaN, 5);
});

describe('refuses, with the advice to train again,', () => {
  it('a folder without a model, or with a file that describes none', async () => {
    await using folder = await temporaryFolder();
    await expect(readAutoencoder(folder.path)).rejects.toMatchObject(damaged);
    for (const text of ['', '{}', JSON.stringify({ ...description, format: 2 })]) {
      await written(folder.path, (_, metadata) => (metadata[DESCRIPTION] = text));
      await expect(readAutoencoder(folder.path)).rejects.toMatchObject(damaged);
    }
  });

  it('weights that are missing, or of another network', async () => {
    await using folder = await temporaryFolder();
    const refused = async () => {
      const stored = await readAutoencoder(folder.path);
      expect(() => openAutoencoder(tf, stored)).toThrow(expect.objectContaining(damaged) as Error);
    };
    for (const name of [MEAN, 'encoder.1.kernel', 'decoder.0.bias']) {
      await written(folder.path, (tensors) => tensors.delete(name));
      await refused();
    }
    const others: Partial<AutoencoderDescription>[] = [
      { dimensions: 4 },
      { side: 3 },
      { decoder: description.encoder },
    ];
    for (const other of others) {
      const text = JSON.stringify({ ...description, ...other });
      await written(folder.path, (_, metadata) => (metadata[DESCRIPTION] = text));
      await refused();
    }
  });
});

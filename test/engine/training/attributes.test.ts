/** The network for attributes on drawn vectors, on WebAssembly: its losses, and what it learns by each. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AttributesGiven, TrainedAttributes } from '../../../engine/attribute-settings.ts';
import { Random } from '../../../engine/random.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { readAttributeHead } from '../../../engine/tensorflow/attribute-head.ts';
import { normaliseRows } from '../../../engine/tensorflow/network.ts';
import {
  attributeDimensions,
  attributeRow,
  attributesKind,
  bytesOfAttributes,
  settingsFor,
} from '../../../engine/training/attributes.ts';
import { writeRows } from '../../../engine/training/rows-file.ts';
import { defaultSettings, type TrainingRun } from '../../../engine/training/run.ts';
import { train } from '../../../engine/training/train.ts';
import { temporaryFolder } from '../../support/photos.ts';

const backend = await loadBackend('wasm');
const names = ['common', 'rare', 'now and then not known'];
const [count, views] = [120, 2];
const silent = { onEpoch: () => undefined, onProgress: () => undefined };

/** Whether a photo has an attribute: half have the first, one in ten the second. */
function valuesOf(row: number): Int8Array {
  return Int8Array.of(row % 2, row % 10 === 3 ? 1 : 0, row % 7 === 0 ? -1 : row % 3 === 0 ? 1 : 0);
}

/** Numbers of a vector that tell of each attribute. */
const telling = 12;

/** Vectors whose first numbers tell the attributes, faintly, and whose others are noise. */
function vectorsOf(row: number): Float32Array {
  const random = new Random('vectors', row);
  const rows = Float32Array.from({ length: views * attributeDimensions }, () =>
    random.between(-1, 1),
  );
  for (let view = 0; view < views; view++)
    for (const [attribute, value] of valuesOf(row).entries())
      for (let i = 0; i < telling; i++) {
        const place = view * attributeDimensions + attribute * telling + i;
        rows[place] = (rows[place] ?? 0) + (value === 1 ? 1 : -1);
      }
  return normaliseRows(rows, attributeDimensions);
}

const told: TrainedAttributes = {
  file: 'list.txt',
  photos: count,
  leftOut: { unlabelled: 0, copies: 0, notIndexed: 0 },
  rows: { read: count, unknown: { count: 0, first: [] }, bad: { count: 0, first: [] } },
  oneClass: [],
  each: names.map((name) => ({ name, having: 1, lacking: 1, accuracy: null, usual: null })),
  accuracy: null,
};

async function runIn(
  folder: string,
  how: Pick<AttributesGiven, 'loss' | 'optimizer'>,
  vectors = vectorsOf,
  epochs = 5,
): Promise<TrainingRun> {
  const path = join(folder, 'data');
  const rows = Array.from({ length: count }, (_, row) => attributeRow(valuesOf(row), vectors(row)));
  const written = await writeRows(path, bytesOfAttributes(names.length, views), rows);
  return {
    kind: 'attributes',
    settings: { ...defaultSettings, ...attributesKind.settings, ...settingsFor(how), epochs },
    seed: 1,
    data: { path, ...written, of: 'm@1', views },
    labels: null,
    attributes: told,
    folder,
    program: 'test',
  };
}

it.each([
  ['bce', 'adam'],
  ['cosine', 'adam'],
  ['bce', 'adadelta'],
  ['cosine', 'adadelta'],
] as const)(
  'by %s and %s it learns to tell attributes, the rare one too',
  async (loss, optimizer) => {
    await using folder = await temporaryFolder();
    const run = await runIn(folder.path, { loss, optimizer });
    const { attributes, losses, settings } = await train(backend, attributesKind, run, silent);
    expect(settings).toMatchObject({ loss, optimizer });
    expect(losses.at(-1)?.loss).toBeLessThan(losses[0]?.loss ?? 0);
    expect(attributes?.each.map(({ name }) => name)).toEqual(names);
    expect(attributes?.accuracy).toBeGreaterThan(0.95);
    // Who guesses is right of the rare one as well, mostly; told beside it, the figure means something.
    const [common, rare] = attributes?.each ?? [];
    expect(common?.usual).toBeLessThan(0.75);
    expect(rare?.usual).toBeGreaterThan(0.75);

    // What is stored says of new photos what they have.
    const head = await readAttributeHead(folder.path);
    expect(head).toMatchObject({ of: 'm@1', names, dimensions: attributeDimensions });
    for (const row of [3, 5, 12]) {
      const probabilities = head.probabilities(vectorsOf(row).subarray(0, attributeDimensions));
      for (const [place, value] of valuesOf(row).entries())
        if (value !== -1) expect((probabilities[place] ?? 0) > 0.5).toBe(value === 1);
    }
  },
);

it('gives losses of three photos as they are worked out by hand', async () => {
  await using folder = await temporaryFolder();
  const batch = Uint32Array.of(0, 3, 5);
  const examples = Uint32Array.from({ length: count }, (_, row) => row);
  for (const loss of ['bce', 'cosine'] as const) {
    const run = await runIn(folder.path, { loss, optimizer: 'adam' });
    const learner = attributesKind.create(backend.tf, run, examples);
    const { tensors } = learner.finished(examples);
    const [kernel, bias] = ['kernel', 'bias'].map((name) => tensors.get(name)?.values ?? []);
    const photos = [...batch].map((row) => {
      const vector = vectorsOf(row);
      return [...valuesOf(row)].map((value, attribute) => {
        let x = bias?.[attribute] ?? NaN;
        for (let i = 0; i < attributeDimensions; i++)
          x += (vector[i] ?? NaN) * (kernel?.[i * names.length + attribute] ?? NaN);
        return { value, probability: 1 / (1 + Math.exp(-x)) };
      });
    });
    const known = photos.map((photo) => photo.filter(({ value }) => value !== -1));
    const mean = (numbers: number[]): number =>
      numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const crossEntropy = mean(
      known.flat().map(({ value, probability: p }) => -Math.log(value === 1 ? p : 1 - p)),
    );
    const cosine = mean(
      known.map((photo) => {
        const pairs = photo.map(({ value, probability }) => [2 * probability - 1, 2 * value - 1]);
        const dot = pairs.reduce((sum, [a = 0, b = 0]) => sum + a * b, 0);
        const length = (side: number): number =>
          Math.hypot(...pairs.map((pair) => pair[side] ?? 0));
        return 1 - dot / (length(0) * length(1));
      }),
    );
    const found = backend.tf.tidy(() => learner.loss(batch, null).dataSync<'float32'>()[0]);
    expect(found).toBeCloseTo(loss === 'bce' ? crossEntropy : cosine, 3);
    learner.close();
  }
});

it('stops when the loss is no number, and says so', async () => {
  await using folder = await temporaryFolder();
  const run = await runIn(folder.path, { loss: 'bce', optimizer: 'adam' }, (row) =>
    row === 7 ? new Float32Array(views * attributeDimensions).fill(NaN) : vectorsOf(row),
  );
  await expect(train(backend, attributesKind, run, silent)).rejects.toMatchObject({
    code: 'training-diverged',
    message: expect.stringContaining('the network for attributes') as string,
  });
});

it('gives the same network from the same seed, interrupted or not, by either optimizer', async () => {
  for (const optimizer of ['adam', 'adadelta'] as const) {
    const shaOf = async (stopAfter: number | null) => {
      await using folder = await temporaryFolder();
      const run = await runIn(folder.path, { loss: 'bce', optimizer }, vectorsOf, 3);
      if (stopAfter !== null) {
        const onEpoch = ({ epoch }: { epoch: number }) => {
          if (epoch === stopAfter) throw new Error('killed');
        };
        await expect(train(backend, attributesKind, run, { ...silent, onEpoch })).rejects.toThrow(
          'killed',
        );
      }
      return (await train(backend, attributesKind, run, silent)).sha256;
    };
    expect(await shaOf(1)).toBe(await shaOf(null));
  }
});

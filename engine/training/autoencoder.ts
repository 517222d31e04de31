/**
 * Auto-encoders learn to draw a photo again from a few numbers, its latent vector, which has to tell
 * what matters of it. They learn from the photos of the library itself and need no labels. The dense
 * one weighs every pixel for every number; the convolutional one looks for small patterns first.
 */
import { Random } from '../random.ts';
import {
  buildAutoencoder,
  DESCRIPTION,
  levelled,
  MEAN,
  type AutoencoderDescription,
} from '../tensorflow/autoencoder.ts';
import { untrainedWeights, type LayerDescription } from '../tensorflow/layers.ts';
import type { StoredTensor } from '../tensorflow/tensors-file.ts';
import type { LearnerKind } from './learner.ts';
import { bytesOfPixels, RowsFile } from './rows-file.ts';
import { vary } from './vary.ts';

/** Every pixel to `hidden` numbers to `dimensions` numbers, and back. */
function dense(side: number, dimensions: number, hidden: number): AutoencoderDescription {
  return {
    format: 1,
    side,
    dimensions,
    encoder: [
      { op: 'reshape', shape: [bytesOfPixels(side)] },
      { op: 'dense', units: hidden, activation: 'relu' },
      { op: 'dense', units: dimensions, activation: 'linear' },
    ],
    decoder: [
      { op: 'dense', units: hidden, activation: 'relu' },
      { op: 'dense', units: bytesOfPixels(side), activation: 'linear' },
      { op: 'reshape', shape: [side, side, 3] },
    ],
  };
}

/** Three convolutions, each of half the side and twice the patterns, and back. */
function convolutional(side: number, dimensions: number, filters: number): AutoencoderDescription {
  const conv = (count: number, kernel: number, stride: number): LayerDescription => ({
    op: 'conv',
    filters: count,
    kernel,
    stride,
    activation: 'relu',
  });
  const enlarge: LayerDescription = { op: 'enlarge', factor: 2 };
  const lastMap = [side / 8, side / 8, filters * 4];
  const numbers = lastMap.reduce((product, size) => product * size);
  return {
    format: 1,
    side,
    dimensions,
    encoder: [
      conv(filters, 5, 2),
      conv(filters * 2, 3, 2),
      conv(filters * 4, 3, 2),
      { op: 'reshape', shape: [numbers] },
      { op: 'dense', units: dimensions, activation: 'linear' },
    ],
    decoder: [
      { op: 'dense', units: numbers, activation: 'relu' },
      { op: 'reshape', shape: lastMap },
      enlarge,
      conv(filters * 2, 3, 1),
      enlarge,
      conv(filters, 3, 1),
      enlarge,
      { op: 'conv', filters: 3, kernel: 3, stride: 1, activation: 'linear' },
    ],
  };
}

/** Sizes as measured; see the test of quality. */
export const autoencoders = {
  'autoencoder-dense': dense(16, 64, 512),
  'autoencoder-conv': convolutional(32, 128, 24),
} as const;

/** Examples that an epoch shows at least, so that a small library is learnt as well. */
const leastPerEpoch = 1000;
const mostTurns = 10;
/** Photos encoded at once where nothing is learnt. */
const atOnce = 64;

export function autoencoderKind(
  description: AutoencoderDescription,
  facts: Pick<LearnerKind, 'code' | 'needsNative' | 'title'>,
): LearnerKind {
  const { side, dimensions } = description;
  const perPhoto = bytesOfPixels(side);
  return {
    ...facts,
    leastExamples: 20,
    turns: (count) => Math.min(mostTurns, Math.max(1, Math.round(leastPerEpoch / count))),
    create: (tf, { seed, data }) => {
      const photos = new RowsFile(data.path, perPhoto, data.count);
      const { encoder, decoder } = buildAutoencoder(
        tf,
        description,
        untrainedWeights((name) => new Random(seed, 'weight', name)),
      );
      const weights = [...encoder.weights, ...decoder.weights];
      const pixels = new Uint8Array(perPhoto);

      /** What goes in and what should come out, both levelled: [examples, side, side, 3] each. */
      const batch = (examples: Uint32Array, random: Random | null) => {
        const varied = new Float32Array(examples.length * perPhoto);
        const plain = new Float32Array(examples.length * perPhoto);
        for (const [place, example] of examples.entries()) {
          photos.read(example, pixels);
          const from = place * perPhoto;
          const input = varied.subarray(from, from + perPhoto);
          const output = plain.subarray(from, from + perPhoto);
          if (random) vary(pixels, side, random, input, output);
          else for (let i = 0; i < perPhoto; i++) input[i] = output[i] = (pixels[i] ?? 0) / 255;
          levelled(input);
          levelled(output);
        }
        const shape = [examples.length, side, side, 3];
        return { input: tf.tensor(varied, shape), output: tf.tensor(plain, shape) };
      };

      /** The mean latent vector of some photos. */
      const meanOf = (examples: Uint32Array): StoredTensor => {
        const sum = new Float64Array(dimensions);
        for (let start = 0; start < examples.length; start += atOnce) {
          const some = examples.subarray(start, start + atOnce);
          const sums = tf.tidy(() => tf.sum(encoder.run(batch(some, null).input), 0));
          for (const [i, x] of sums.dataSync<'float32'>().entries()) sum[i] = (sum[i] ?? 0) + x;
          sums.dispose();
        }
        return { shape: [dimensions], values: Float32Array.from(sum, (x) => x / examples.length) };
      };

      return {
        weights,
        loss: (examples, random) => {
          const { input, output } = batch(examples, random);
          const drawn = decoder.run(encoder.run(input));
          return tf.mean(tf.squaredDifference(drawn, output));
        },
        finished: (examples) => ({
          metadata: { [DESCRIPTION]: JSON.stringify(description) },
          tensors: new Map([
            ...weights.map(({ name, variable }): [string, StoredTensor] => [
              name,
              { shape: variable.shape, values: variable.dataSync<'float32'>() },
            ]),
            [MEAN, meanOf(examples)],
          ]),
        }),
        close: () => {
          photos.close();
          tf.dispose(weights.map(({ variable }) => variable));
        },
      };
    },
  };
}

/**
 * A head that tells attributes: it takes the vectors of another method and gives for each attribute how
 * probable it is. Between them are batch normalisation (Ioffe and Szegedy 2015), dropout while it
 * learns (Srivastava et al. 2014), and one dense layer with a sigmoid for each attribute.
 *
 * The vectors that it takes never change. So what batch normalisation has to know of all of them, to be
 * used later, is computed exactly from all that is learnt from (as in section 3.1 of its paper) and not
 * followed step by step; and once it is learnt, all of it but the sigmoids is a single matrix, which is
 * stored, and run in plain code.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LookalikeError, messageOf } from '../errors.ts';
import { MODEL_FILE } from './autoencoder.ts';
import { buildLayers, storedWeights, type Weight, type WeightSource } from './layers.ts';
import { readTensors, type TensorsFile } from './tensors-file.ts';

/** The name of the description within the metadata of the file. */
export const ATTRIBUTES = 'attributes';

const description = z.strictObject({
  format: z.literal(1),
  /** Whose vectors it takes, and of which version. */
  of: z.string(),
  /** The length of the vectors that it takes. */
  dimensions: z.int().positive(),
  /** The attributes, in the order in which it gives them. */
  names: z.array(z.string()).min(1),
});

export type AttributeHeadDescription = z.infer<typeof description>;

/** Mean and variance of each number of the vectors. */
export interface Population {
  mean: Float64Array;
  variance: Float64Array;
}

/** One on a backend, as it is learnt. */
export interface TrainableHead {
  readonly weights: readonly Weight[];
  /**
   * @param rows [n, dimensions]
   * @param mask [n, dimensions]: what the normalised numbers are multiplied by. With it they are
   *   normalised by what is in these rows, as when it learns; without it by the population.
   * @returns [n, attributes]: a sigmoid away from probabilities
   */
  run(rows: TensorFlow.Tensor, mask?: TensorFlow.Tensor): TensorFlow.Tensor;
  /** The matrix [dimensions, attributes] and what is added, by the present weights and the population. */
  folded(): HeadNumbers;
}

export interface HeadNumbers {
  kernel: Float32Array;
  bias: Float32Array;
}

/** One that was learnt. */
export interface AttributeHead extends AttributeHeadDescription {
  /** Of its numbers, hexadecimal. */
  readonly sha256: string;
  /** From rows of `dimensions` numbers, one after the other, to rows of probabilities. */
  probabilities(rows: Float32Array): Float32Array<ArrayBuffer>;
}

/** Keeps a number that is the same in all vectors from being divided by nothing. */
const least = 1e-6;

/** Throws an Error when `source` lacks a weight. */
export function buildAttributeHead(
  tf: typeof TensorFlow,
  { dimensions, attributes }: { dimensions: number; attributes: number },
  { mean, variance }: Population,
  source: WeightSource,
): TrainableHead {
  const number = (name: string): TensorFlow.Variable =>
    tf.variable(tf.tensor(source(name, [dimensions], 'linear'), [dimensions]));
  // As they begin with 0: 1 + scale is what the paper calls γ, shift is its β.
  const [scale, shift] = [number('norm.scale'), number('norm.shift')];
  const dense = buildLayers(
    tf,
    'dense',
    [{ op: 'dense', units: attributes, activation: 'linear' }],
    [dimensions],
    source,
  );
  const population = {
    mean: tf.keep(tf.tensor(Float32Array.from(mean), [dimensions])),
    variance: tf.keep(tf.tensor(Float32Array.from(variance), [dimensions])),
  };
  const [kernelWeight, biasWeight] = dense.weights;
  return {
    weights: [
      { name: 'norm.scale', variable: scale },
      { name: 'norm.shift', variable: shift },
      ...dense.weights,
    ],
    run: (rows, mask) => {
      const seen = mask ? tf.moments(rows, 0) : population;
      const even = tf.mul(tf.sub(rows, seen.mean), tf.rsqrt(tf.add(seen.variance, least)));
      const normalised = tf.add(tf.mul(even, tf.add(scale, 1)), shift);
      return dense.run(mask ? tf.mul(normalised, mask) : normalised);
    },
    folded: () => {
      const [scales, shifts] = [scale.dataSync<'float32'>(), shift.dataSync<'float32'>()];
      const kernel = Float32Array.from(kernelWeight?.variable.dataSync<'float32'>() ?? []);
      const sums = Float64Array.from(biasWeight?.variable.dataSync<'float32'>() ?? []);
      for (let i = 0; i < dimensions; i++) {
        const factor = (1 + (scales[i] ?? 0)) / Math.sqrt((variance[i] ?? 0) + least);
        const constant = (shifts[i] ?? 0) - (mean[i] ?? 0) * factor;
        for (let a = 0; a < attributes; a++) {
          const place = i * attributes + a;
          sums[a] = (sums[a] ?? 0) + constant * (kernel[place] ?? 0);
          kernel[place] = factor * (kernel[place] ?? 0);
        }
      }
      return { kernel, bias: Float32Array.from(sums) };
    },
  };
}

/** Rows of vectors to rows of probabilities, in plain code. */
export function probabilitiesOf(
  rows: Float32Array,
  dimensions: number,
  { kernel, bias }: HeadNumbers,
): Float32Array<ArrayBuffer> {
  const attributes = bias.length;
  const count = rows.length / dimensions;
  const results = new Float32Array(count * attributes);
  for (let row = 0; row < count; row++) {
    const sums = Float64Array.from(bias);
    for (let i = 0; i < dimensions; i++) {
      const x = rows[row * dimensions + i] ?? 0;
      const start = i * attributes;
      for (let a = 0; a < attributes; a++)
        sums[a] = (sums[a] as number) + x * (kernel[start + a] as number);
    }
    for (const [a, sum] of sums.entries()) results[row * attributes + a] = 1 / (1 + Math.exp(-sum));
  }
  return results;
}

/** A head as a file. */
export function attributeHeadFile(
  facts: Omit<AttributeHeadDescription, 'format'>,
  { kernel, bias }: HeadNumbers,
): TensorsFile {
  return {
    metadata: {
      [ATTRIBUTES]: JSON.stringify({ format: 1, ...facts } satisfies AttributeHeadDescription),
    },
    tensors: new Map([
      ['kernel', { shape: [facts.dimensions, facts.names.length], values: kernel }],
      ['bias', { shape: [facts.names.length], values: bias }],
    ]),
  };
}

/** Whether `folder` is that of a finished run. */
export function isAttributeHead(folder: string): boolean {
  return existsSync(join(folder, MODEL_FILE));
}

/**
 * Reads the head in the folder of a finished run.
 *
 * @throws LookalikeError 'weights-damaged', naming the file
 */
export async function readAttributeHead(folder: string): Promise<AttributeHead> {
  const path = join(folder, MODEL_FILE);
  const { metadata, tensors, sha256 } = await readTensors(path);
  try {
    const text: unknown = JSON.parse(metadata[ATTRIBUTES] ?? 'null');
    const described = description.parse(text);
    const { dimensions, names } = described;
    const source = storedWeights(tensors);
    const numbers = {
      kernel: source('kernel', [dimensions, names.length], 'linear'),
      bias: source('bias', [names.length], 'linear'),
    };
    return {
      ...described,
      sha256,
      probabilities: (rows) => probabilitiesOf(rows, dimensions, numbers),
    };
  } catch (error) {
    throw new LookalikeError(
      'weights-damaged',
      `The file ${path} does not hold a network for attributes of this version (${messageOf(error)}). ` +
        'Train it again.',
      { cause: error },
    );
  }
}

/**
 * A refinement: a small network that takes the vectors of another method and gives others of the same
 * length, in which photos lie nearer together that a person called alike.
 *
 * It gives the vector itself plus a change, so that it begins as no change at all, and what the other
 * method knows of kinds that nobody labelled is kept. As vectors are much smaller than photos, it
 * is run in plain code, without TensorFlow; that is only needed to learn it.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LookalikeError, messageOf } from '../errors.ts';
import { MODEL_FILE } from './autoencoder.ts';
import { buildLayers, storedWeights, type Weight, type WeightSource } from './layers.ts';
import { normaliseRows } from './network.ts';
import { readTensors } from './tensors-file.ts';

/** The name of the description within the metadata of the file. */
export const REFINEMENT = 'refinement';

const description = z.strictObject({
  format: z.literal(1),
  /** Whose vectors it takes, and of which version. */
  of: z.string(),
  /** The length of the vectors that it takes and gives. */
  dimensions: z.int().positive(),
  /** Numbers between its two dense layers. */
  hidden: z.int().positive(),
  /** How many of the last layers of the network before it were trained, too, and are in the file. */
  layers: z.int().nonnegative().default(0),
});

export type RefinementDescription = z.infer<typeof description>;

/** One on a backend, as it is learnt. */
export interface TrainableRefinement {
  readonly weights: readonly Weight[];
  /**
   * @param rows [n, dimensions], each of length 1
   * @param mask [n, hidden]: what the hidden numbers are multiplied by; none for 1
   * @returns [n, dimensions], each of length 1
   */
  run(rows: TensorFlow.Tensor, mask?: TensorFlow.Tensor): TensorFlow.Tensor;
}

/** One that was learnt. */
export interface Refinement extends RefinementDescription {
  /** Of its numbers, hexadecimal. */
  readonly sha256: string;
  /** Rows of `dimensions` numbers, each of length 1, one after the other; so are the results. */
  run(rows: Float32Array): Float32Array<ArrayBuffer>;
}

/**
 * Numbers of a row of length 1 are of the order 1/√dimensions; layers want about 1. What goes in is
 * multiplied by this, and the change divided by it.
 */
const scaleOf = (dimensions: number): number => Math.sqrt(dimensions);

/** Throws an Error when `source` lacks a weight. */
export function buildRefinement(
  tf: typeof TensorFlow,
  { dimensions, hidden }: Pick<RefinementDescription, 'dimensions' | 'hidden'>,
  source: WeightSource,
): TrainableRefinement {
  const first = buildLayers(
    tf,
    'hidden',
    [{ op: 'dense', units: hidden, activation: 'relu' }],
    [dimensions],
    source,
  );
  const last = buildLayers(
    tf,
    'change',
    [{ op: 'dense', units: dimensions, activation: 'linear' }],
    [hidden],
    source,
  );
  const scale = scaleOf(dimensions);
  return {
    weights: [...first.weights, ...last.weights],
    run: (rows, mask) => {
      const between = first.run(tf.mul(rows, scale));
      const change = last.run(mask ? tf.mul(between, mask) : between);
      const changed = tf.add(rows, tf.mul(change, 1 / scale));
      return tf.mul(changed, tf.rsqrt(tf.sum(tf.mul(changed, changed), 1, true)));
    },
  };
}

/** Whether `folder` is that of a finished run. */
export function isRefinement(folder: string): boolean {
  return existsSync(join(folder, MODEL_FILE));
}

/**
 * Reads the refinement in the folder of a finished run.
 *
 * @throws LookalikeError 'weights-damaged', naming the file
 */
export async function readRefinement(folder: string): Promise<Refinement> {
  const path = join(folder, MODEL_FILE);
  const { metadata, tensors, sha256 } = await readTensors(path);
  try {
    const text: unknown = JSON.parse(metadata[REFINEMENT] ?? 'null');
    const described = description.parse(text);
    const { dimensions, hidden } = described;
    const source = storedWeights(tensors);
    const weights = {
      kernel1: source('hidden.0.kernel', [dimensions, hidden], 'relu'),
      bias1: source('hidden.0.bias', [hidden], 'relu'),
      kernel2: source('change.0.kernel', [hidden, dimensions], 'linear'),
      bias2: source('change.0.bias', [dimensions], 'linear'),
    };
    return { ...described, sha256, run: (rows) => refined(rows, dimensions, weights) };
  } catch (error) {
    throw new LookalikeError(
      'weights-damaged',
      `The file ${path} does not hold a triplet network of this version (${messageOf(error)}). ` +
        'Train it again.',
      { cause: error },
    );
  }
}

/** As `TrainableRefinement.run`, without a mask. */
function refined(
  rows: Float32Array,
  dimensions: number,
  weights: Record<'kernel1' | 'bias1' | 'kernel2' | 'bias2', Float32Array>,
): Float32Array<ArrayBuffer> {
  const { kernel1, bias1, kernel2, bias2 } = weights;
  const scale = scaleOf(dimensions);
  const results = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += dimensions) {
    const row = rows.subarray(start, start + dimensions);
    const between = Float64Array.from(bias1);
    for (const [i, x] of row.entries()) addTimes(between, x * scale, kernel1, i);
    const change = Float64Array.from(bias2);
    // Most hidden numbers are 0: about half by the rectifier.
    for (const [i, x] of between.entries()) if (x > 0) addTimes(change, x, kernel2, i);
    for (const [i, x] of row.entries()) results[start + i] = x + (change[i] ?? 0) / scale;
  }
  return normaliseRows(results, dimensions);
}

/** Adds to `sum` row `row` of `kernel`, `x` times. */
function addTimes(sum: Float64Array, x: number, kernel: Float32Array, row: number): void {
  const start = row * sum.length;
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + x * (kernel[start + i] ?? 0);
}

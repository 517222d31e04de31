/**
 * Small networks as plain data, and as TensorFlow.js operations that can be trained.
 *
 * The list of layers is stored beside the weights it belongs to, so that a trained network can be run
 * without the code that chose its shape. Only `@tensorflow/tfjs-core` is needed, which both backends
 * have. WebAssembly runs every layer, but has no gradient for a convolution.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Random } from '../random.ts';
import { sizeOf, type StoredTensor } from './tensors-file.ts';

const positive = z.int().positive();
const activation = z.enum(['linear', 'relu']);
type Activation = z.infer<typeof activation>;

/** A layer takes the output of the one before it. Shapes are without the photos' own axis. */
const layer = z.discriminatedUnion('op', [
  /** Every number of the input weighs in every output. Input [n], output [units]. */
  z.strictObject({ op: z.literal('dense'), units: positive, activation }),
  /** Input [height, width, channels], output [⌈height / stride⌉, ⌈width / stride⌉, filters]. */
  z.strictObject({
    op: z.literal('conv'),
    filters: positive,
    kernel: positive,
    stride: positive,
    activation,
  }),
  /** Repeats every place `factor` times in both directions. */
  z.strictObject({ op: z.literal('enlarge'), factor: positive }),
  /** The same numbers in another shape. */
  z.strictObject({ op: z.literal('reshape'), shape: z.array(positive).min(1) }),
]);

export const layerList = z.array(layer).min(1);
export type LayerDescription = z.infer<typeof layer>;

/** Gives the numbers that a weight begins with; `activation` is what its sum goes through. */
export type WeightSource = (name: string, shape: number[], activation: Activation) => Float32Array;

export interface Weight {
  name: string;
  variable: TensorFlow.Variable;
}

/** A list of layers on a backend. */
export interface Layers {
  readonly weights: readonly Weight[];
  /** Without the photos' own axis. */
  readonly outputShape: readonly number[];
  /** @param input [n, …inputShape] @returns [n, …outputShape] */
  run(input: TensorFlow.Tensor): TensorFlow.Tensor;
}

/**
 * Weights for a network that has not learnt anything: biases are 0, kernels uniform, of the variance
 * 1 / inputs of a unit, or twice that before a rectifier, which takes half away (He et al. 2015,
 * "Delving deep into rectifiers", section 2.2). Each weight has a stream of its own, so that another
 * layer does not change the others.
 */
export function untrainedWeights(makeRandom: (name: string) => Random): WeightSource {
  return (name, shape, before) => {
    const values = new Float32Array(sizeOf(shape));
    if (shape.length === 1) return values;
    const variance = (before === 'relu' ? 2 : 1) / sizeOf(shape.slice(0, -1));
    const limit = Math.sqrt(3 * variance);
    const random = makeRandom(name);
    return values.map(() => random.between(-limit, limit));
  };
}

/** Weights that were stored. Throws an Error when one is missing or has another shape. */
export function storedWeights(tensors: ReadonlyMap<string, StoredTensor>): WeightSource {
  return (name, shape) => {
    const stored = tensors.get(name);
    if (stored?.shape.join() !== shape.join())
      throw new Error(`${name} is missing or not of the shape ${shape.join(' × ')}`);
    return stored.values;
  };
}

/**
 * Makes the layers on the current backend of `tf`.
 *
 * @param name comes before the names of all weights
 * @param inputShape without the photos' own axis
 * @throws Error when a layer does not fit the one before it, or `source` has no such weight
 */
export function buildLayers(
  tf: typeof TensorFlow,
  name: string,
  descriptions: readonly LayerDescription[],
  inputShape: readonly number[],
  source: WeightSource,
): Layers {
  const weights: Weight[] = [];
  const weight = (weightName: string, shape: number[], before: Activation) => {
    const variable = tf.variable(tf.tensor(source(weightName, shape, before), shape));
    weights.push({ name: weightName, variable });
    return variable;
  };
  let shape = [...inputShape];
  const steps = descriptions.map((description, index) => {
    const prefix = `${name}.${index}`;
    const { run, outputShape } = buildLayer(tf, description, shape, (part, weightShape, before) =>
      weight(`${prefix}.${part}`, weightShape, before),
    );
    shape = outputShape;
    return run;
  });
  return {
    weights,
    outputShape: shape,
    run: (input) => steps.reduce((value, step) => step(value), input),
  };
}

type Step = (input: TensorFlow.Tensor) => TensorFlow.Tensor;

function buildLayer(
  tf: typeof TensorFlow,
  layer: LayerDescription,
  shape: readonly number[],
  weight: (part: string, shape: number[], before: Activation) => TensorFlow.Variable,
): { run: Step; outputShape: number[] } {
  switch (layer.op) {
    case 'dense': {
      const [inputs = 0] = shape;
      if (shape.length !== 1) throw misfit(layer, shape);
      const kernel = weight(
        'kernel',
        [inputs, layer.units],
        layer.activation,
      ) as TensorFlow.Tensor2D;
      const bias = weight('bias', [layer.units], layer.activation);
      return {
        run: (input) =>
          activate(tf, layer, tf.add(tf.matMul(input as TensorFlow.Tensor2D, kernel), bias)),
        outputShape: [layer.units],
      };
    }
    case 'conv': {
      const [height = 0, width = 0, channels = 0] = shape;
      if (shape.length !== 3) throw misfit(layer, shape);
      const { filters, kernel: side, stride } = layer;
      const kernel = weight(
        'kernel',
        [side, side, channels, filters],
        layer.activation,
      ) as TensorFlow.Tensor4D;
      const bias = weight('bias', [filters], layer.activation);
      return {
        run: (input) =>
          activate(
            tf,
            layer,
            tf.add(tf.conv2d(input as TensorFlow.Tensor4D, kernel, stride, 'same'), bias),
          ),
        outputShape: [Math.ceil(height / stride), Math.ceil(width / stride), filters],
      };
    }
    case 'enlarge': {
      const [height = 0, width = 0, channels = 0] = shape;
      if (shape.length !== 3) throw misfit(layer, shape);
      const outputShape = [height * layer.factor, width * layer.factor, channels];
      return {
        run: (input) =>
          tf.image.resizeNearestNeighbor(input as TensorFlow.Tensor4D, [
            height * layer.factor,
            width * layer.factor,
          ]),
        outputShape,
      };
    }
    case 'reshape': {
      if (sizeOf(layer.shape) !== sizeOf(shape)) throw misfit(layer, shape);
      return { run: (input) => tf.reshape(input, [-1, ...layer.shape]), outputShape: layer.shape };
    }
  }
}

function activate(
  tf: typeof TensorFlow,
  layer: { activation: Activation },
  value: TensorFlow.Tensor,
): TensorFlow.Tensor {
  return layer.activation === 'relu' ? tf.relu(value) : value;
}

function misfit({ op }: LayerDescription, shape: readonly number[]): Error {
  return new Error(`the layer ${op} does not take the shape ${shape.join(' × ')}`);
}

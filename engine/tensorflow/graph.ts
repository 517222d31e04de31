/**
 * The network as TensorFlow.js operations, for the WebAssembly backend.
 *
 * Each convolution is one fused operation with its bias and activation. The kernels are uploaded
 * once; a run frees each map as soon as no later layer needs it, so that a batch stays small.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { convolutionConstants, type Convolution, type Layer, type Model } from './architecture.ts';

type Tensor4D = TensorFlow.Tensor4D;

/** A layer with its numbers on a backend. */
export type Step =
  Extract<Layer, { op: 'add' }> | (Convolution & { filter: Tensor4D; bias: TensorFlow.Tensor1D });

/** The network on a backend of TensorFlow.js. The input is (n, size, size, 3), already scaled. */
export interface Graph {
  /** The embeddings, (n, dimensions), not yet normalised. */
  embedding(input: Tensor4D): TensorFlow.Tensor2D;
  /** The last map, (n, side, side, channels). */
  lastMap(input: Tensor4D): Tensor4D;
}

/** Uploads the weights of `model` to the current backend of `tf`. */
export function buildGraph(tf: typeof TensorFlow, model: Model): Graph {
  const { layers } = model.architecture;
  const steps = layers.map((layer): Step => {
    if (layer.op === 'add') return layer;
    const { kernel, bias } = convolutionConstants(model, layer);
    return {
      ...layer,
      filter: tf.tensor4d(kernel.values, kernel.shape as [number, number, number, number]),
      bias: tf.tensor1d(bias.values),
    };
  });
  const { head } = model;
  const matrix = tf.tensor2d(head.matrix.values, head.matrix.shape as [number, number]);
  const bias = head.bias && tf.tensor1d(head.bias.values);

  return {
    lastMap: (input) => tf.tidy(() => runSteps(tf, steps, input)),
    embedding: (input) =>
      tf.tidy(() => {
        const map = runSteps(tf, steps, input);
        if (bias) {
          const logits: TensorFlow.Tensor2D = tf.add(tf.matMul(tf.mean(map, [1, 2]), matrix), bias);
          return tf.sqrt(tf.softmax(logits));
        }
        return tf.matMul(tf.sqrt(tf.mean(tf.square(map), [1, 2])), matrix);
      }),
  };
}

/**
 * The output of the last step. Call it within a tidy.
 *
 * @param before the name of the layer whose output `input` is; missing where it is the picture
 */
export function runSteps(
  tf: typeof TensorFlow,
  steps: readonly Step[],
  input: Tensor4D,
  before?: string,
): Tensor4D {
  const addedLater = new Set(steps.flatMap((step) => (step.op === 'add' ? [step.with] : [])));
  const kept = new Map<string, Tensor4D>();
  if (before !== undefined) kept.set(before, input);
  let value = input;
  for (const step of steps) {
    const last = value;
    if (step.op === 'add') {
      const other = kept.get(step.with);
      if (!other) throw new Error(`The layer ${step.with} comes after ${step.name}.`);
      value = tf.add(value, other);
    } else {
      const convolve = step.op === 'conv' ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
      value = convolve({
        x: value,
        filter: step.filter,
        strides: step.stride,
        pad: 'same',
        bias: step.bias,
        activation: step.activation === 'relu6' ? 'relu6' : 'linear',
      });
    }
    // What is kept for later, few and small maps, is freed by the tidy() around all this.
    if (last !== input && ![...kept.values()].includes(last)) last.dispose();
    if (addedLater.has(step.name)) kept.set(step.name, value);
  }
  return value;
}

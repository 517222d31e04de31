/**
 * The network as TensorFlow.js operations, for the WebAssembly backend.
 *
 * Each convolution is one fused operation with its bias and activation. The kernels are uploaded
 * once; a run frees each map as soon as no later layer needs it, so that a batch stays small.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { convolutionConstants, type Model } from './architecture.ts';

type Tensor4D = TensorFlow.Tensor4D;

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
  const steps = layers.map((layer) => {
    if (layer.op === 'add') return layer;
    const { kernel, bias } = convolutionConstants(model, layer);
    return {
      ...layer,
      filter: tf.tensor4d(kernel.values, kernel.shape as [number, number, number, number]),
      bias: tf.tensor1d(bias.values),
    };
  });
  const addedLater = new Set(layers.flatMap((layer) => (layer.op === 'add' ? [layer.with] : [])));
  const { head } = model;
  const matrix = tf.tensor2d(head.matrix.values, head.matrix.shape as [number, number]);
  const bias = head.bias && tf.tensor1d(head.bias.values);

  function runLayers(input: Tensor4D): Tensor4D {
    const kept = new Map<string, Tensor4D>();
    let value = input;
    for (const step of steps) {
      const before = value;
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
      if (before !== input && ![...kept.values()].includes(before)) before.dispose();
      if (addedLater.has(step.name)) kept.set(step.name, value);
    }
    return value;
  }

  return {
    lastMap: (input) => tf.tidy(() => runLayers(input)),
    embedding: (input) =>
      tf.tidy(() => {
        const map = runLayers(input);
        if (bias) {
          const logits: TensorFlow.Tensor2D = tf.add(tf.matMul(tf.mean(map, [1, 2]), matrix), bias);
          return tf.sqrt(tf.softmax(logits));
        }
        return tf.matMul(tf.sqrt(tf.mean(tf.square(map), [1, 2])), matrix);
      }),
  };
}

/**
 * Tells faces apart: a residual network of 29 convolutions that turns an aligned face into 128
 * numbers, which lie near each other for photos of the same person (Davis King's
 * dlib_face_recognition_resnet_model_v1). `native-models/faces` says where its weights come from.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { meanColour } from './landmarks.ts';
import type { Weights } from './weights.ts';

type Tensor4D = TensorFlow.Tensor4D;

/** Width and height of the aligned faces that it takes, in pixels. */
export const faceSide = 150;
/** The numbers that a face becomes. */
export const faceDimensions = 128;

/** Residual blocks in order; those that end so halve the map. */
const blocks = [
  ...['conv32_1', 'conv32_2', 'conv32_3'],
  ...['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
  ...['conv128_down', 'conv128_1', 'conv128_2'],
  ...['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
];
const halves = /_down/;

/**
 * Uploads the network.
 * @returns a function from aligned faces (`count` × 150 × 150 × 3 numbers, 0 to 255) to `count` rows
 *   of 128 numbers, not normalised
 */
export function openRecogniser(
  tf: typeof TensorFlow,
  weights: Weights,
): (faces: Float32Array, count: number) => Float32Array {
  const mean = tf.tensor1d(meanColour);
  /** A convolution and the scaling of its channels after it, folded into one. */
  const convolution = (
    name: string,
    strides: number,
    pad: 'same' | 'valid',
    activation: 'relu' | 'linear',
  ) => {
    const [filter, bias] = tf.tidy(() => {
      const scale = weights(`${name}/scale/weights`);
      const shift = tf.mul(weights(`${name}/conv/bias`), scale);
      return [
        tf.mul<Tensor4D>(weights(`${name}/conv/filters`), scale),
        tf.add<TensorFlow.Tensor1D>(shift, weights(`${name}/scale/biases`)),
      ] as const;
    });
    return (x: Tensor4D) => tf.fused.conv2d({ x, filter, bias, strides, pad, activation });
  };
  const first = convolution('conv32_down', 2, 'valid', 'relu');
  const residual = blocks.map((name) => {
    const down = halves.test(name);
    const conv1 = down
      ? convolution(`${name}/conv1`, 2, 'valid', 'relu')
      : convolution(`${name}/conv1`, 1, 'same', 'relu');
    const conv2 = convolution(`${name}/conv2`, 1, 'same', 'linear');
    return (x: Tensor4D): Tensor4D => {
      const seen = conv2(conv1(x));
      if (!down) return tf.relu(tf.add(x, seen));
      return tf.relu(addUneven(tf, tf.avgPool(x, 2, 2, 'valid'), seen));
    };
  });
  const matrix = weights('fc') as TensorFlow.Tensor2D;

  return (faces, count) => {
    const rows = tf.tidy(() => {
      const pixels = tf.tensor4d(faces, [count, faceSide, faceSide, 3]);
      const scaled: Tensor4D = tf.div(tf.sub(pixels, mean), 255);
      let map: Tensor4D = tf.maxPool(first(scaled), 3, 2, 'valid');
      for (const block of residual) map = block(map);
      return tf.matMul(tf.mean<TensorFlow.Tensor2D>(map, [1, 2]), matrix);
    });
    const values = rows.dataSync<'float32'>();
    rows.dispose();
    return values;
  };
}

/** The sum of maps of different heights, widths and channels: what one lacks counts as zero. */
function addUneven(tf: typeof TensorFlow, one: Tensor4D, other: Tensor4D): Tensor4D {
  const shape = one.shape.map((length, axis) => Math.max(length, other.shape[axis] ?? 0));
  const padded = (map: Tensor4D): Tensor4D =>
    tf.pad(
      map,
      map.shape.map((length, axis) => [0, (shape[axis] ?? length) - length] as [number, number]),
    );
  return tf.add(padded(one), padded(other));
}

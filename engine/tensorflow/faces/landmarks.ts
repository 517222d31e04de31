/**
 * Finds 68 points of a face (in the order of iBUG's 300-W: jaw, brows, nose, eyes, mouth). A small
 * densely connected network; `native-models/faces` says where its weights come from.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { Point } from './picture.ts';
import type { Weights } from './weights.ts';

type Tensor4D = TensorFlow.Tensor4D;

/** Width and height of the squares it looks at, in pixels. */
export const landmarksSide = 112;

/** The mean colour that is subtracted from each pixel, of the photos it was trained on. */
export const meanColour = [122.782, 117.001, 104.298];

const blocks = 4;
const layersOfBlock = 4;

/**
 * Uploads the network.
 * @returns a function from `count` squares that a face fills (each 112 × 112 × 3 numbers, 0 to 255)
 *   to its points in each, in shares of the square
 */
export function openLandmarks(
  tf: typeof TensorFlow,
  weights: Weights,
): (squares: Float32Array, count: number) => Point[][] {
  const mean = tf.tensor1d(meanColour);
  const layer = (block: number, number: number) => {
    const name = `dense${block}/conv${number}`;
    const bias = weights(`${name}/bias`) as TensorFlow.Tensor1D;
    // The first layer of a block halves the map.
    const strides = number === 0 ? 2 : 1;
    if (block === 0 && number === 0) {
      const filter = weights(`${name}/filters`) as Tensor4D;
      return (x: Tensor4D) => tf.fused.conv2d({ x, filter, bias, strides, pad: 'same' });
    }
    const depthwise = weights(`${name}/depthwise_filter`) as Tensor4D;
    const pointwise = weights(`${name}/pointwise_filter`) as Tensor4D;
    return (x: Tensor4D) =>
      tf.fused.conv2d({
        x: tf.depthwiseConv2d(x, depthwise, strides, 'same'),
        ...{ filter: pointwise, bias, strides: 1, pad: 'same' },
      });
  };
  const dense = Array.from({ length: blocks }, (_block, block) =>
    Array.from({ length: layersOfBlock }, (_layer, number) => layer(block, number)),
  );
  const matrix = weights('fc/weights') as TensorFlow.Tensor2D;
  const bias = weights('fc/bias') as TensorFlow.Tensor1D;

  /** Each layer after the first sees the sum of all before it. */
  const through = (map: Tensor4D, layers: readonly ((x: Tensor4D) => Tensor4D)[]): Tensor4D => {
    let sum: Tensor4D | undefined;
    for (const [index, layer] of layers.entries()) {
      const seen = layer(index === 0 ? map : tf.relu(sum ?? map));
      // Of the first layer it is the activation that is added, of the others what they give.
      sum = sum ? tf.add(sum, seen) : tf.relu(seen);
    }
    return tf.relu(sum ?? map);
  };

  return (squares, count) => {
    const points = tf.tidy(() => {
      const pixels = tf.tensor4d(squares, [count, landmarksSide, landmarksSide, 3]);
      const scaled: Tensor4D = tf.div(tf.sub(pixels, mean), 255);
      const last = dense.reduce(through, scaled);
      const pooled = tf.reshape<TensorFlow.Rank.R2>(tf.avgPool(last, 7, 2, 'valid'), [count, -1]);
      return tf.add(tf.matMul(pooled, matrix), bias);
    });
    const numbers = points.dataSync<'float32'>();
    points.dispose();
    const each = numbers.length / count;
    return Array.from({ length: count }, (_square, square) =>
      Array.from({ length: each / 2 }, (_point, point) => ({
        x: numbers[square * each + 2 * point] ?? 0,
        y: numbers[square * each + 2 * point + 1] ?? 0,
      })),
    );
  };
}

/**
 * Finds faces: a single-shot detector on MobileNet (Liu et al., "SSD: Single Shot MultiBox Detector",
 * 2016; Howard et al., "MobileNets", 2017), trained on WIDER FACE. `native-models/faces` says where
 * its weights come from.
 *
 * It looks at squares of 512 pixels and tells, for each of 5118 places laid over the square, whether
 * a face is there and how far its edges are from that place.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { Region } from './regions.ts';
import type { Weights } from './weights.ts';

type Tensor4D = TensorFlow.Tensor4D;

/** Width and height of the squares it looks at, in pixels. */
export const detectorSide = 512;

/** What batch norms of the network add to the variance. */
const epsilon = 0.001;
/** Layers of MobileNet that halve the map. */
const halving = new Set([2, 4, 6, 12]);
const layers = 13;
/** The layer whose map is looked at for the smallest faces. */
const finestLayer = 11;
/** Layers after MobileNet, in pairs; each second one halves the map. */
const furtherLayers = 8;
/** Distances were divided by these when the network was trained. */
const variance = { centre: 10, size: 5 };
/** Numbers of a place: how far its edges are, and how likely each kind is (nothing, face, other). */
const edges = 4;
const kinds = 3;

type Layer = (map: Tensor4D) => Tensor4D;

/**
 * Uploads the detector.
 * @returns a function from a square (512 × 512 × 3 numbers, 0 to 255) to all regions whose score is
 *   at least `leastScore`, in shares of the square, many for each face
 */
export function openDetector(
  tf: typeof TensorFlow,
  weights: Weights,
): (square: Float32Array, leastScore: number) => Region[] {
  const pointwise = (name: string, stride: number): Layer => {
    const filter = weights(`${name}/weights`) as Tensor4D;
    const bias = weights(`${name}/convolution_bn_offset`) as TensorFlow.Tensor1D;
    return (x) =>
      tf.fused.conv2d({ x, filter, bias, strides: stride, pad: 'same', activation: 'relu6' });
  };
  const depthwise = (name: string, stride: number): Layer => {
    // The batch norm is folded into the convolution before it.
    const [filter, bias] = tf.tidy(() => {
      const scale = tf.div(
        weights(`${name}/BatchNorm/gamma`),
        tf.sqrt(tf.add(weights(`${name}/BatchNorm/moving_variance`), epsilon)),
      );
      const kernel = weights(`${name}/depthwise_weights`);
      const mean = weights(`${name}/BatchNorm/moving_mean`);
      return [
        tf.mul<Tensor4D>(kernel, tf.reshape(scale, [1, 1, -1, 1])),
        tf.sub<TensorFlow.Tensor1D>(weights(`${name}/BatchNorm/beta`), tf.mul(mean, scale)),
      ] as const;
    });
    return (x) =>
      tf.fused.depthwiseConv2d({
        ...{ x, filter, bias, strides: stride, pad: 'same', activation: 'relu6' },
      });
  };
  const predictor = (number: number, what: 'BoxEncodingPredictor' | 'ClassPredictor') => {
    const name = `Prediction/BoxPredictor_${number}/${what}`;
    const filter = weights(`${name}/weights`) as Tensor4D;
    const bias = weights(`${name}/biases`) as TensorFlow.Tensor1D;
    const numbers = what === 'ClassPredictor' ? kinds : edges;
    return (x: Tensor4D) =>
      tf.reshape(tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same' }), [-1, numbers]);
  };

  const first = pointwise('MobilenetV1/Conv2d_0_pointwise', 2);
  const mobileNet = Array.from({ length: layers }, (_, index) => {
    const number = index + 1;
    return {
      depthwise: depthwise(`MobilenetV1/Conv2d_${number}_depthwise`, halving.has(number) ? 2 : 1),
      pointwise: pointwise(`MobilenetV1/Conv2d_${number}_pointwise`, 1),
    };
  });
  const further = Array.from({ length: furtherLayers }, (_, index) =>
    pointwise(`Prediction/Conv2d_${index}_pointwise`, index % 2 === 0 ? 1 : 2),
  );
  const predictors = Array.from({ length: 2 + furtherLayers / 2 }, (_, index) => ({
    edges: predictor(index, 'BoxEncodingPredictor'),
    kinds: predictor(index, 'ClassPredictor'),
  }));
  /** Top, left, bottom and right of each place. */
  const places = weights('Output/extra_dim').dataSync<'float32'>();

  /** The maps that are looked at, the finest first. */
  const mapsOf = (square: Tensor4D): Tensor4D[] => {
    const maps: Tensor4D[] = [];
    let map = first(square);
    for (const [index, layer] of mobileNet.entries()) {
      map = layer.pointwise(layer.depthwise(map));
      if (index + 1 === finestLayer) maps.push(map);
    }
    maps.push(map);
    for (const [index, layer] of further.entries()) {
      map = layer(map);
      if (index % 2 === 1) maps.push(map);
    }
    return maps;
  };

  return (square, leastScore) => {
    const [boxes, scores] = tf.tidy(() => {
      const pixels = tf.tensor4d(square, [1, detectorSide, detectorSide, 3]);
      const maps = mapsOf(tf.sub(tf.div(pixels, 127.5), 1));
      const looked = maps.map((map, index) => {
        const predict = predictors[index];
        if (!predict) throw new Error(`there is no predictor for map ${index}`);
        return { edges: predict.edges(map), kinds: predict.kinds(map) };
      });
      return [
        tf.concat(looked.map((map) => map.edges)),
        tf.sigmoid(tf.slice(tf.concat(looked.map((map) => map.kinds)), [0, 1], [-1, 1])),
      ] as const;
    });
    const found = candidates(
      places,
      boxes.dataSync<'float32'>(),
      scores.dataSync<'float32'>(),
      leastScore,
    );
    boxes.dispose();
    scores.dispose();
    return found;
  };
}

function candidates(
  places: Float32Array,
  boxes: Float32Array,
  scores: Float32Array,
  leastScore: number,
): Region[] {
  const found: Region[] = [];
  for (const [index, score] of scores.entries()) {
    if (score < leastScore) continue;
    const [top = 0, left = 0, bottom = 0, right = 0] = places.subarray(edges * index);
    const [down = 0, along = 0, taller = 0, wider = 0] = boxes.subarray(edges * index);
    const y = (top + bottom) / 2 + (down / variance.centre) * (bottom - top);
    const x = (left + right) / 2 + (along / variance.centre) * (right - left);
    const halfHeight = (Math.exp(taller / variance.size) * (bottom - top)) / 2;
    const halfWidth = (Math.exp(wider / variance.size) * (right - left)) / 2;
    found.push({
      left: x - halfWidth,
      top: y - halfHeight,
      right: x + halfWidth,
      bottom: y + halfHeight,
      score,
    });
  }
  return found;
}

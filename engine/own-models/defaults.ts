/**
 * What a model is run with where nobody says: the layer before its classifier, and the scaling that
 * the family of networks was trained with, which the names of its parts give away.
 */
import type { ModelLayer, Scaling, SettingSource } from '../model-values.ts';

/** The input size of most networks that were trained on ImageNet. */
export const usualSide = 224;

/** Numbers a photo may have: kept for each photo, and held in memory when a method is used. */
export const mostDimensions = 16_384;

/** Layers that weigh numbers: the last of them, once there are only vectors, is the classifier. */
const weighing = /^(Dense|Conv2D|_FusedConv2D|MatMul|_FusedMatMul|BatchMatMul|BatchMatMulV2)$/;
/** Layers that change nothing about the numbers. */
const idle =
  /^(Dropout|SpatialDropout\dD|Reshape|Squeeze|Flatten|Identity|GaussianNoise|Activation)$/;

/**
 * The layer whose output describes a picture best: the last before the classifier. Where there is no
 * classifier, the last of all.
 *
 * @param layers as `OpenedModel.layers` gives them
 * @returns undefined when there is none
 */
export function usualLayer(layers: readonly ModelLayer[]): ModelLayer | undefined {
  const usable = layers.filter(({ dimensions }) => dimensions <= mostDimensions);
  const tailFrom = layers.findLastIndex((layer) => !isVector(layer)) + 1;
  const classifier = layers.findLastIndex(
    ({ kind }, index) => index >= tailFrom && weighing.test(kind),
  );
  if (classifier === -1) return usable.at(-1);
  let at = classifier - 1;
  // Of those that only hand on the same numbers, the first.
  while (at > tailFrom && isIdle(layers, at)) at--;
  const before = layers[at];
  if (before && before.dimensions <= mostDimensions) return before;
  return usable.findLast((layer) => layers.indexOf(layer) < classifier) ?? usable.at(-1);
}

function isIdle(layers: readonly ModelLayer[], at: number): boolean {
  const [before, layer] = [layers[at - 1], layers[at]];
  return (
    layer !== undefined &&
    before?.dimensions === layer.dimensions &&
    isVector(before) &&
    idle.test(layer.kind) &&
    layer.kind !== 'Activation'
  );
}

/** One place, or none: (channels) or (1, 1, channels). */
function isVector({ shape }: ModelLayer): boolean {
  return shape.slice(0, -1).every((side) => side === 1);
}

/**
 * In the order in which they are looked for: a network that scales by itself gets plain bytes, and
 * “resnet50v2” must not be taken for “resnet50”.
 */
const families: [pattern: RegExp, scaling: Scaling, from: SettingSource][] = [
  [/rescaling/i, 'none', 'file'],
  [/efficientnet|convnext|mobilenet_?v3/i, 'none', 'name'],
  [/resnet\d+_?v2|mobilenet|inception|xception|nasnet/i, '-1..1', 'name'],
  [/densenet/i, 'imagenet', 'name'],
  [/resnet|vgg|block5_conv\d|conv5_block3/i, 'caffe', 'name'],
];

/** @param names of the parts of a network, and of its folder */
export function usualScaling(names: readonly string[]): { value: Scaling; from: SettingSource } {
  for (const [pattern, value, from] of families)
    if (names.some((name) => pattern.test(name))) return { value, from };
  return { value: '-1..1', from: 'usual' };
}

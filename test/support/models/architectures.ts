/**
 * Small networks with random weights, of the same structure as those that people export: MobileNet
 * (depthwise convolutions, batch normalisation, ReLU6), VGG (convolutions, pooling, dense layers) and
 * ResNet (residual additions). Every weight follows from a seed.
 */
import { createRequire } from 'node:module';
import type * as Layers from '@tensorflow/tfjs-layers';
import { Random } from '../../../engine/random.ts';
import { loadBackend, type TensorFlowCore } from '../../../engine/tensorflow/backend.ts';

export const side = 32;
export const architectures = ['mobilenet', 'vgg', 'resnet'] as const;
export type ArchitectureName = (typeof architectures)[number];

/** What is taken of each by default, and how many numbers a photo that is. */
export const usual: Record<ArchitectureName, { layer: string; dimensions: number }> = {
  mobilenet: { layer: 'global_average_pooling2d', dimensions: 24 },
  vgg: { layer: 'fc1', dimensions: 20 },
  resnet: { layer: 'avg_pool', dimensions: 16 },
};

const { tf: core } = await loadBackend('wasm');
export const tf: TensorFlowCore = core;
const keras = createRequire(import.meta.url)('@tensorflow/tfjs-layers') as typeof Layers;
const { layers: l } = keras;

type Symbolic = Layers.SymbolicTensor;

/** A network whose layers have the same names as in Keras. */
export function buildNetwork(name: ArchitectureName, seed = 1): Layers.LayersModel {
  const inputs = keras.input({ shape: [side, side, 3], name: 'photos' });
  const outputs = { mobilenet, vgg, resnet }[name](inputs);
  const model = keras.model({ inputs, outputs, name: `small_${name}` });
  const random = new Random('weights', name, seed);
  model.setWeights(
    model.weights.map(({ shape, originalName }) => {
      const known = shape as number[];
      const size = known.reduce((product, length) => product * length, 1);
      // The last axis is that of the outputs; a depthwise kernel has one of each channel.
      const outputs = known.at(-1) === 1 ? (known.at(-2) ?? 1) : (known.at(-1) ?? 1);
      const inputsOfOne = Math.max(1, size / outputs);
      // A variance is positive, and a scale is about 1; kernels keep the size of what they weigh.
      const draw = /variance|gamma/.test(originalName)
        ? () => random.between(0.5, 1.5)
        : () => random.between(-1, 1) * Math.sqrt(3 / inputsOfOne);
      return tf.tensor(Array.from({ length: size }, draw), known);
    }),
  );
  return model;
}

const conv = (x: Symbolic, name: string, filters: number, strides = 1, kernelSize = 3): Symbolic =>
  l
    .conv2d({ name, filters, kernelSize, strides, padding: 'same', useBias: false })
    .apply(x) as Symbolic;
const norm = (x: Symbolic, name: string): Symbolic =>
  l.batchNormalization({ name, epsilon: 0.001 }).apply(x) as Symbolic;
const relu = (x: Symbolic, name: string, maxValue?: number): Symbolic =>
  l.reLU({ name, ...(maxValue !== undefined && { maxValue }) }).apply(x) as Symbolic;

function mobilenet(inputs: Symbolic): Symbolic {
  let x = relu(norm(conv(inputs, 'conv1', 8, 2), 'conv1_bn'), 'conv1_relu', 6);
  for (const [index, filters] of [16, 24].entries()) {
    const depthwise = l.depthwiseConv2d({
      ...{ name: `conv_dw_${index}`, kernelSize: 3, strides: index + 1, padding: 'same' },
      useBias: false,
    });
    x = relu(norm(depthwise.apply(x) as Symbolic, `conv_dw_${index}_bn`), `dw_${index}_relu`, 6);
    x = relu(
      norm(conv(x, `conv_pw_${index}`, filters, 1, 1), `pw_${index}_bn`),
      `pw_${index}_relu`,
      6,
    );
  }
  x = l.globalAveragePooling2d({ name: 'global_average_pooling2d' }).apply(x) as Symbolic;
  return l.dense({ name: 'predictions', units: 10, activation: 'softmax' }).apply(x) as Symbolic;
}

function vgg(inputs: Symbolic): Symbolic {
  let x = inputs;
  for (const [index, filters] of [8, 16].entries()) {
    x = relu(conv(x, `block${index}_conv1`, filters), `block${index}_relu`);
    x = l.maxPooling2d({ name: `block${index}_pool`, poolSize: 2 }).apply(x) as Symbolic;
  }
  x = l.flatten({ name: 'flatten' }).apply(x) as Symbolic;
  x = l.dense({ name: 'fc1', units: 20, activation: 'relu' }).apply(x) as Symbolic;
  return l.dense({ name: 'predictions', units: 10, activation: 'softmax' }).apply(x) as Symbolic;
}

function resnet(inputs: Symbolic): Symbolic {
  let x = relu(norm(conv(inputs, 'conv1_conv', 16, 2), 'conv1_bn'), 'conv1_relu');
  for (const block of ['conv2_block1', 'conv2_block2']) {
    const inner = relu(norm(conv(x, `${block}_1_conv`, 16), `${block}_1_bn`), `${block}_1_relu`);
    const outer = norm(conv(inner, `${block}_2_conv`, 16), `${block}_2_bn`);
    x = relu(l.add({ name: `${block}_add` }).apply([x, outer]) as Symbolic, `${block}_out`);
  }
  x = l.globalAveragePooling2d({ name: 'avg_pool' }).apply(x) as Symbolic;
  return l.dense({ name: 'predictions', units: 10, activation: 'softmax' }).apply(x) as Symbolic;
}

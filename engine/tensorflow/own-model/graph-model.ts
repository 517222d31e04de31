/**
 * TensorFlow.js graph models. Layers are the nodes of the graph; which shapes their outputs have shows
 * when a picture goes through.
 */
import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import type * as Converter from '@tensorflow/tfjs-converter';
import { LookalikeError, messageOf } from '../../errors.ts';
import type { TensorFlowCore } from '../backend.ts';
import { severalInputs, type Artifacts } from './layers-model.ts';
import { layerOperations, pathTo, type GraphNode } from './nodes.ts';
import { inputOf, layerOf, type OpenedModel } from './opened.ts';

const require = createRequire(import.meta.url);

/** @throws LookalikeError `model-damaged`, `model-unsuitable` */
export async function openGraphModel(tf: TensorFlowCore, artifacts: Artifacts): Promise<OpenedModel> {
  const converter = require('@tensorflow/tfjs-converter') as typeof Converter;
  const { topology, specs, data, signature } = artifacts;
  let model: Converter.GraphModel;
  try {
    model = await converter.loadGraphModel({
      load: () =>
        Promise.resolve({
          modelTopology: topology,
          weightSpecs: specs,
          weightData: data,
          ...(signature && { signature }),
        }),
    });
  } catch (cause) {
    throw new LookalikeError(
      'model-damaged',
      `The graph of this model cannot be put together: ${messageOf(cause)}`,
      { cause },
    );
  }
  const [input, ...others] = model.inputs;
  if (!input || others.length > 0) throw severalInputs(model.inputs.length);
  const nodes = topology['node'] as GraphNode[];
  const outputs = model.outputs.map(({ name }) => name.split(':')[0] ?? '');
  const kinds = new Map(nodes.map(({ name, op }) => [name, op]));
  const candidates = pathTo(nodes, outputs).filter(
    (name) => layerOperations.has(kinds.get(name) ?? '') || outputs.includes(name),
  );
  const execute = (photos: TensorFlow.Tensor, names: string[]): TensorFlow.Tensor[] => {
    const given = model.execute({ [input.name]: photos }, names);
    return Array.isArray(given) ? given : [given];
  };
  return {
    input: inputOf(input.shape, input.dtype),
    names: nodes.map(({ name }) => name),
    layers: (side) =>
      tf.tidy(() =>
        execute(tf.zeros([1, side, side, 3]), candidates).flatMap(({ shape, dtype }, index) => {
          const name = candidates[index] ?? '';
          if (dtype !== 'float32' || shape[0] !== 1) return [];
          return layerOf(name, kinds.get(name) ?? '', shape) ?? [];
        }),
      ),
    run: (photos, layer) => {
      const [output] = execute(photos, [layer]);
      if (!output) throw new Error(`the layer ${layer} gave nothing`);
      return output;
    },
  };
}

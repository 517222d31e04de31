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
import { LayerNames, layerOperations, nodeOf, pathTo, type GraphNode } from './nodes.ts';
import { inputOf, layerOf, photosTried, type OpenedModel } from './opened.ts';

const require = createRequire(import.meta.url);

/** @throws LookalikeError `model-damaged`, `model-unsuitable` */
export async function openGraphModel(
  tf: TensorFlowCore,
  artifacts: Artifacts,
): Promise<OpenedModel> {
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
  const outputs = model.outputs.map(({ name }) => nodeOf(name));
  const kinds = new Map(nodes.map(({ name, op }) => [name, op]));
  const names = new LayerNames();
  const candidates = pathTo(nodes, outputs).flatMap((node) => {
    const kind = kinds.get(node) ?? '';
    return layerOperations.has(kind) ? [{ node, kind, name: names.nameFor(node, kind) }] : [];
  });
  const nodesByName = new Map(candidates.map(({ name, node }) => [name, node]));
  const execute = (photos: TensorFlow.Tensor, wanted: string[]): TensorFlow.Tensor[] => {
    const given = model.execute({ [input.name]: photos }, wanted);
    return Array.isArray(given) ? given : [given];
  };
  return {
    input: inputOf(input.shape, input.dtype),
    names: nodes.map(({ name }) => name),
    layers: (side) =>
      tf.tidy(() => {
        const all = candidates.map(({ node }) => node);
        const photos = photosTried(model.inputs[0]?.shape?.[0] === 1);
        const given = execute(tf.zeros([photos, side, side, 3]), all);
        return candidates.flatMap(({ name, kind }, index) => {
          const { shape, dtype } = given[index] ?? {};
          if (!shape || dtype !== 'float32' || shape[0] !== photos) return [];
          return layerOf(name, kind, shape) ?? [];
        });
      }),
    run: (photos, layer) => {
      const node = nodesByName.get(layer);
      const [output] = node === undefined ? [] : execute(photos, [node]);
      if (!output) throw new Error(`there is no layer ${layer}`);
      return output;
    },
  };
}

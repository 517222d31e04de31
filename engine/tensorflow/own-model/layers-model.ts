/**
 * TensorFlow.js layers models, which is what Keras models become. Any layer can be taken.
 */
import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import { LookalikeError, messageOf } from '../../errors.ts';
import { inputOf, layerOf, type OpenedModel } from './opened.ts';

const require = createRequire(import.meta.url);

/** A network and its weights, as they were read and checked. */
export interface Artifacts {
  topology: Record<string, unknown>;
  specs: TensorFlow.io.WeightsManifestEntry[];
  /** The weights, one after the other as `specs` say. */
  data: ArrayBuffer;
  signature: Record<string, unknown> | null;
}

/** @throws LookalikeError `model-damaged`, `model-unsuitable` */
export async function openLayersModel(artifacts: Artifacts): Promise<OpenedModel> {
  const keras = require('@tensorflow/tfjs-layers') as typeof Layers;
  let model: Layers.LayersModel;
  try {
    model = await keras.loadLayersModel({
      load: () =>
        Promise.resolve({
          modelTopology: artifacts.topology,
          weightSpecs: artifacts.specs,
          weightData: artifacts.data,
        }),
    });
  } catch (cause) {
    throw new LookalikeError(
      'model-damaged',
      `The layers of this model cannot be put together: ${messageOf(cause)}`,
      { cause },
    );
  }
  const [input, ...others] = model.inputs;
  if (!input || others.length > 0) throw severalInputs(model.inputs.length);
  const part = partsOf(keras, model, input);
  return {
    input: inputOf(input.shape, input.dtype),
    names: [model.name, ...model.layers.map(({ name }) => name)],
    layers: (side) =>
      model.layers.flatMap((layer) => {
        const output = outputOf(layer);
        if (!output || layer.getClassName() === 'InputLayer') return [];
        const shape = part(layer.name).computeOutputShape([1, side, side, 3]);
        return layerOf(layer.name, layer.getClassName(), shape as number[]) ?? [];
      }),
    run: (photos, layer) =>
      part(layer).predict(photos, { batchSize: photos.shape[0] }) as TensorFlow.Tensor,
  };
}

/** From the name of a layer to the network up to it. */
function partsOf(
  keras: typeof Layers,
  model: Layers.LayersModel,
  input: Layers.SymbolicTensor,
): (layer: string) => Layers.LayersModel {
  const known = new Map<string, Layers.LayersModel>();
  return (name) => {
    const part = known.get(name);
    if (part) return part;
    const layer = model.layers.find((each) => each.name === name);
    const output = layer && outputOf(layer);
    if (!output) throw new Error(`there is no layer ${name}`);
    const made = keras.model({ inputs: input, outputs: output });
    known.set(name, made);
    return made;
  };
}

/** Undefined for a layer that is used in several places, or gives several things. */
function outputOf(layer: Layers.layers.Layer): Layers.SymbolicTensor | undefined {
  try {
    const { output } = layer;
    return Array.isArray(output) ? undefined : output;
  } catch {
    return undefined;
  }
}

export function severalInputs(count: number): LookalikeError {
  return new LookalikeError(
    'model-unsuitable',
    `This network has ${count} inputs. Lookalike can only give it one picture.`,
  );
}

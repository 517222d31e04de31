/** SavedModels, which only native TensorFlow runs. */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { LookalikeError, messageOf } from '../../errors.ts';
import type { ModelLayer } from '../../model-values.ts';
import type { Backend } from '../backend.ts';
import { layerOf, photosTried } from './opened.ts';
import { ownInput, ownSignature, ownTag } from './saved-graph.ts';

type Outputs = Record<string, TensorFlow.Tensor>;

/** A SavedModel with the signature of `withOutputs`, loaded. */
export interface RunnableSavedModel {
  /** The outputs by name; the caller disposes them. */
  run(photos: TensorFlow.Tensor4D): Outputs;
}

/**
 * Loads a folder in which the graph of `withOutputs` lies beside its weights.
 *
 * @throws LookalikeError `model-unsuitable` without native TensorFlow, `model-damaged`
 */
export async function loadSavedModel(
  backend: Backend,
  folder: string,
): Promise<RunnableSavedModel> {
  const { node } = nativeOf(backend);
  try {
    const model = await node.loadSavedModel(folder, [ownTag], ownSignature);
    return { run: (photos) => model.predict({ [ownInput]: photos }) as Outputs };
  } catch (cause) {
    const [firstLine] = messageOf(cause).split('\n');
    throw new LookalikeError(
      'model-damaged',
      `TensorFlow cannot load this SavedModel: ${firstLine ?? ''}`,
      { cause },
    );
  }
}

/** @throws LookalikeError `model-unsuitable` */
export function nativeOf(backend: Backend): (Backend & { name: 'native' })['tf'] {
  if (backend.name === 'native') return backend.tf;
  throw new LookalikeError(
    'model-unsuitable',
    `A SavedModel runs with native TensorFlow only${backend.reason === null ? '' : `, and ${backend.reason}`}. ` +
      'Convert it to a TensorFlow.js graph model (tensorflowjs_converter), then add that.',
  );
}

/**
 * What the candidates turned out to be.
 * @param outputs for `photosTried` photos
 */
export function layersOf(
  candidates: readonly { name: string; kind: string }[],
  keys: readonly string[],
  outputs: Outputs,
  single: boolean,
): ModelLayer[] {
  const photos = photosTried(single);
  return candidates.flatMap(({ name, kind }, index) => {
    const output = outputs[keys[index] ?? ''];
    return (output && output.shape[0] === photos && layerOf(name, kind, output.shape)) || [];
  });
}

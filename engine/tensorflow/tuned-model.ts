/**
 * A network that ships with its last layers as a training left them. It is one more model: both
 * backends run it like any other.
 */
import { join } from 'node:path';
import type { Model } from './architecture.ts';
import { MODEL_FILE } from './autoencoder.ts';
import { readRefinement } from './refinement.ts';
import { tunedModel } from './tail.ts';
import { readTensors } from './tensors-file.ts';

/**
 * @param folder of a training of the last layers that has ended
 * @throws LookalikeError 'weights-damaged', naming the file
 */
export async function readTunedModel(model: Model, folder: string): Promise<Model> {
  const { layers } = await readRefinement(folder);
  return tunedModel(model, layers, await readTensors(join(folder, MODEL_FILE)));
}

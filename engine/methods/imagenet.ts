/**
 * ImageNet features: what a network that was trained to tell the thousand kinds of ImageNet apart
 * sees in a photo, as 256 numbers. `native-models/efficientnet-lite0` says where it comes from.
 */
import { join } from 'node:path';
import { readArchitecture } from '../tensorflow/architecture.ts';
import { createEmbedder } from '../tensorflow/embedder.ts';
import type { Method } from './method.ts';

const MODEL = 'efficientnet-lite0';

/** The method with the model of that name in `modelsFolder`. */
export async function loadImageNet(modelsFolder: string): Promise<Method> {
  const model = join(modelsFolder, MODEL);
  const { input, projection, weights } = await readArchitecture(model);
  return {
    id: 'imagenet',
    name: 'ImageNet features',
    sentence: 'Compares what the photos show: things, animals, scenes and their materials.',
    dimensions: projection.dimensions,
    metric: 'cosine',
    inputSize: input.size,
    version: `${MODEL}-${weights.sha256.slice(0, 12)}`,
    weights: { sha256: weights.sha256 },
    createEmbedder: (options) => createEmbedder({ model, ...options }),
  };
}

/**
 * ImageNet features: what a network that was trained to tell the thousand kinds of ImageNet apart
 * sees in a photo, as 256 numbers. `native-models/efficientnet-lite0` says where it comes from.
 */
import { join } from 'node:path';
import { readArchitecture } from '../tensorflow/architecture.ts';
import { createEmbedder } from '../tensorflow/embedder.ts';
import type { MethodEntry, MethodFacts } from './method.ts';

const MODEL = 'efficientnet-lite0';

const facts: MethodFacts = {
  id: 'imagenet',
  name: 'ImageNet features',
  sentence: 'Compares what the photos show: things, animals, scenes and their materials.',
  needs: 'Nothing more: it is computed while photos are indexed.',
  metric: 'cosine',
  trains: false,
  finds: 'photos',
};

/**
 * Chosen on `photos/objects` and subsets of it: there the score lets pass nine in ten photos of the
 * query's own kind, and one in ten of those that come first when the query's kind is not in the
 * library.
 */
export const similarFrom = { score: 0.55, similarity: 0.4 };

export const imagenet: MethodEntry = {
  facts,
  load: async ({ modelsFolder }) => {
    const model = join(modelsFolder, MODEL);
    const { input, projection, weights } = await readArchitecture(model);
    return {
      ...facts,
      dimensions: projection.dimensions,
      similarFrom,
      inputSize: input.size,
      fit: 'fill',
      version: `${MODEL}-${weights.sha256.slice(0, 12)}`,
      weights: { sha256: weights.sha256 },
      createEmbedder: (options) => createEmbedder({ model, ...options }),
    };
  },
};

/**
 * The triplet network: ImageNet features, refined by what a person calls alike. Its vectors are
 * computed from the stored ones of ImageNet features, so that no photo has to be looked at again.
 */
import { setImmediate } from 'node:timers/promises';
import { LookalikeError } from '../errors.ts';
import { isRefinement, readRefinement, type Refinement } from '../tensorflow/refinement.ts';
import { imagenet } from './imagenet.ts';
import type { Embedder, Method, MethodEntry, MethodFacts, MethodOptions } from './method.ts';

const facts: MethodFacts = {
  id: 'triplet',
  name: 'Triplet network',
  sentence:
    'Compares what the photos show, as your labels say what is alike: by folder, cluster, list or your own marks.',
  needs: 'Has to be trained on labelled photos first: well under a minute for 500 photos.',
  metric: 'cosine',
  trains: true,
  finds: 'photos',
};

/**
 * Chosen on `photos/objects`, trained without a fifth of the photos: of what those find first of their
 * own kind, nine in ten pass.
 */
const similarFrom = { score: 0.62, similarity: 0.46 };

export const triplet: MethodEntry = {
  facts,
  training: { kind: 'triplet', vectorsOf: imagenet.facts.id },
  load: async (places) => {
    const { trainedFolder } = places;
    if (!isRefinement(trainedFolder))
      throw new LookalikeError(
        'method-untrained',
        `${facts.name} has to be trained on labelled photos before it is used.`,
      );
    const [features, refinement] = await Promise.all([
      imagenet.load(places),
      readRefinement(trainedFolder),
    ]);
    if (refinement.of !== `${features.id}@${features.version}`)
      throw new LookalikeError(
        'method-untrained',
        `${facts.name} has to be trained again, as ${features.name} came in another version.`,
      );
    return {
      ...facts,
      dimensions: refinement.dimensions,
      similarFrom,
      inputSize: features.inputSize,
      fit: 'fill',
      version: refinement.sha256.slice(0, 12),
      weights: { sha256: refinement.sha256 },
      vectorsOf: features.id,
      createEmbedder: (options) => Promise.resolve(refining(features, refinement, options)),
    };
  },
};

/** The network that looks at photos is started by the first that is no stored vector. */
function refining(features: Method, refinement: Refinement, options: MethodOptions): Embedder {
  let started: Promise<Embedder> | undefined;
  return {
    backend: null,
    reason: null,
    embed: async (pixels, count) => {
      // A start that failed is not kept: the next photo tries again.
      started ??= features.createEmbedder(options).catch((error: unknown) => {
        started = undefined;
        throw error;
      });
      return refinement.run(await (await started).embed(pixels, count));
    },
    fromVectors: async (rows) => {
      // About 0.3 ms a vector, on the host's own thread: others have their turn between batches.
      await setImmediate();
      return refinement.run(rows);
    },
    close: async () => {
      await started?.then(
        (embedder) => embedder.close(),
        () => undefined,
      );
    },
  };
}

/**
 * The triplet network: ImageNet features, refined by what a person calls alike. Its vectors are
 * computed from the stored ones of ImageNet features, so that no photo has to be looked at again; unless
 * the last layers of the network that gives those were trained, too: then photos are.
 */
import { join } from 'node:path';
import { LookalikeError } from '../errors.ts';
import { loadModel } from '../tensorflow/architecture.ts';
import { whyNotNative } from '../tensorflow/backend.ts';
import { createEmbedder } from '../tensorflow/embedder.ts';
import { isRefinement, readRefinement, type Refinement } from '../tensorflow/refinement.ts';
import { cutNetwork } from '../tensorflow/tail.ts';
import { sizeOf } from '../tensorflow/tensors-file.ts';
import { fromVectorsOf } from './from-vectors.ts';
import { imagenet, imagenetModel } from './imagenet.ts';
import type { Embedder, LastLayers, MethodEntry, MethodFacts, MethodOptions } from './method.ts';

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

/** Of the network that gives ImageNet features. */
const lastLayers: LastLayers = {
  kind: 'tuned-triplet',
  modelIn: networkIn,
  openTrunk: async (modelsFolder, count) => {
    const model = networkIn(modelsFolder);
    const { architecture } = await loadModel(model);
    const { side, channels } = cutNetwork(architecture, count).map;
    // Nothing is kept for it.
    const embedder = await createEmbedder({ model, trunkOf: count, cacheFolder: '' });
    return {
      inputSize: architecture.input.size,
      numbers: sizeOf([side, side, channels]),
      lastMap: (pixels, photos) => embedder.lastMap(pixels, photos),
      close: () => embedder.close(),
    };
  },
};

export const triplet: MethodEntry = {
  facts,
  training: { kind: 'triplet', vectorsOf: imagenet.facts.id, lastLayers },
  load: async (places) => {
    const { modelsFolder, trainedFolder } = places;
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
      ...(refinement.layers === 0
        ? {
            vectorsOf: features.id,
            createEmbedder: (options) =>
              Promise.resolve(fromVectorsOf(features, (rows) => refinement.run(rows), options)),
          }
        : {
            createEmbedder: (options) =>
              openTuned(networkIn(modelsFolder), trainedFolder, refinement, options),
          }),
    };
  },
};

/**
 * Why the last layers cannot be trained here, as a sentence, so far as it is known before it is tried;
 * null where they can.
 */
export function whyNoLastLayers(): string | null {
  const reason = whyNotNative();
  return reason === null
    ? null
    : `Training the last layers of a network needs native TensorFlow, but ${reason}.`;
}

/** The folder of the network that gives ImageNet features. */
function networkIn(modelsFolder: string): string {
  return join(modelsFolder, imagenetModel);
}

/** The network whose last layers were trained, and what refines its vectors. */
async function openTuned(
  model: string,
  tuned: string,
  refinement: Refinement,
  options: MethodOptions,
): Promise<Embedder> {
  // The form in which native TensorFlow loads it goes when another training takes its place.
  const embedder = await createEmbedder({ ...options, model, tuned, cacheFolder: tuned });
  return {
    backend: embedder.backend,
    reason: embedder.reason,
    embed: async (pixels, count) => refinement.run(await embedder.embed(pixels, count)),
    close: () => embedder.close(),
  };
}

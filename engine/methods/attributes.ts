/**
 * Attributes: what a person has taught it to tell of photos ("smiling", "hat"), each with how probable
 * it is. Its vectors are those probabilities, computed from the stored vectors of ImageNet features, so
 * that photos are alike which have the same attributes, and photos can be searched by a description.
 */
import { LookalikeError } from '../errors.ts';
import { isAttributeHead, readAttributeHead } from '../tensorflow/attribute-head.ts';
import { fromVectorsOf } from './from-vectors.ts';
import { imagenet } from './imagenet.ts';
import type { MethodEntry, MethodFacts } from './method.ts';

const facts: MethodFacts = {
  id: 'attributes',
  name: 'Attributes',
  sentence:
    'Compares what you taught it to tell of photos, such as a smile or a hat, and finds photos by a description.',
  needs:
    'Has to be trained first, on a list that says which photos have which attributes: about a minute for 500 photos.',
  metric: 'euclidean',
  trains: true,
  finds: 'photos',
};

/**
 * Chosen on `photos/objects` with 40 attributes, and on 400 drawn pictures with five: of the 20 nearest
 * those with the very same attributes pass, nine in ten of them, and of those that come first of all
 * with others one in 25, and one in three, where fewer attributes tell photos apart.
 */
const similarFrom = { score: 0.95, similarity: 0.88 };

export const attributes: MethodEntry = {
  facts,
  training: { kind: 'attributes', attributesOf: imagenet.facts.id },
  load: async (places) => {
    const { trainedFolder } = places;
    if (!isAttributeHead(trainedFolder))
      throw new LookalikeError(
        'method-untrained',
        `${facts.name} have to be trained on a list of photos and their attributes before they are used.`,
      );
    const [features, head] = await Promise.all([
      imagenet.load(places),
      readAttributeHead(trainedFolder),
    ]);
    if (head.of !== `${features.id}@${features.version}`)
      throw new LookalikeError(
        'method-untrained',
        `${facts.name} have to be trained again, as ${features.name} came in another version.`,
      );
    const dimensions = head.names.length;
    // The distance of two rows of probabilities is at most the root of how many there are.
    const longest = Math.sqrt(dimensions);
    return {
      ...facts,
      dimensions,
      similarFrom,
      inputSize: features.inputSize,
      fit: 'fill',
      version: head.sha256.slice(0, 12),
      weights: { sha256: head.sha256 },
      vectorsOf: features.id,
      attributes: {
        names: head.names,
        unit: 1 / longest,
      },
      createEmbedder: (options) => {
        const run = (rows: Float32Array): Float32Array<ArrayBuffer> =>
          head.probabilities(rows).map((probability) => probability / longest);
        return Promise.resolve(fromVectorsOf(features, run, options));
      },
    };
  },
};

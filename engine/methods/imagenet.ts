/**
 * ImageNet features: what a network that was trained to tell the thousand kinds of ImageNet apart
 * sees in a photo, as 256 numbers. `native-models/efficientnet-lite0` says where it comes from.
 */
import { shippedNetwork } from './shipped-network.ts';

/**
 * Chosen on `photos/objects` and subsets of it: there the score lets pass nine in ten photos of the
 * query's own kind, and one in ten of those that come first when the query's kind is not in the
 * library.
 */
export const similarFrom = { score: 0.55, similarity: 0.4 };

/** Its folder in `native-models`. */
export const imagenetModel = 'efficientnet-lite0';

export const imagenet = shippedNetwork({
  facts: {
    id: 'imagenet',
    name: 'ImageNet features',
    sentence: 'Compares what the photos show: things, animals, scenes and their materials.',
    needs: 'Nothing more: it is computed while photos are indexed.',
    metric: 'cosine',
    trains: false,
    finds: 'photos',
  },
  similarFrom,
  model: imagenetModel,
  head: 'projection',
});

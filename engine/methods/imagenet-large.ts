/**
 * The same as `imagenet` by a larger network that looks at larger pictures, for those who would
 * rather wait. `native-models/efficientnet-lite2` says where it comes from and how much better it is.
 */
import { shippedNetwork } from './shipped-network.ts';

export const imagenetLarge = shippedNetwork({
  facts: {
    id: 'imagenet-large',
    name: 'ImageNet features, large',
    sentence: 'Compares what the photos show, with a larger network: a little better, and slower.',
    needs: 'About twice the time of ImageNet features, and 1 KB a photo.',
    metric: 'cosine',
    trains: false,
    finds: 'photos',
  },
  similarFrom: { score: 0.6, similarity: 0.45 },
  model: 'efficientnet-lite2',
  head: 'projection',
});

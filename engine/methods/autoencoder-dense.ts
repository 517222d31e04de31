/**
 * The dense auto-encoder: 16 × 16 pixels to 64 numbers by layers in which every number weighs every
 * number. Small enough to be trained without native TensorFlow.
 */
import { autoencoderEntry } from './autoencoder.ts';

/**
 * Chosen on `photos/objects` as for ImageNet features: one in ten of those that come first when the
 * query's kind is not in the library passes. Of the query's own kind only half of the first do, as look
 * alone tells kinds apart poorly.
 */
const similarFrom = { score: 0.91, similarity: 0.7 };

export const autoencoderDense = autoencoderEntry(
  {
    id: 'autoencoder-dense',
    name: 'Auto-encoder, dense',
    sentence:
      'Compares the look of photos, as it was learnt from your own: layout, shapes and colours.',
    needs: 'Has to be trained on the library first: about a minute for 500 photos.',
    metric: 'cosine',
    trains: true,
    finds: 'photos',
  },
  similarFrom,
);

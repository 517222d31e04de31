/**
 * The convolutional auto-encoder: 32 × 32 pixels to 128 numbers by way of small patterns, which it
 * finds wherever they are.
 */
import { autoencoderEntry } from './autoencoder.ts';

/**
 * Chosen on `photos/objects` as for ImageNet features: one in ten of those that come first when the
 * query's kind is not in the library passes. Of the query's own kind only half of the first do, as look
 * alone tells kinds apart poorly.
 */
const similarFrom = { score: 0.93, similarity: 0.71 };

export const autoencoderConv = autoencoderEntry(
  {
    id: 'autoencoder-conv',
    name: 'Auto-encoder, convolutional',
    sentence:
      'Compares the look of photos, as it was learnt from your own: shapes, patterns and colours.',
    needs:
      'Has to be trained on the library first, with native TensorFlow: about a minute for 500 photos.',
    metric: 'cosine',
    trains: true,
    finds: 'photos',
  },
  similarFrom,
);

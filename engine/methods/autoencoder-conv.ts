/**
 * The convolutional auto-encoder: 32 × 32 pixels to 128 numbers by way of small patterns, which it
 * finds wherever they are.
 */
import { autoencoderEntry } from './autoencoder.ts';

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
  },
  { score: 0.9, similarity: 0.7 },
);

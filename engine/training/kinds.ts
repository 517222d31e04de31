/**
 * The kinds of networks that can be trained, each one line. Loaded in the training process only.
 */
import { autoencoderKind, convolutionalAutoencoder, denseAutoencoder } from './autoencoder.ts';
import type { LearnerKind } from './learner.ts';
import type { TrainingKind } from './run.ts';

export const kinds: Record<TrainingKind, LearnerKind> = {
  'autoencoder-dense': autoencoderKind(denseAutoencoder, {
    code: 1,
    needsNative: false,
    title: 'the dense auto-encoder',
  }),
  'autoencoder-conv': autoencoderKind(convolutionalAutoencoder, {
    code: 1,
    needsNative: true,
    title: 'the convolutional auto-encoder',
  }),
};

/**
 * The kinds of networks that can be trained, each one entry. Nothing of TensorFlow is loaded here, so
 * that a host may read what it has to prepare.
 */
import { attributesKind } from './attributes.ts';
import { autoencoderKind, autoencoders } from './autoencoder.ts';
import type { LearnerKind } from './learner.ts';
import type { LearnerName } from './run.ts';
import { tripletKind } from './triplet.ts';
import { tunedTripletKind } from './tuned-triplet.ts';

export const kinds: Readonly<Record<LearnerName, LearnerKind>> = {
  'autoencoder-dense': autoencoderKind(autoencoders['autoencoder-dense'], {
    code: 1,
    needsNative: false,
    title: 'the dense auto-encoder',
  }),
  'autoencoder-conv': autoencoderKind(autoencoders['autoencoder-conv'], {
    code: 1,
    needsNative: true,
    title: 'the convolutional auto-encoder',
  }),
  triplet: tripletKind,
  'tuned-triplet': tunedTripletKind,
  attributes: attributesKind,
};

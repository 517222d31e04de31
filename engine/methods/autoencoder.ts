/**
 * What both auto-encoders have in common as methods: they are read from the folder of a training that
 * has ended, and their vectors are the latent ones.
 */
import { LookalikeError } from '../errors.ts';
import { isAutoencoder, readAutoencoder } from '../tensorflow/autoencoder.ts';
import { createEmbedder } from '../tensorflow/embedder.ts';
import { autoencoders } from '../training/autoencoder.ts';
import type { Method, MethodEntry, MethodFacts } from './method.ts';

export function autoencoderEntry(
  facts: MethodFacts & { id: keyof typeof autoencoders },
  similarFrom: Method['similarFrom'],
): MethodEntry {
  return {
    facts,
    training: { kind: facts.id, side: autoencoders[facts.id].side },
    load: async ({ trainedFolder }) => {
      if (!isAutoencoder(trainedFolder))
        throw new LookalikeError(
          'method-untrained',
          `${facts.name} has to be trained on your photos before it is used.`,
        );
      const { description, file } = await readAutoencoder(trainedFolder);
      return {
        ...facts,
        dimensions: description.dimensions,
        similarFrom,
        inputSize: description.side,
        fit: 'fill',
        version: file.sha256.slice(0, 12),
        weights: { sha256: file.sha256 },
        createEmbedder: (options) => createEmbedder({ model: trainedFolder, ...options }),
      };
    },
  };
}

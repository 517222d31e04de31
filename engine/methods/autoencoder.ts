/**
 * What both auto-encoders have in common as methods: they are read from the folder of a training that
 * has ended, and their vectors are the latent ones.
 */
import { readAutoencoder } from '../tensorflow/autoencoder.ts';
import { createEmbedder } from '../tensorflow/embedder.ts';
import type { Method, MethodFacts } from './method.ts';

/** A method that is there once it was trained. */
export interface TrainedMethodEntry {
  readonly facts: MethodFacts;
  /**
   * @param folder that of the training
   * @throws LookalikeError `weights-damaged`, naming the file, when it is missing or unusable
   */
  readonly load: (folder: string) => Promise<Method>;
}

export function autoencoderEntry(
  facts: MethodFacts,
  similarFrom: Method['similarFrom'],
): TrainedMethodEntry {
  return {
    facts,
    load: async (folder) => {
      const { description, file } = await readAutoencoder(folder);
      return {
        ...facts,
        dimensions: description.dimensions,
        similarFrom,
        inputSize: description.side,
        version: file.sha256.slice(0, 12),
        weights: { sha256: file.sha256 },
        createEmbedder: (options) => createEmbedder({ model: folder, ...options }),
      };
    },
  };
}

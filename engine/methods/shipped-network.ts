/**
 * What the methods have in common whose vectors a network of `native-models` gives.
 */
import { join } from 'node:path';
import {
  type Architecture,
  classifierOf,
  type HeadName,
  readArchitecture,
} from '../tensorflow/architecture.ts';
import { createEmbedder } from '../tensorflow/embedder.ts';
import type { Method, MethodEntry, MethodFacts } from './method.ts';

interface ShippedNetwork {
  facts: MethodFacts;
  similarFrom: Method['similarFrom'];
  /** Its folder in `native-models`. */
  model: string;
  /** What of the network gives the vectors. */
  head: HeadName;
}

/** The method whose vectors are what `head` of the network `model` gives, divided by its length. */
export function shippedNetwork({ facts, similarFrom, model, head }: ShippedNetwork): MethodEntry {
  return {
    facts,
    load: async ({ modelsFolder }) => {
      const folder = join(modelsFolder, model);
      const architecture = await readArchitecture(folder);
      const { input, weights } = architecture;
      const { dimensions, version } = headFacts(head, folder, architecture);
      return {
        ...facts,
        dimensions,
        similarFrom,
        inputSize: input.size,
        fit: 'fill',
        version: `${model}-${version}`,
        weights: { sha256: weights.sha256 },
        createEmbedder: (options) => createEmbedder({ model: folder, head, ...options }),
      };
    },
  };
}

/** @throws LookalikeError `weights-damaged` when there is no such head */
function headFacts(
  head: HeadName,
  folder: string,
  architecture: Architecture,
): { dimensions: number; version: string } {
  const weights = architecture.weights.sha256.slice(0, 12);
  if (head === 'projection')
    return { dimensions: architecture.projection.dimensions, version: weights };
  const { classes, numbers } = classifierOf(folder, architecture);
  return { dimensions: classes, version: `${weights}-${numbers.sha256.slice(0, 12)}` };
}

/**
 * Models of a person's own as methods: each is made from the library's copy of it, so there are as
 * many as were added.
 */
import { LookalikeError } from '../errors.ts';
import { placeOf, readKept, type KeptModel } from '../own-models/kept.ts';
import { startModel, type RunnerOptions } from '../own-models/runner.ts';
import type { MethodEntry, MethodFacts } from './method.ts';

/**
 * What is similar differs from network to network, and nothing is known of these. Measured with the
 * mean of the last map of EfficientNet-Lite0 on `photos/objects`, as most networks end so; it is
 * meant to be right about the nearest, not about each.
 */
const similarFrom = { score: 0.75, similarity: 0.6 };

/** Differs whenever the same model would give other numbers with the same settings. */
const revision = 1;

/**
 * @param folder that of all models of the library
 * @param kept its description, or why there is none
 */
export function ownModelEntry(
  folder: string,
  id: string,
  kept: KeptModel | LookalikeError,
  options: RunnerOptions,
): MethodEntry {
  if (kept instanceof LookalikeError)
    return { facts: { ...factsOf(id), name: id, own: null }, load: () => Promise.reject(kept) };
  const { format, inputSize, scaling, layer, from, bytes, dimensions } = kept;
  const facts: MethodFacts = {
    ...factsOf(id),
    name: kept.name,
    own: { format, inputSize, scaling, layer, from, bytes },
  };
  return {
    facts,
    load: () =>
      Promise.resolve({
        ...facts,
        dimensions,
        similarFrom,
        inputSize,
        fit: 'fill',
        version: [kept.sha256.slice(0, 16), inputSize, scaling, layer, revision].join(' '),
        weights: { sha256: kept.sha256 },
        createEmbedder: () => startModel(placeOf(folder, id).files, kept, options),
      }),
  };
}

/** The entry of a model that a library keeps; one that is damaged has an entry that says so. */
export async function keptModelEntry(
  folder: string,
  id: string,
  options: RunnerOptions,
): Promise<MethodEntry> {
  const kept = await readKept(folder, id).catch((error: unknown) => {
    if (error instanceof LookalikeError) return error;
    throw error;
  });
  return ownModelEntry(folder, id, kept, options);
}

function factsOf(id: string): Omit<MethodFacts, 'name'> {
  return {
    id,
    sentence: 'Compares what a network of your own sees in the photos.',
    needs: 'Nothing more: it was copied into the library.',
    metric: 'cosine',
    trains: false,
    finds: 'photos',
  };
}

/**
 * Models of a person's own as methods: each is made from the library's copy of it, so there are as
 * many as were added.
 */
import { LookalikeError } from '../errors.ts';
import { placeOf, readKept, type KeptModel } from '../own-models/kept.ts';
import { startModel, type RunnerOptions } from '../own-models/runner.ts';
import type { MethodEntry, MethodFacts } from './method.ts';

/**
 * What is similar differs from network to network, and nothing is known of these. Measured on
 * `photos/objects` and its subsets, strangers among the queries, with what networks give who are left at
 * their usual layer: of the first five results, those of the same kind that are called similar, and
 * those of other kinds that are not. EfficientNet-Lite0 .79 and .98, EfficientNet-Lite2 .88 and .96;
 * the best of all scores would be .52 and .53, with .91 and .93, and .95 and .92. Of networks that were
 * trained to tell few kinds of pictures apart, no number is right: all photos are .9 similar by the two
 * that were tried, and whatever is near is called similar.
 */
const similarFrom = { score: 0.6, similarity: 0.45 };

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

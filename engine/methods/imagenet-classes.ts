/**
 * ImageNet classes: what the default network would call a photo. The vector holds how probable each
 * of the thousand classes of ImageNet is (the square root of it; `HeadName` says why), so photos are
 * alike when they would be called alike, and a stored vector can be read: its numbers have names.
 */
import { join } from 'node:path';
import { readClassNames } from '../tensorflow/architecture.ts';
import type { ClassGuess, MethodEntry, MethodPlaces } from './method.ts';
import { shippedNetwork } from './shipped-network.ts';

const model = 'efficientnet-lite0';

const network = shippedNetwork({
  facts: {
    id: 'imagenet-classes',
    name: 'ImageNet classes',
    sentence:
      'Compares what the photos would be called, by a thousand names of things and animals.',
    needs: 'As long as ImageNet features, and 4 KB a photo.',
    metric: 'cosine',
    trains: false,
    finds: 'photos',
  },
  similarFrom: { score: 0.8, similarity: 0.65 },
  model,
  head: 'classifier',
});

export const imagenetClasses: MethodEntry = {
  facts: network.facts,
  load: async (places) => {
    const [method, names] = await Promise.all([network.load(places), classNames(places)]);
    return { ...method, classesOf: (vector, count) => topClasses(vector, names, count) };
  },
};

/**
 * The names of the classes, in the order of the vectors' numbers.
 * @throws LookalikeError `weights-damaged`, naming the file
 */
export function classNames({
  modelsFolder,
}: Pick<MethodPlaces, 'modelsFolder'>): Promise<string[]> {
  return readClassNames(join(modelsFolder, model));
}

/**
 * The most probable classes of a photo.
 *
 * @param vector the photo's, as it is stored: of length 1, so its squares are the probabilities
 * @param names as `classNames` gives them
 * @returns `count` classes, or all if there are fewer; the most probable first, ties as in `names`
 */
export function topClasses(
  vector: Float32Array,
  names: readonly string[],
  count: number,
): ClassGuess[] {
  if (vector.length !== names.length)
    throw new Error(`${vector.length} numbers are not one for each of ${names.length} classes`);
  return names
    .map((name, i) => ({ name, probability: (vector[i] ?? 0) ** 2 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}

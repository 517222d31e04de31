/**
 * The ways of turning a photo into a vector. A method is one file of this folder and one line here.
 */
import { fileURLToPath } from 'node:url';
import { defaultMethod } from '../default-method.ts';
import { attributes } from './attributes.ts';
import { autoencoderConv } from './autoencoder-conv.ts';
import { autoencoderDense } from './autoencoder-dense.ts';
import { faces } from './faces.ts';
import { imagenetClasses } from './imagenet-classes.ts';
import { imagenetLarge } from './imagenet-large.ts';
import { imagenet } from './imagenet.ts';
import type { Method, MethodEntry, MethodPlaces } from './method.ts';
import { pixelsPca } from './pixels-pca.ts';
import { pixels } from './pixels.ts';
import { triplet } from './triplet.ts';

export { facesInPhoto } from './faces.ts';
export { keptModelEntry } from './own-model.ts';
export { whyNoLastLayers } from './triplet.ts';
export type * from './method.ts';

/** Every method, in the order in which people are shown them; the default comes first. */
export const methodEntries: readonly MethodEntry[] = [
  imagenet,
  imagenetLarge,
  imagenetClasses,
  pixels,
  pixelsPca,
  faces,
  autoencoderDense,
  autoencoderConv,
  triplet,
  attributes,
];

/** Where the program's own models are. */
export const modelsFolder = fileURLToPath(new URL('../../native-models', import.meta.url));

/** The entry of a method, or undefined where there is none of that id. */
export function methodEntry(id: string): MethodEntry | undefined {
  return methodEntries.find(({ facts }) => facts.id === id);
}

/**
 * Loads what there is to know of a method that the program has.
 * @throws LookalikeError as `MethodEntry.load`
 */
export function loadMethod(
  id: string = defaultMethod,
  places: Partial<MethodPlaces> = {},
): Promise<Method> {
  const entry = methodEntry(id);
  if (!entry) throw new Error(`there is no method ${id}`);
  return entry.load({ modelsFolder, trainedFolder: '', ...places });
}

/**
 * The ways of turning a photo into a vector. A method is one file of this folder and one line here.
 */
import { fileURLToPath } from 'node:url';
import { loadImageNet } from './imagenet.ts';
import type { Method } from './method.ts';

export { type Method } from './method.ts';

/** Every method's loader, by id. */
const loaders = { imagenet: loadImageNet } satisfies Record<
  string,
  (modelsFolder: string) => Promise<Method>
>;

export type MethodId = keyof typeof loaders;
export const methodIds = Object.keys(loaders) as MethodId[];
export const defaultMethod: MethodId = 'imagenet';

/**
 * Loads what there is to know of a method. No weights are read and nothing is started yet.
 *
 * @param modelsFolder the folder `native-models`, wherever it was installed.
 * @throws LookalikeError 'weights-damaged', naming the file, when its description is unusable.
 */
export function loadMethod(
  id: MethodId = defaultMethod,
  modelsFolder = fileURLToPath(new URL('../../native-models', import.meta.url)),
): Promise<Method> {
  return loaders[id](modelsFolder);
}

/** How long a method takes for a photo on this machine, as it is now. */
import { isLookalikeError } from '../errors.ts';
import type { Method } from '../methods/registry.ts';
import { BATCH_SIZE } from '../tensorflow/embedder.ts';
import type { Context } from './context.ts';
import type { OpenMethod } from './open-method.ts';

/** Turns after the first, which warms everything up; whatever else the machine does only adds time. */
const timedTurns = 3;

/**
 * Seconds to turn a decoded photo into its vector: one batch of the first photos of `ids` that can be
 * decoded, the fastest of three turns. Null where none can be decoded
 * (a folder that is offline), or the method cannot be started.
 */
export async function secondsPerPhoto(
  context: Context,
  { method, model }: OpenMethod,
  ids: readonly number[],
): Promise<number | null> {
  try {
    const { pixels, count } = await decodedPhotos(context, method, ids);
    if (count === 0) return null;
    const embedder = await model.embedder();
    const times: number[] = [];
    for (let turn = 0; turn <= timedTurns; turn++) {
      const start = performance.now();
      // A copy, as its memory is handed over.
      await embedder.embed(new Uint8Array(pixels), count);
      times.push(performance.now() - start);
    }
    return Math.min(...times.slice(1)) / 1000 / count;
  } catch (error) {
    // The other figures are worth having without this one.
    if (isLookalikeError(error) && error.code !== 'internal') return null;
    throw error;
  }
}

async function decodedPhotos(
  context: Context,
  { inputSize, fit, finds }: Method,
  ids: readonly number[],
): Promise<{ pixels: Uint8Array; count: number }> {
  const { decoder } = context.parts;
  const decoded = await Promise.all(
    // Faces are looked for in one photo at a time.
    ids.slice(0, finds === 'faces' ? 1 : BATCH_SIZE).map(async (id) => {
      try {
        const path = context.pathOf(context.photo(id));
        return await decoder.pixels({ path }, inputSize, fit);
      } catch (error) {
        if (isLookalikeError(error)) return null;
        throw error;
      }
    }),
  );
  const readable = decoded.filter((pixels) => pixels !== null);
  return { pixels: Buffer.concat(readable), count: readable.length };
}

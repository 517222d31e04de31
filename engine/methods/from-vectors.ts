/**
 * What the methods have in common whose vectors are computed from those of another method, in plain
 * code: no photo has to be looked at again.
 */
import { setImmediate } from 'node:timers/promises';
import type { Embedder, Method, MethodOptions } from './method.ts';

/**
 * The network that looks at photos is started by the first that is no stored vector.
 *
 * @param source the other method
 * @param run its rows, one after the other, to rows of this one
 */
export function fromVectorsOf(
  source: Method,
  run: (rows: Float32Array) => Float32Array<ArrayBuffer>,
  options: MethodOptions,
): Embedder {
  let started: Promise<Embedder> | undefined;
  return {
    backend: null,
    reason: null,
    embed: async (pixels, count) => {
      // A start that failed is not kept: the next photo tries again.
      started ??= source.createEmbedder(options).catch((error: unknown) => {
        started = undefined;
        throw error;
      });
      return run(await (await started).embed(pixels, count));
    },
    fromVectors: async (rows) => {
      // About 0.3 ms a vector, on the host's own thread: others have their turn between batches.
      await setImmediate();
      return run(rows);
    },
    close: async () => {
      await started?.then(
        (embedder) => embedder.close(),
        () => undefined,
      );
    },
  };
}

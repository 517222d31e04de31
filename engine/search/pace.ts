/**
 * How long work in the search process is kept from being in the way: it is cut into slices, between
 * which queries are answered, tells how far it is, and can be stopped.
 */
import { setImmediate } from 'node:timers/promises';
import { LookalikeError } from '../errors.ts';

/** A slice of work is about this long, so that a query waits no longer than that. */
const sliceMs = 12;
const progressEveryMs = 100;

/** To be called between small pieces of work. @throws LookalikeError `cancelled` once it is stopped */
export type Pause = () => Promise<void>;

export interface Pace {
  pause: Pause;
  /** Passes on how far the work is, ten times a second and at its end. */
  onProgress: (done: number, total: number) => void;
}

/**
 * @param signal stops the work
 * @param stopped the sentence for whoever waits for it then
 * @param tell takes how far it is
 */
export function pace(
  signal: AbortSignal,
  stopped: string,
  tell: (progress: { done: number; total: number }) => void,
): Pace {
  let sliceEnd = performance.now() + sliceMs;
  let toldAt = 0;
  return {
    pause: async () => {
      if (performance.now() < sliceEnd) return;
      await setImmediate();
      if (signal.aborted) throw new LookalikeError('cancelled', stopped);
      sliceEnd = performance.now() + sliceMs;
    },
    onProgress: (done, total) => {
      const now = performance.now();
      if (done < total && now - toldAt < progressEveryMs) return;
      toldAt = now;
      tell({ done, total });
    },
  };
}

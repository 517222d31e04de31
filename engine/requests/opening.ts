/**
 * The first moments of an open library belong to whoever opened it: what the window asks for goes
 * first, and looking through the folders, for which nobody waits, goes on when nothing was asked for
 * a moment. With 100,000 photos that is two seconds of work, and the first thumbnails would wait for it.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** A window that is being opened has asked by then, also on a slow machine. */
const openingMs = 1500;
/** Time without a question that counts as quiet. */
const quietMs = 250;
/** So long at most is waited in all, however much is asked. */
const mostMs = 3000;

export class Opening {
  readonly #over = new AbortController();
  readonly #end = performance.now() + mostMs;
  #quietFrom = performance.now() + openingMs;

  /** Something was asked for. */
  asked(): void {
    this.#quietFrom = performance.now() + quietMs;
  }

  /** Resolves as soon as it is quiet; at once when the first moments are over. */
  async quiet(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const left = Math.min(this.#quietFrom, this.#end) - performance.now();
      if (left <= 0) return;
      await sleep(left, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
  }

  /** Nobody waits any more. */
  close(): void {
    this.#over.abort();
  }
}

/**
 * Runs of indexing, one after the other: a call for another one during a run is answered by a run
 * after it, so that nothing that changed meanwhile is missed.
 */
import type { IndexDocument } from '../documents.ts';
import { LookalikeError } from '../errors.ts';
import { Indexer, type IndexerParts } from './indexer.ts';

export class IndexingRuns {
  readonly indexer: Indexer;
  readonly #afterRun: () => void;
  #running: Promise<IndexDocument> | undefined;
  #last: Promise<IndexDocument> | undefined;
  #again = false;
  /** Work that no run may stand beside; settled when it is done. */
  #alone: Promise<void> | undefined;
  #closed = false;

  /** @param afterRun called after each run, however it ended */
  constructor(parts: IndexerParts, afterRun: () => void) {
    this.indexer = new Indexer(parts);
    this.#afterRun = afterRun;
  }

  /** Starts a run, or sees to it that another follows the present one. */
  start(): void {
    if (this.#closed) return;
    if (this.#running || this.#alone) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#running = this.indexer.run().finally(() => {
      this.#running = undefined;
      this.#afterRun();
      if (this.#again) this.start();
    });
    this.#last = this.#running;
    // Whoever wants to know asks `wait`; the screen is told by the progress.
    this.#running.catch(() => undefined);
  }

  /**
   * Waits until nothing is being indexed any more. A run is started if there was none yet.
   * @returns the summary of the last run
   * @throws what ended the last run early
   */
  async wait(): Promise<IndexDocument> {
    if (!this.#last) this.start();
    for (let busy = this.#busy(); busy; busy = this.#busy()) await busy.catch(() => undefined);
    if (!this.#last) throw new LookalikeError('cancelled', 'The library is being closed.');
    return this.#last;
  }

  /** Ends the present run, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#again = false;
    this.indexer.cancel();
    await this.#running?.catch(() => undefined);
  }

  /**
   * Stops what runs, does the work, and then starts a run again if one was stopped or asked for. A
   * paused one is paused again.
   */
  async alone(work: () => Promise<void>): Promise<void> {
    while (this.#alone) await this.#alone.catch(() => undefined);
    const wasRunning = this.#running !== undefined;
    const wasPaused = this.indexer.progress.state === 'paused';
    this.#alone = this.stop()
      .then(work)
      .finally(() => {
        this.#alone = undefined;
        if (wasRunning || this.#again) this.start();
        if (wasPaused) this.indexer.pause();
      });
    await this.#alone;
  }

  /** Ends the present run; no other follows. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
    await this.#alone?.catch(() => undefined);
  }

  #busy(): Promise<unknown> | undefined {
    return this.#alone ?? this.#running;
  }
}

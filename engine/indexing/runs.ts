/**
 * Runs of indexing, one after the other: a call for another one during a run is answered by a run
 * after it, so that nothing that changed meanwhile is missed.
 */
import { type IndexDocument } from '../documents.ts';
import { isLookalikeError } from '../errors.ts';
import { Indexer, type IndexerParts } from './indexer.ts';

export class IndexingRuns {
  readonly indexer: Indexer;
  readonly #afterRun: () => void;
  #running: Promise<IndexDocument> | undefined;
  #last: Promise<IndexDocument> | undefined;
  #again = false;

  /** @param afterRun called after each run that came to its end */
  constructor(parts: IndexerParts, afterRun: () => void) {
    this.indexer = new Indexer(parts);
    this.#afterRun = afterRun;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Starts a run, or sees to it that another follows the present one. */
  start(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    this.#last = this.#running;
    // Whoever wants to know asks `wait`; the screen is told by the progress.
    this.#running.catch(() => undefined);
  }

  /** The summary of the present run when it has ended, or of the last one. Starts one if there was none. */
  wait(): Promise<IndexDocument> {
    if (!this.#last) this.start();
    return this.#last ?? Promise.reject(new Error('no run was begun'));
  }

  /** Ends the present run, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#again = false;
    this.indexer.cancel();
    await this.#running?.catch((error: unknown) => {
      if (!isLookalikeError(error)) throw error;
    });
  }

  async #run(): Promise<IndexDocument> {
    let summary: IndexDocument;
    do {
      this.#again = false;
      summary = await this.indexer.run();
      this.#afterRun();
      // It is set by `start` while a run goes on, which the compiler cannot see.
    } while (this.#again as boolean);
    return summary;
  }
}

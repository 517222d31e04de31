/**
 * Passes on which photos came and went: to search soon, so that they can be found, and to whoever
 * shows them less often.
 */
import { isLookalikeError } from '../errors.ts';
import { type Context } from './context.ts';

/** Search hears of changes after this time, and so do they who show photos. */
const searchAfterMs = 50;
const showAfterMs = 500;

export class PhotoChanges {
  readonly #context: Context;
  #added: number[] = [];
  #removed: number[] = [];
  #searchTimer: NodeJS.Timeout | undefined;
  #showTimer: NodeJS.Timeout | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  add({ added, removed }: { added: number[]; removed: number[] }): void {
    this.#added.push(...added);
    this.#removed.push(...removed);
    this.#searchTimer ??= setTimeout(() => {
      this.#tellSearch();
    }, searchAfterMs);
    this.#showTimer ??= setTimeout(() => {
      this.#show();
    }, showAfterMs);
  }

  /** Tells at once what is still to be told. */
  tellNow(): void {
    if (this.#searchTimer) this.#tellSearch();
    if (this.#showTimer) this.#show();
  }

  close(): void {
    clearTimeout(this.#searchTimer);
    clearTimeout(this.#showTimer);
  }

  #tellSearch(): void {
    clearTimeout(this.#searchTimer);
    this.#searchTimer = undefined;
    const [added, removed] = [this.#added, this.#removed];
    this.#added = [];
    this.#removed = [];
    this.#context.parts.search.changed(added, removed).catch((error: unknown) => {
      // A process that died reads everything anew when it is next asked.
      if (!isLookalikeError(error)) throw error;
    });
  }

  #show(): void {
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    const { reader } = this.#context.parts.store;
    this.#context.parts.emit('photos', {
      photos: reader.photoCount(),
      problems: reader.problemCount(),
    });
  }
}

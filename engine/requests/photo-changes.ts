/**
 * Passes on which photos came and went: to search soon, so that they can be found, and to whoever
 * shows them less often.
 */
import { messageOf } from '../errors.ts';
import type { Search } from '../search/search.ts';

/** Search hears of changes after this time, and so do they who show photos. */
const searchAfterMs = 50;
const showAfterMs = 500;

export interface PhotoChangesOptions {
  search: Pick<Search, 'changed'>;
  /** Photos came or went. */
  onShow: () => void;
  onLog: (line: string) => void;
}

export class PhotoChanges {
  readonly #options: PhotoChangesOptions;
  #added: number[] = [];
  #removed: number[] = [];
  #searchTimer: NodeJS.Timeout | undefined;
  #showTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: PhotoChangesOptions) {
    this.#options = options;
  }

  add({ added, removed }: { added: number[]; removed: number[] }): void {
    if (this.#isClosed) return;
    this.#removed.push(...removed);
    this.addVectors(added);
    this.#showTimer ??= setTimeout(() => {
      this.#show();
    }, showAfterMs);
  }

  /** Photos that were there before have a vector of a method now: only search has to know. */
  addVectors(photos: number[]): void {
    // Vectors that are being computed may still arrive while the library is closed.
    if (this.#isClosed) return;
    this.#added.push(...photos);
    this.#searchTimer ??= setTimeout(() => {
      this.tellSearch();
    }, searchAfterMs);
  }

  /** Tells at once what is still to be told. */
  tellNow(): void {
    this.tellSearch();
    if (this.#showTimer) this.#show();
  }

  /** Tells search at once, so that what it is asked next is answered with what is stored now. */
  tellSearch(): void {
    clearTimeout(this.#searchTimer);
    this.#searchTimer = undefined;
    const [added, removed] = [this.#added, this.#removed];
    this.#added = [];
    this.#removed = [];
    if (added.length === 0 && removed.length === 0) return;
    this.#options.search.changed(added, removed).catch((error: unknown) => {
      // A process that died reads everything anew when it is next asked.
      this.#options.onLog(`telling search what changed: ${messageOf(error)}`);
    });
  }

  /** Tells nothing any more, whatever is added later. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#searchTimer);
    clearTimeout(this.#showTimer);
  }

  #show(): void {
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    this.#options.onShow();
  }
}

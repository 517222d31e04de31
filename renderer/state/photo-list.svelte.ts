/**
 * The photos of one folder, or of all, in one order; asked for again as photos come and go, but
 * never so often that asking is most of what the program does.
 */
import type { LibraryClient, Params, Result } from '../../engine/contract.ts';

export type List = Result<'photos.list'>;

const none: List = { ids: [], ratios: [], groups: [] };
/** While photos come in, at least this long between two lists, in milliseconds. */
const shortestPause = 1000;
/** … and at least this many times as long as the last list took. */
const restFactor = 10;

export class PhotoList {
  list: List = $state.raw(none);
  /** Whether the first list has come. */
  known = $state(false);
  error: unknown = $state.raw(null);

  #client: LibraryClient;
  #asked: Params<'photos.list'> = { folder: null, order: 'newest' };
  #asking = 0;
  /** The list that is on its way. */
  #coming: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quietUntil = 0;

  constructor(client: LibraryClient) {
    this.#client = client;
    client.on('photos', () => {
      this.#soon();
    });
    client.on('folders', () => {
      this.#soon();
    });
  }

  /** Shows another folder or order. What was shown stays until the new list is there. */
  show(asked: Params<'photos.list'>): Promise<void> {
    const isSame = this.#asked.folder === asked.folder && this.#asked.order === asked.order;
    if (isSame && this.#coming !== undefined) return this.#coming;
    if (isSame && this.#isFresh()) return Promise.resolve();
    this.#asked = asked;
    return this.load();
  }

  load(): Promise<void> {
    const coming = this.#load().finally(() => {
      if (this.#coming === coming) this.#coming = undefined;
    });
    this.#coming = coming;
    return coming;
  }

  async #load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const asking = ++this.#asking;
    const begun = performance.now();
    try {
      const list = await this.#client.request('photos.list', this.#asked);
      if (asking !== this.#asking) return;
      this.list = list;
      this.known = true;
      this.error = null;
    } catch (error) {
      if (asking === this.#asking) this.error = error;
    }
    const now = performance.now();
    this.#quietUntil = now + Math.max(shortestPause, (now - begun) * restFactor);
  }

  /** Whether it was listed a moment ago, and nothing was told that would change it. */
  #isFresh(): boolean {
    const isQuiet = performance.now() < this.#quietUntil && this.#timer === undefined;
    return this.known && this.error === null && isQuiet;
  }

  #soon(): void {
    this.#timer ??= setTimeout(
      () => void this.load(),
      Math.max(0, this.#quietUntil - performance.now()),
    );
  }
}

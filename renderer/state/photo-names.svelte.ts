/**
 * Names of photos, for hints of the pointer and for screen readers: asked for where a photo is shown,
 * and kept from page to page.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { LibraryClient } from '../../engine/contract.ts';

/** As many as the contract takes in one request. */
const mostAsked = 1000;
/** With more than these, those that are not shown are forgotten. */
const mostKept = 5000;

export class PhotoNames {
  readonly #names = new SvelteMap<number, string>();
  #client: LibraryClient;

  constructor(client: LibraryClient) {
    this.#client = client;
  }

  /** The name of a photo, once it was learnt. */
  of(photo: number): string | undefined {
    return this.#names.get(photo);
  }

  /** Asks for the names of those photos that are not known, a thousand at most. */
  async learn(photos: readonly number[]): Promise<void> {
    const ids = photos.filter((id) => !this.#names.has(id)).slice(0, mostAsked);
    if (ids.length === 0) return;
    try {
      const refs = await this.#client.request('photos.refs', { ids });
      if (this.#names.size > mostKept)
        for (const id of this.#names.keys()) if (!photos.includes(id)) this.#names.delete(id);
      for (const { id, name } of refs) this.#names.set(id, name);
    } catch {
      // A name is a help and no more; it is asked for again the next time the photo is shown.
    }
  }
}

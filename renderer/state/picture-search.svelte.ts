/**
 * Searching by what is typed or pasted: a network address, a path of this machine, or the name of a
 * photo of the library. It is asked for once, and then has the place of the photo that it was found
 * to be: no place of the program leads to an address, so nothing is fetched by going back to one.
 */
import type { LibraryClient, Query } from '../../engine/contract.ts';
import { sentenceOf } from '../words.ts';
import type { MethodsView } from './methods.svelte.ts';
import type { PlacedQuery } from './routes.ts';

/** Whether a text is one http or https address and nothing else. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text.trim());
}

export class PictureSearch {
  text = $state('');
  /** What is being asked for, which takes a while where it is fetched; null when nothing is. */
  asking: 'address' | 'name' | null = $state(null);
  /** A sentence, or nothing. */
  problem = $state('');

  #client: LibraryClient;
  #methods: MethodsView;
  /** Where a page may not name paths, a path is only what a photo of the library is called. */
  #takesPaths: boolean;
  #asked = 0;

  constructor(client: LibraryClient, methods: MethodsView, takesPaths: boolean) {
    this.#client = client;
    this.#methods = methods;
    this.#takesPaths = takesPaths;
  }

  /** The query of the text; null when there is none, which `problem` tells, or it was given up. */
  async find(): Promise<PlacedQuery | null> {
    const text = this.text.trim();
    const asked = ++this.#asked;
    this.problem = '';
    if (text === '') return null;
    if (this.#takesPaths && /^(\/|\\\\|[A-Za-z]:[\\/])/.test(text)) return { path: text };
    // What looks like any address is refused in the words for addresses.
    const byAddress = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
    const query: Query = byAddress ? { address: text } : { name: text };
    this.asking = byAddress ? 'address' : 'name';
    try {
      const method = this.#methods.id;
      const found = await this.#client.request('lookalikes.find', { query, k: 1, method });
      if (asked !== this.#asked) return null;
      const { photo, picture } = found.query;
      if (photo !== null) return { photo: photo.id };
      return picture === null ? null : { upload: picture };
    } catch (error) {
      if (asked === this.#asked) this.problem = sentenceOf(error);
      return null;
    } finally {
      if (asked === this.#asked) this.asking = null;
    }
  }

  /** What is being asked for is not wanted any more. */
  giveUp(): void {
    this.#asked += 1;
    this.asking = null;
  }
}

/**
 * Walking through the folders of this machine to choose one, where the host has no dialog of the
 * system for it.
 */
import type { LibraryClient, Result } from '../../engine/contract.ts';
import { sentenceOf } from '../words.ts';

export type Listing = Result<'folders.browse'>;

export interface Crumb {
  name: string;
  path: string;
}

export class FolderChooser {
  listing: Listing | null = $state.raw(null);
  /** What stands in the field of the path: followed when Enter is pressed. */
  typed = $state('');
  /** A sentence, or nothing. */
  problem = $state('');
  loading = $state(false);

  /** The path in the field. What was walked to stays as it is, as a name may end with a space. */
  readonly wanted = $derived(this.typed === this.listing?.path ? this.typed : this.typed.trim());
  readonly crumbs: Crumb[] = $derived(crumbsOf(this.listing?.path ?? ''));

  #client: LibraryClient;
  #asking = 0;

  constructor(client: LibraryClient) {
    this.#client = client;
  }

  /** Opens a folder, or the one to begin with (null). What cannot be opened leaves all as it is. */
  async open(path: string | null): Promise<boolean> {
    const asking = ++this.#asking;
    const before = this.typed;
    this.loading = true;
    try {
      const listing = await this.#client.request('folders.browse', { path });
      if (asking !== this.#asking) return false;
      this.listing = listing;
      // What was typed meanwhile stays: it is where the person wants to go next.
      if (this.typed === before) this.typed = listing.path;
      this.problem = '';
      return true;
    } catch (error) {
      if (asking === this.#asking) this.problem = sentenceOf(error);
      return false;
    } finally {
      if (asking === this.#asking) this.loading = false;
    }
  }

  /** Adds the folder that is open or typed; null if that failed, and `problem` says why. */
  async add(): Promise<{ id: number } | null> {
    if (this.wanted === '') return null;
    try {
      return await this.#client.request('folders.add', { path: this.wanted });
    } catch (error) {
      this.problem = sentenceOf(error);
      return null;
    }
  }
}

/** The folders on the way to a path, for both ways of writing one: /home/anna, C:\Users\Anna. */
export function crumbsOf(path: string): Crumb[] {
  const separator = /^[A-Za-z]:/.test(path) ? '\\' : '/';
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  const root: Crumb[] = separator === '/' && path !== '' ? [{ name: '/', path: '/' }] : [];
  const lead = separator === '/' ? '/' : '';
  return [
    ...root,
    ...parts.map((name, index) => {
      const joined = lead + parts.slice(0, index + 1).join(separator);
      return { name, path: /^[A-Za-z]:$/.test(joined) ? `${joined}\\` : joined };
    }),
  ];
}

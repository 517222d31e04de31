/**
 * What the challenge format asks for: the name of a group, which folder holds the queries, how many
 * results each, and by which method.
 */
import type { LibraryClient } from '../../engine/contract.ts';
import { sentenceOf } from '../words.ts';
import type { ExportTarget } from './export.svelte.ts';
import type { Memory } from './memory.ts';
import { splitPath } from './paths.ts';
import { queryFolders, type QueryFolder, type Root } from './query-folders.ts';

export class ChallengeSettings {
  group: string = $state('');
  /** The path of the folder of queries; empty: not chosen yet. */
  folder: string = $state('');
  /** Of a field for numbers: null while it is empty. */
  k: number | null = $state(10);
  method: string = $state('');
  /** Null until they are known. */
  folders: QueryFolder[] | null = $state.raw(null);
  /** Why the folders cannot be told: a sentence, or nothing. */
  problem = $state('');

  /** What is to be written; null while something is missing. */
  readonly target: ExportTarget | null = $derived.by(() => {
    const { folder: queries, k, method } = this;
    const group = this.group.trim();
    if (group === '' || queries === '' || k === null || !Number.isInteger(k) || k < 1) return null;
    return { kind: 'challenge', group, queries, k, method };
  });

  #memory: Memory;

  /** @param memory keeps the name of the group for the next time */
  constructor(memory: Memory, method: string) {
    this.#memory = memory;
    this.group = memory.group;
    this.method = method;
  }

  async load(client: LibraryClient, roots: readonly Root[]): Promise<void> {
    try {
      const list = await client.request('photos.list', { folder: null, order: 'folder' });
      this.folders = queryFolders(list, roots);
      this.problem = '';
      // One that is called after queries is meant; any other would be a guess.
      const isNamedSo = ({ path }: QueryFolder): boolean =>
        /quer(y|ies)/i.test(splitPath(path).name);
      if (this.folder === '') this.folder = this.folders.find(isNamedSo)?.path ?? '';
    } catch (error) {
      this.problem = sentenceOf(error);
    }
  }

  /** Keeps the name of the group: it is the same in every export. */
  remember(): void {
    this.#memory.group = this.group.trim();
  }
}

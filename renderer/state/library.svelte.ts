/**
 * What the interface knows of the library as a whole: asked for once, then kept by events, and asked
 * for again whenever the connection comes back.
 */
import type { Folder, LibraryState } from '../../engine/contract.ts';
import type { Connection, Host } from '../bridge.ts';
import type { Notices } from './notices.svelte.ts';

/** How often the counts of folders are brought up to date, in milliseconds. */
const countsEvery = 1500;

export class LibraryView {
  state: LibraryState | null = $state.raw(null);
  connection: Connection = $state('connecting');
  /** Why the library could not be asked, until it could. */
  error: unknown = $state.raw(null);
  /** Counts up when another run of clusters became the present one. */
  clusterRuns = $state(0);

  readonly indexing = $derived(this.state?.indexing ?? null);
  readonly busy = $derived(this.indexing !== null && this.indexing.state !== 'idle');
  readonly folders: Folder[] = $derived(this.state?.folders ?? []);

  #host: Host;
  #notices: Notices;
  #told: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, notices: Notices) {
    this.#host = host;
    this.#notices = notices;
    host.on('indexing', (indexing) => {
      this.#change({ indexing });
    });
    host.on('clustering', (clustering) => {
      this.#change({ clustering });
    });
    host.on('photos', ({ photos, problems }) => {
      this.#change({ photos, problems });
      this.#soon();
    });
    host.on('folders', () => void this.load());
    host.on('clusters', () => {
      this.clusterRuns += 1;
      void this.load();
    });
    host.on('notice', (notice) => {
      this.#tell(notice.message);
    });
    host.onConnection((connection) => {
      this.connection = connection;
      // Nothing is told while there is no connection, so what is known may be old.
      if (connection === 'open') void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      this.state = await this.#host.request('library.get', {});
      this.error = null;
      for (const notice of this.state.notices) this.#tell(notice.message);
    } catch (error) {
      this.error = error;
    }
  }

  folder(id: number | null): Folder | undefined {
    return this.folders.find((folder) => folder.id === id);
  }

  thumbnail(photo: number): string {
    return this.#host.thumbnail(this.state?.id ?? '', photo);
  }

  photo(photo: number, side = 2048): string {
    return this.#host.photo(this.state?.id ?? '', photo, side);
  }

  /** The counts of folders are told by no event; while photos come in they are asked for again. */
  #soon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, countsEvery);
  }

  #change(part: Partial<LibraryState>): void {
    if (this.state !== null) this.state = { ...this.state, ...part };
  }

  /** What the library wants to say once is said once, however often it is asked. */
  #tell(message: string): void {
    if (this.#told.includes(message)) return;
    this.#told.push(message);
    this.#notices.warn(message);
  }
}

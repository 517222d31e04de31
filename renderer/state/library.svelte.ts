/**
 * What the interface knows of the library as a whole: asked for once, then kept by events, and asked
 * for again whenever the connection comes back.
 */
import type { Folder, LibraryState } from '../../engine/contract.ts';
import type { ErrorData } from '../../engine/errors.ts';
import type { Connection, Host } from '../bridge/host.ts';
import type { Notices } from './notices.svelte.ts';

/** Pixels on the long side of a photo that is shown large. */
const screenSide = 2048;
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
  /** Sample photos being drawn, or null. */
  readonly drawing = $derived(this.state?.drawing ?? null);
  readonly busy = $derived(
    this.drawing !== null || (this.indexing !== null && this.indexing.state !== 'idle'),
  );
  readonly folders: Folder[] = $derived(this.state?.folders ?? []);

  #host: Host;
  #notices: Notices;
  #told: ErrorData[] = [];
  #loadListeners: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, notices: Notices) {
    this.#host = host;
    this.#notices = notices;
    host.on('indexing', (indexing) => {
      const before = this.indexing?.state;
      this.#change({ indexing });
      // No more photos come in that would have the folders counted (see `#soon`).
      const rests = indexing.state === 'paused' || indexing.state === 'idle';
      if (rests && indexing.state !== before) void this.load();
    });
    host.on('drawing', (drawing) => {
      this.#change({ drawing });
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
      this.#tell(notice);
    });
    host.onConnection((connection) => {
      this.connection = connection;
      // Nothing is told while there is no connection, so what is known may be old.
      if (connection === 'open') void this.load();
    });
  }

  /** `listener` is told whenever the library was asked for anew. */
  onLoad(listener: () => void): void {
    this.#loadListeners.push(listener);
  }

  async load(): Promise<void> {
    try {
      this.state = await this.#host.request('library.get', {});
      this.error = null;
      this.#forgetReachable();
      for (const listener of this.#loadListeners) listener();
      for (const notice of this.state.notices) this.#tell(notice);
    } catch (error) {
      this.error = error;
    }
  }

  folder(id: number | null): Folder | undefined {
    return this.folders.find((folder) => folder.id === id);
  }

  thumbnail(photo: number): string {
    return this.#host.pictures.thumbnail(this.state?.id ?? '', photo);
  }

  photo(photo: number, side = screenSide): string {
    return this.#host.pictures.photo(this.state?.id ?? '', photo, side);
  }

  queryPicture(picture: string): string {
    return this.#host.pictures.query(this.state?.id ?? '', picture, screenSide);
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
  #tell(notice: ErrorData): void {
    if (this.#told.some(({ message }) => message === notice.message)) return;
    this.#told.push(notice);
    this.#notices.warn(notice.message, notice.code);
  }

  /** A folder that is back needs no notice; should it go away again, that is worth telling anew. */
  #forgetReachable(): void {
    const offline = this.folders.filter((folder) => folder.offline);
    const isBack = (message: string) => !offline.some(({ path }) => message.includes(`${path} `));
    this.#told = this.#told.filter(
      ({ code, message }) => code !== 'folder-offline' || !isBack(message),
    );
    this.#notices.withdraw(({ about, text }) => about === 'folder-offline' && isBack(text));
  }
}

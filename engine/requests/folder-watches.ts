/** Keeps the folders of a library watched while the program is open, offline ones included. */
import { messageOf } from '../errors.ts';
import type { IndexingRuns } from '../indexing/runs.ts';
import { watchFolder, type Watch } from '../photos/watch.ts';
import { checkFolder } from '../photos/walk.ts';
import type { FolderRow } from '../store/reader.ts';

/** Offline folders are looked for this often. */
const lookForOfflineEveryMs = 10_000;

export class FolderWatches {
  readonly #indexing: IndexingRuns;
  readonly #onLog: (line: string) => void;
  readonly #watches = new Map<string, Promise<Watch>>();
  #offline: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(indexing: IndexingRuns, onLog: (line: string) => void) {
    this.#indexing = indexing;
    this.#onLog = onLog;
  }

  /** Watches these folders from now on, and no others. */
  follow(folders: readonly FolderRow[]): void {
    const online = new Set(folders.filter(({ offline }) => !offline).map(({ path }) => path));
    this.#offline = folders.filter(({ offline }) => offline).map(({ path }) => path);
    for (const [path, watch] of this.#watches) {
      if (online.has(path)) continue;
      this.#watches.delete(path);
      void this.#end(watch);
    }
    for (const path of online)
      if (!this.#watches.has(path))
        this.#watches.set(
          path,
          watchFolder(
            path,
            () => {
              this.#indexing.start();
            },
            this.#onLog,
          ),
        );
    if (this.#offline.length > 0)
      this.#timer ??= setInterval(() => void this.#lookForOffline(), lookForOfflineEveryMs);
    else this.#stopLooking();
  }

  async close(): Promise<void> {
    this.#stopLooking();
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    await Promise.all(watches.map((watch) => this.#end(watch)));
  }

  async #end(watch: Promise<Watch>): Promise<void> {
    try {
      await (await watch).close();
    } catch (error) {
      // The folder may be gone, and its watch with it.
      this.#onLog(`a folder is no longer watched: ${messageOf(error)}`);
    }
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #lookForOffline(): Promise<void> {
    for (const path of this.#offline) {
      const back = await checkFolder(path).then(
        () => true,
        () => false,
      );
      if (back) {
        this.#indexing.start();
        return;
      }
    }
  }
}

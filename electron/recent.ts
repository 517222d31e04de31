/**
 * Folders that were opened lately, kept in Electron's own store of user data. The system gets to know
 * them too, where it has a list of its own (macOS, Windows).
 */
import { app } from 'electron';
import Store from 'electron-store';

/** As many as a menu shows at a glance. */
const most = 10;

export class RecentFolders {
  readonly #store = new Store<{ folders: string[] }>({
    name: 'recent',
    defaults: { folders: [] },
    // A file that cannot be read any more is begun anew: it holds nothing that matters.
    clearInvalidConfig: true,
  });

  /** Absolute paths, the latest first. */
  get paths(): string[] {
    return this.#store.get('folders');
  }

  /** Puts `path` first. */
  add(path: string): void {
    const others = this.paths.filter((other) => other !== path);
    this.#store.set('folders', [path, ...others].slice(0, most));
    app.addRecentDocument(path);
  }

  clear(): void {
    this.#store.set('folders', []);
    app.clearRecentDocuments();
  }
}

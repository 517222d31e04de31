/**
 * The desktop program: one window around one library. Everything that the program does is in the
 * engine; here the library is opened, shown and closed.
 */
import { fileURLToPath } from 'node:url';
import { app, dialog, protocol, session, type BrowserWindow } from 'electron';
import type { Folder, HostCommand } from '../engine/contract.ts';
import { toErrorData } from '../engine/errors.ts';
import { defaultLibraryFolder, type Library } from '../engine/library.ts';
import { followActivity } from './activity.ts';
import { EVENT } from './channels.ts';
import type { CommandLine } from './command-line.ts';
import { GrantedPaths } from './granted.ts';
import { guardPages } from './guard.ts';
import { hostHandlers } from './host-requests.ts';
import { describeProgram, setMenu } from './menu.ts';
import { pages, SCHEME } from './pages.ts';
import { RecentFolders } from './recent.ts';
import { answerRequests } from './requests.ts';
import { openAtStart } from './start-up.ts';
import { forkUtilityProcess } from './utility-process.ts';
import { isOurFrame, openWindow } from './window.ts';

/** The place of a part that is no code: beside the folder of this file, here and in the package. */
function place(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

export class Program {
  readonly #given: CommandLine;
  readonly #granted = new GrantedPaths();
  readonly #recent = new RecentFolders();
  /** Folders that came before the library was open. */
  readonly #waiting: string[];
  #library: Library | null = null;
  #window: BrowserWindow | null = null;
  #exported: string | null = null;
  #stopFollowing: () => void = () => undefined;
  #closing: 'no' | 'under way' | 'done' = 'no';
  readonly #host = hostHandlers({
    window: () => this.#window,
    library: () => this.#library,
    addFolder: (path) => this.#addFolder(path),
    grant: (path) => {
      this.#granted.grant(path);
    },
    exported: () => this.#exported,
  });

  constructor(given: CommandLine) {
    this.#given = given;
    this.#waiting = [...given.folders];
  }

  /** Goes on by itself, until the person quits. */
  begin(): void {
    app.on('second-instance', (_event, _args, _folder, data) => {
      this.#startedAgain(data as CommandLine);
    });
    // macOS: a folder dropped on the icon in the dock, or opened with this program.
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.#open(path);
    });
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('before-quit', (event) => {
      if (this.#closing === 'done') return;
      // Electron would not wait for the library to be closed.
      event.preventDefault();
      if (this.#closing === 'no') void this.#close();
    });
    app.whenReady().then(
      () => this.#whenReady(),
      (error: unknown) => {
        this.#fail(error);
      },
    );
  }

  async #whenReady(): Promise<void> {
    try {
      guardPages(log);
      protocol.handle(
        SCHEME,
        pages({ rendererFolder: place('renderer'), library: () => this.#library, onLog: log }),
      );
      answerRequests({
        library: () => this.#library,
        host: this.#host,
        granted: this.#granted,
        isOurs: isOurFrame,
        addFolder: (path) => this.#addFolder(path),
        onExport: (path) => {
          this.#exported = path;
        },
        onLog: log,
      });
      describeProgram(app.getVersion());
      this.#setMenu();

      const library = await openAtStart({
        folder: this.#given.library ?? defaultLibraryFolder(),
        live: true,
        fork: forkUtilityProcess,
        onLog: log,
      });
      if (library === null) {
        app.quit();
        return;
      }
      this.#library = library;
      library.onAny((name, data) => {
        this.#tell(name, data);
      });
      this.#stopFollowing = followActivity(library, () => this.#window, log);
      this.#showWindow();
      app.on('activate', () => {
        this.#showWindow();
      });
      for (const path of this.#waiting.splice(0)) this.#open(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  #showWindow(): void {
    if (this.#window !== null) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.focus();
      return;
    }
    const window = openWindow({
      preloadFile: place('code/preload.cjs'),
      iconFile: place('resources/icon.png'),
      onLog: log,
    });
    this.#window = window;
    window.on('closed', () => {
      this.#window = null;
    });
  }

  #startedAgain({ folders, library }: CommandLine): void {
    if (this.#closing !== 'no') {
      // It came while this one was leaving: it is to find the program open, with its folders.
      app.relaunch({ args: [...process.argv.slice(1), ...folders] });
      return;
    }
    if (this.#library !== null) this.#showWindow();
    if ((library ?? this.#given.library) === this.#given.library)
      for (const path of folders) this.#open(path);
    else
      dialog.showErrorBox(
        'Lookalike has another library open',
        `Close it, then open the library ${library ?? ''} again.`,
      );
  }

  /** Adds a folder that the person named outside of the window; what goes wrong is told in a dialog. */
  #open(path: string): void {
    if (this.#library === null) {
      this.#waiting.push(path);
      return;
    }
    this.#addFolder(path).catch((error: unknown) => {
      dialog.showErrorBox('The folder could not be added', toErrorData(error).message);
    });
  }

  async #addFolder(path: string): Promise<Folder | null> {
    if (this.#library === null) return null;
    this.#granted.grant(path);
    const folder = await this.#library.request('folders.add', { path });
    this.#recent.add(folder.path);
    this.#setMenu();
    return folder;
  }

  #setMenu(): void {
    setMenu({
      recent: this.#recent.paths,
      openFolder: () => {
        this.#host.chooseFolder().catch((error: unknown) => {
          dialog.showErrorBox('The folder could not be added', toErrorData(error).message);
        });
      },
      openRecent: (path) => {
        this.#open(path);
      },
      clearRecent: () => {
        this.#recent.clear();
        this.#setMenu();
      },
      tell: (command: HostCommand) => {
        this.#tell('host.command', command);
      },
    });
  }

  #tell(name: string, data: unknown): void {
    const contents = this.#window?.webContents;
    if (contents !== undefined && !contents.isDestroyed()) contents.send(EVENT, name, data);
  }

  /** Closes the library, whatever it is doing; what it has done so far is kept. Then quits. */
  async #close(): Promise<void> {
    this.#closing = 'under way';
    try {
      this.#stopFollowing();
      const library = this.#library;
      this.#library = null;
      await library?.close();
      session.defaultSession.flushStorageData();
    } catch (error) {
      log(`while closing: ${toErrorData(error).message}`);
    }
    this.#closing = 'done';
    app.quit();
  }

  #fail(error: unknown): void {
    const { message } = toErrorData(error);
    log(error instanceof Error ? (error.stack ?? message) : message);
    dialog.showErrorBox('Lookalike cannot start', message);
    app.quit();
  }
}

function log(line: string): void {
  console.error(line);
}

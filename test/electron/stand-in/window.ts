/** Electron's `BrowserWindow` on a page of Chromium. Chromium has no screen here, so what would be seen of the window itself is noted. */
import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import { appEvents } from './app-events.ts';
import { record } from './records.ts';
import { declares, type Declares, PreventableEvent, strict, type Part } from './strict.ts';
import { StandInWebContents } from './web-contents.ts';

interface Events {
  'ready-to-show': [];
  close: [event: Electron.Event];
  closed: [];
}
declares<Declares<BrowserWindow['on'], Events>>(true);

type Members =
  | ('show' | 'focus' | 'isMinimized' | 'restore' | 'isDestroyed')
  | ('reload' | 'close' | 'loadURL' | 'setProgressBar');

const windows = new Set<StandInWindow>();

class StandInWindow extends EventEmitter implements Part<BrowserWindow, Members> {
  readonly webContents: StandInWebContents;
  readonly #contents: StandInWebContents;
  readonly #size: { width: number; height: number };
  #url: string | null = null;
  #destroyed = false;
  #visible = false;
  #minimized = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    const { webPreferences, width = 800, height = 600, show } = options;
    const { preload, sandbox, contextIsolation, nodeIntegration } = webPreferences ?? {};
    if (sandbox === false || contextIsolation === false || nodeIntegration === true)
      throw new Error('The stand-in of Electron has sandboxed, isolated pages without Node only.');
    if (preload === undefined) throw new Error('The stand-in of Electron needs a preload script.');
    record('BrowserWindow', options);
    this.#size = { width, height };
    this.#visible = show !== false;
    this.#contents = new StandInWebContents(preload);
    this.webContents = strict('webContents', this.#contents);
    windows.add(this);
    appEvents.emit('web-contents-created', new PreventableEvent(), asElectrons(this.webContents));
  }

  static getAllWindows(): BrowserWindow[] {
    return allWindows().map(
      (window) => strict('BrowserWindow', window) as unknown as BrowserWindow,
    );
  }

  async loadURL(url: string): Promise<void> {
    const first = this.#url === null;
    this.#url = url;
    await this.#contents.load(url, this.#size);
    if (first) this.emit('ready-to-show');
  }

  reload(): void {
    if (this.#url !== null)
      this.#contents.load(this.#url, this.#size).catch((error: unknown) => {
        console.error(`stand-in: the page cannot be loaded again: ${String(error)}`);
      });
  }

  show(): void {
    this.#visible = true;
    record('BrowserWindow.show');
  }

  focus(): void {
    record('BrowserWindow.focus');
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  restore(): void {
    this.#minimized = false;
    record('BrowserWindow.restore');
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setProgressBar(progress: number, options?: Electron.ProgressBarOptions): void {
    record('BrowserWindow.setProgressBar', progress, options);
  }

  /** Closes it as a person would; Electron does not wait for it either. */
  close(): void {
    void this.closeNow();
  }

  /** @returns whether it is closed: a listener may have prevented it */
  async closeNow(): Promise<boolean> {
    const event = new PreventableEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    if (this.#destroyed) return true;
    this.#destroyed = true;
    windows.delete(this);
    await this.#contents.close();
    this.emit('closed');
    if (windows.size === 0) appEvents.emit('last-window-closed');
    return true;
  }

  /** What a person would see of it, and can do to it. */
  get seen(): { visible: boolean; minimized: boolean } {
    return { visible: this.#visible, minimized: this.#minimized };
  }

  minimize(): void {
    this.#minimized = true;
  }

  get contents(): StandInWebContents {
    return this.#contents;
  }
}

/** Electron's type has many members more; using one of them fails by its name. */
function asElectrons(contents: StandInWebContents): WebContents {
  return contents as unknown as WebContents;
}

/** The windows that are open, for the rest of the stand-in. */
export function allWindows(): StandInWindow[] {
  return [...windows];
}

/** What the program gets: unknown members fail by their name. */
export const BrowserWindowClass = new Proxy(StandInWindow, {
  construct: (target, [options]) =>
    strict('BrowserWindow', new target(options as BrowserWindowConstructorOptions)),
});

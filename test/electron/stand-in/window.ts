/**
 * Electron's `BrowserWindow` on a page of Chromium. Chromium has no screen here, so what would be seen
 * of the window itself is noted. It has no frame: its page is as large as the window.
 */
import { EventEmitter } from 'node:events';
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Rectangle,
  WebContents,
} from 'electron';
import { appEvents } from './app-events.ts';
import { record } from './records.ts';
import { declares, type Declares, PreventableEvent, strict, type Part } from './strict.ts';
import { screen } from './system.ts';
import { StandInWebContents } from './web-contents.ts';

interface Events {
  'ready-to-show': [];
  close: [event: Electron.Event];
  closed: [];
  move: [];
  resize: [];
  maximize: [];
  unmaximize: [];
}
declares<Declares<BrowserWindow['on'], Events>>(true);

type Members =
  | ('show' | 'focus' | 'isMinimized' | 'restore' | 'isDestroyed')
  | ('reload' | 'close' | 'loadURL' | 'setProgressBar')
  | ('getNormalBounds' | 'isMaximized' | 'maximize');

const windows = new Set<StandInWindow>();

class StandInWindow extends EventEmitter implements Part<BrowserWindow, Members> {
  readonly webContents: StandInWebContents;
  readonly #contents: StandInWebContents;
  #bounds: Rectangle;
  #maximized = false;
  #url: string | null = null;
  #destroyed = false;
  #visible = false;
  #minimized = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    const { webPreferences, show } = options;
    const { preload, sandbox, contextIsolation, nodeIntegration } = webPreferences ?? {};
    if (sandbox === false || contextIsolation === false || nodeIntegration === true)
      throw new Error('The stand-in of Electron has sandboxed, isolated pages without Node only.');
    if (preload === undefined) throw new Error('The stand-in of Electron needs a preload script.');
    record('BrowserWindow', options);
    this.#bounds = placeOf(options);
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
    await this.#contents.load(url, this.#shown());
    if (first) this.emit('ready-to-show');
  }

  reload(): void {
    if (this.#url !== null)
      this.#contents.load(this.#url, this.#shown()).catch((error: unknown) => {
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

  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  maximize(): void {
    this.#visible = true;
    this.#maximized = true;
    this.emit('maximize');
    this.emit('resize');
    void this.#contents.setSize(this.#shown());
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
  get seen(): {
    visible: boolean;
    minimized: boolean;
    maximized: boolean;
    bounds: Rectangle;
  } {
    return {
      visible: this.#visible,
      minimized: this.#minimized,
      maximized: this.#maximized,
      bounds: this.#shown(),
    };
  }

  /** The person moves it or changes its size; Electron tells of each step of that. */
  async put(bounds: Rectangle): Promise<void> {
    const { x, y, width, height } = this.#bounds;
    if (this.#maximized) {
      this.#maximized = false;
      this.emit('unmaximize');
    }
    this.#bounds = bounds;
    if (x !== bounds.x || y !== bounds.y) this.emit('move');
    if (width !== bounds.width || height !== bounds.height) this.emit('resize');
    await this.#contents.setSize(bounds);
  }

  minimize(): void {
    this.#minimized = true;
  }

  get contents(): StandInWebContents {
    return this.#contents;
  }

  #shown(): Rectangle {
    return this.#maximized ? screen.getPrimaryDisplay().workArea : this.#bounds;
  }
}

/** Where Electron puts a window: where the program says, else in the middle of the main display. */
function placeOf({ x, y, width = 800, height = 600 }: BrowserWindowConstructorOptions): Rectangle {
  const area = screen.getPrimaryDisplay().workArea;
  return {
    x: x ?? Math.round(area.x + (area.width - width) / 2),
    y: y ?? Math.round(area.y + (area.height - height) / 2),
    width,
    height,
  };
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

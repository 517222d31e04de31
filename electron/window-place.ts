/**
 * Where the window was when it was last closed: its size and place, and whether it filled the screen.
 * Kept in Electron's own store of user data. A place on a display that is gone is not used again, as
 * the window would open where nobody sees it.
 */
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import Store from 'electron-store';
import { isWithinReach } from './reach.ts';

/** Milliseconds between two writes while the window is moved or its size changes. */
const saveEvery = 500;

interface Kept extends Rectangle {
  /** The rest is then the size and place that the window has when it no longer fills the screen. */
  maximized: boolean;
}

export class WindowPlace {
  readonly #store = new Store<{ window: Kept | null }>({
    name: 'window',
    defaults: { window: null },
    schema: {
      window: {
        type: ['object', 'null'],
        properties: {
          x: { type: 'integer' },
          y: { type: 'integer' },
          width: { type: 'integer', minimum: 1 },
          height: { type: 'integer', minimum: 1 },
          maximized: { type: 'boolean' },
        },
        required: ['x', 'y', 'width', 'height', 'maximized'],
      },
    },
    // A file that cannot be read any more is begun anew: it holds nothing that matters.
    clearInvalidConfig: true,
  });

  /** Where to open the window: where it was, or in the middle of the main display (no x and y). */
  open(): { bounds: Partial<Rectangle>; maximized: boolean } {
    const kept = this.#store.get('window');
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    if (kept !== null && isWithinReach(kept, areas)) {
      const { maximized, ...bounds } = kept;
      return { bounds, maximized };
    }
    const { width, height } = screen.getPrimaryDisplay().workAreaSize;
    return {
      bounds: { width: Math.min(1440, width), height: Math.min(900, height) },
      maximized: false,
    };
  }

  /** Keeps where `window` is, until it is closed. */
  follow(window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined;
    const save = (): void => {
      clearTimeout(timer);
      timer = undefined;
      this.#store.set('window', { ...window.getNormalBounds(), maximized: window.isMaximized() });
    };
    const saveSoon = (): void => {
      timer ??= setTimeout(save, saveEvery);
    };
    window.on('move', saveSoon);
    window.on('resize', saveSoon);
    window.on('maximize', saveSoon);
    window.on('unmaximize', saveSoon);
    window.on('close', save);
    window.on('closed', () => {
      clearTimeout(timer);
    });
  }
}

/**
 * The program's window: how it looks before its page does, and what its page may do.
 */
import { BrowserWindow, nativeTheme, type WebFrameMain } from 'electron';
import { START } from './pages.ts';
import { WindowPlace } from './window-place.ts';

export interface WindowOptions {
  preloadFile: string;
  /** The program's icon, for systems that take it from the window. */
  iconFile: string;
  onLog: (line: string) => void;
}

/** The ground of the interface in the dark and in the light (see look.css), so nothing flashes. */
const ground = { dark: '#0f1011', light: '#f7f5f1' };

/** A page that ends by itself more often than this is not loaded again. */
const mostReloads = 3;

/** Opens the window and loads the interface in it. */
export function openWindow({ preloadFile, iconFile, onLog }: WindowOptions): BrowserWindow {
  const place = new WindowPlace();
  const { bounds, maximized } = place.open();
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Lookalike',
    icon: iconFile,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      // The page keeps its place while it is behind other windows.
      backgroundThrottling: true,
    },
  });
  place.follow(window);
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  let ends = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    ends += 1;
    onLog(`the page ended (${reason})${ends <= mostReloads ? ' and is loaded again' : ''}`);
    if (ends <= mostReloads) window.reload();
    else window.close();
  });
  load(window, onLog);
  return window;
}

function load(window: BrowserWindow, onLog: (line: string) => void): void {
  window.loadURL(START).catch((error: unknown) => {
    // A window that is closed while it loads is no failure.
    if (!window.isDestroyed()) onLog(`the interface cannot be loaded: ${String(error)}`);
  });
}

/** Whether this frame is the page of a window of ours, and not a frame within it. */
export function isOurFrame(frame: WebFrameMain): boolean {
  return BrowserWindow.getAllWindows().some(
    (window) => !window.isDestroyed() && window.webContents.mainFrame === frame,
  );
}

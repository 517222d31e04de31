/** What a test can do to the program that a person or the system would do, and what it can look at. */
import type { Rectangle } from 'electron';
import { app } from './app.ts';
import { appEvents } from './app-events.ts';
import { answerTest } from './channel-to-test.ts';
import { debuggingEndpoint } from './chromium.ts';
import { answerDialog } from './dialog.ts';
import { clickItem, seeMenu } from './menu.ts';
import { records } from './records.ts';
import { PreventableEvent } from './strict.ts';
import { tellPower } from './system.ts';
import { runningHelpers } from './utility-process.ts';
import { allWindows } from './window.ts';

const commands = {
  /** The debugging protocol of the Chromium with the windows; fails while there is none. */
  endpoint: () => debuggingEndpoint(),
  /** What a person sees of each window: whether it is visible, minimised or maximised, and where. */
  windows: () => allWindows().map(({ seen }) => seen),
  minimize: () => {
    firstWindow().minimize();
  },
  maximize: () => {
    firstWindow().maximize();
  },
  /** Moves the window, or drags its edges. */
  put: (bounds: Rectangle) => firstWindow().put(bounds),
  closeWindow: async () => {
    await firstWindow().closeNow();
  },
  records: () => records,
  helpers: () => runningHelpers(),
  answerDialog,
  seeMenu,
  clickItem,
  tellPower,
  /** As the system's own way to quit: from the dock, or when the person logs out. */
  quit: () => {
    app.quit();
  },
  openFile: (path: string) => {
    appEvents.emit('open-file', new PreventableEvent(), path);
  },
  /** Where a file or folder of this name lies that will be dropped on the page. */
  setPath: (name: string, path: string) => firstWindow().contents.setPath(name, path),
  callFromWithin: (channel: string, ...args: unknown[]) =>
    firstWindow().contents.callFromWithin(channel, args),
};
export type Commands = typeof commands;

function firstWindow(): ReturnType<typeof allWindows>[number] {
  const [window] = allWindows();
  if (window === undefined) throw new Error('no window is open');
  return window;
}

/** Begins to listen to the test. */
export function obeyTest(): void {
  answerTest((command, args) => {
    // Who sends it takes names and parameters from `Commands`.
    const run = commands[command as keyof Commands] as (...args: unknown[]) => unknown;
    return run(...args);
  });
}

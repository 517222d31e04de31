/**
 * Electron's `app`: the program's life from its start to its end, in the order that Electron documents
 * for its events, and its place among the person's folders.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { App, NativeImage } from 'electron';
import { appEvents } from './app-events.ts';
import { closeChromium } from './chromium.ts';
import { tellTest } from './channel-to-test.ts';
import { systemFolder } from './place.ts';
import { record } from './records.ts';
import { beFirst } from './single-instance.ts';
import { PreventableEvent, strict, type Part } from './strict.ts';
import { endHelpers } from './utility-process.ts';
import { allWindows } from './window.ts';

type Members =
  | ('getPath' | 'setPath' | 'getVersion' | 'isPackaged' | 'enableSandbox' | 'whenReady' | 'quit')
  | ('relaunch' | 'requestSingleInstanceLock' | 'setAboutPanelOptions' | 'getFileIcon')
  | ('addRecentDocument' | 'clearRecentDocuments');

const paths = new Map<string, string>();
const ready = Promise.withResolvers<undefined>();
let isReady = false;
let quitting = false;
let relaunchArgs: string[] | null = null;

const members = {
  isPackaged: false,
  getPath: (name) => paths.get(name) ?? (name === 'home' ? homedir() : systemFolder(name)),
  setPath: (name, path) => {
    paths.set(name, path);
  },
  getVersion: () => packageFile().version,
  enableSandbox: () => {
    if (isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
  },
  whenReady: () => ready.promise,
  quit: () => {
    void quit();
  },
  relaunch: (options) => {
    relaunchArgs = options?.args ?? process.argv.slice(1);
  },
  requestSingleInstanceLock: (data) =>
    beFirst(
      systemFolder('instances'),
      { argv: process.argv, workingFolder: process.cwd(), data: data ?? null },
      ({ argv, workingFolder, data: given }) => {
        appEvents.emit('second-instance', new PreventableEvent(), argv, workingFolder, given);
      },
    ),
  setAboutPanelOptions: (options) => {
    record('app.setAboutPanelOptions', options);
  },
  getFileIcon: (path) => {
    record('app.getFileIcon', path);
    return Promise.resolve(strict('NativeImage', {}) as unknown as NativeImage);
  },
  addRecentDocument: (path) => {
    record('app.addRecentDocument', path);
  },
  clearRecentDocuments: () => {
    record('app.clearRecentDocuments');
  },
} satisfies Part<App, Members>;

export const app = strict('app', Object.assign(appEvents, members));

/** As Electron: `before-quit` and each window may prevent it; at the end the process is gone. */
async function quit(): Promise<void> {
  if (quitting) return;
  const before = new PreventableEvent();
  appEvents.emit('before-quit', before);
  if (before.defaultPrevented) return;
  quitting = true;
  for (const window of allWindows()) {
    if (!(await window.closeNow())) {
      quitting = false;
      return;
    }
  }
  const will = new PreventableEvent();
  appEvents.emit('will-quit', will);
  if (will.defaultPrevented) {
    quitting = false;
    return;
  }
  appEvents.emit('quit', new PreventableEvent(), 0);
  endHelpers();
  await closeChromium();
  // Electron starts the next one by itself; here the test does, so that it can talk with it.
  if (relaunchArgs !== null) await tellTest({ kind: 'relaunch', args: relaunchArgs });
  process.exit(0);
}

appEvents.on('last-window-closed', () => {
  if (quitting) return;
  if (appEvents.listenerCount('window-all-closed') === 0) void quit();
  else appEvents.emit('window-all-closed');
});

/** To be called when the program's entry begins to load. */
export function becomeReadySoon(): void {
  // Electron takes these as the person's wish to quit.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void quit());
  // Electron lives until it quits, whether or not there is something to do.
  setInterval(() => undefined, 2 ** 30);
  setImmediate(() => {
    if (quitting) return;
    isReady = true;
    ready.resolve(undefined);
    appEvents.emit('ready', new PreventableEvent(), {});
  });
}

/** What stands beside the program's entry, or above it. */
function packageFile(): { version: string } {
  const entry = process.argv[1];
  if (entry === undefined)
    throw new Error('the stand-in of Electron was started without a program');
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    if (folder === dirname(folder)) throw new Error(`there is no package.json above ${entry}`);
  }
}

/** What a test can do in the main process of Electron 9, and what it can look at there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, Menu } from 'electron';
import { answerTest } from '../stand-in/channel-to-test.ts';
import { answerDialog } from '../stand-in/dialog.ts';

/** Warnings and errors on the pages' consoles, those of Chromium and Electron about them included. */
const trouble: string[] = [];
app.on('web-contents-created', (_event, contents) => {
  const old = contents as unknown as OldConsole;
  old.on('console-message', (_written, level, message, line, source) => {
    // What it says of `evaluate` is no trouble of the page's.
    if (level >= 2 && !message.includes('worldSafeExecuteJavaScript'))
      trouble.push(`${message} (${source}:${line})`);
  });
});

/** As Electron 9 tells it. */
interface OldConsole {
  on(
    event: 'console-message',
    listener: (
      event: unknown,
      level: number,
      message: string,
      line: number,
      source: string,
    ) => void,
  ): void;
}

const commands = {
  trouble: () => trouble,
  versions: () => process.versions,
  /** Evaluates an expression in the page of the window, as if the person had just clicked. */
  evaluate: (expression: string) => firstWindow().webContents.executeJavaScript(expression, true),
  windows: () => BrowserWindow.getAllWindows().length,
  /** Writes a picture of the window to a file, as PNG. */
  capture: async (file: string) => {
    writeFileSync(file, (await firstWindow().webContents.capturePage()).toPNG());
  },
  /** The menu as Electron made it: a line per item, its labels joined by ' > ', then its keys. */
  menu: () => menuItems().map(({ way, keys }) => `${way} ${keys}`.trim()),
  /** Chooses an item of the menu, by its labels joined likewise. */
  choose: (way: string) => {
    const found = menuItems().find((item) => item.way === way);
    if (found === undefined) throw new Error(`no ${way} in the menu`);
    found.click();
  },
  answerDialog,
  /** Evaluates an expression in a page of another origin that has the same preload script. */
  evaluateInStranger: async (expression: string) => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: {
        ...{ sandbox: true, contextIsolation: true, nodeIntegration: false },
        preload: join(app.getAppPath(), 'code/preload.cjs'),
      },
    });
    try {
      await window.loadURL('data:text/html,<p>A stranger</p>');
      return (await window.webContents.executeJavaScript(expression)) as unknown;
    } finally {
      window.destroy();
    }
  },
  quit: () => {
    app.quit();
  },
};
export type Commands = typeof commands;

function firstWindow() {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('no window is open');
  return window;
}

interface SeenItem {
  way: string;
  keys: string;
  click: () => void;
}

function menuItems(menu = Menu.getApplicationMenu(), above = ''): SeenItem[] {
  return (menu?.items ?? []).flatMap((item) => {
    const way = `${above}${item.label.replace('&', '')}`;
    const click = () => {
      (item.click as () => void)();
    };
    const below = item.submenu === undefined ? [] : menuItems(item.submenu, `${way} > `);
    return [{ way, keys: item.accelerator ?? '', click }, ...below];
  });
}

answerTest((command, args) => {
  // Who sends it takes names and parameters from `Commands`.
  const run = commands[command as keyof Commands] as (...args: unknown[]) => unknown;
  return run(...args);
});

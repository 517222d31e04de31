/**
 * What a program gets that imports 'electron': the members that ours uses and no others. A named import
 * of anything else does not load; what is looked for on the default export, as electron-store does,
 * fails by its name.
 */
import type * as Electron from 'electron';
import { app } from './app.ts';
import { dialog } from './dialog.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu } from './menu.ts';
import { protocol, session } from './session.ts';
import { strict } from './strict.ts';
import { clipboard, nativeTheme, powerMonitor, powerSaveBlocker, screen, shell } from './system.ts';
import { utilityProcess } from './utility-process.ts';
import { BrowserWindowClass as BrowserWindow } from './window.ts';

const all = {
  ...{ app, BrowserWindow, clipboard, dialog, ipcMain, Menu, nativeTheme, powerMonitor },
  ...{ powerSaveBlocker, protocol, screen, session, shell, utilityProcess },
} satisfies Partial<Record<keyof typeof Electron, unknown>>;

export default strict('electron', all);
export {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
};

/**
 * The bridge between the page and the main process. It runs sandboxed, in a world of its own that the
 * page cannot reach into, and gives the page a handful of functions and nothing of Electron.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { DesktopBridge, DesktopReply } from '../engine/contract.ts';
import { DROP_FOLDER, EVENT, REQUEST } from './channels.ts';

const bridge: DesktopBridge = {
  request: (name, params) => ipcRenderer.invoke(REQUEST, name, params) as Promise<DesktopReply>,

  onEvent: (listener) => {
    ipcRenderer.on(EVENT, (_event, name: string, data: unknown) => {
      listener(name, data);
    });
  },

  dropFolder: (file) =>
    ipcRenderer.invoke(DROP_FOLDER, webUtils.getPathForFile(file)) as Promise<DesktopReply>,
};

contextBridge.exposeInMainWorld('lookalike', bridge);

/** What the preload script gets that imports 'electron': Electron 9's, and how it told a file's place. */
export { contextBridge, ipcRenderer } from 'electron';

export const webUtils = {
  getPathForFile: (file: File): string => (file as File & { path: string }).path,
};

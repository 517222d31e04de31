/**
 * What the page asks of the main process: the library's requests, which the library checks, and
 * those of this host, which are checked here. Whoever is not the interface in our own window gets
 * no answer but a refusal.
 */
import { ipcMain, type IpcMainInvokeEvent, type WebFrameMain } from 'electron';
import type { DesktopReply, Folder } from '../engine/contract.ts';
import { LookalikeError, toErrorData } from '../engine/errors.ts';
import type { Library } from '../engine/library.ts';
import { DROP_FOLDER, REQUEST } from './channels.ts';
import type { GrantedPaths } from './granted.ts';
import { isHostRequest, type HostHandlers } from './host-requests.ts';
import { ORIGIN } from './pages.ts';

export interface RequestOptions {
  library: () => Library | null;
  host: HostHandlers;
  granted: GrantedPaths;
  /** Whether this is the main frame of a window of ours. */
  isOurs: (frame: WebFrameMain) => boolean;
  /** Adds a folder that the person chose; it counts as opened lately. */
  addFolder: (path: string) => Promise<Folder | null>;
  onExport: (path: string) => void;
  onLog: (line: string) => void;
}

/** Begins to answer. */
export function answerRequests(options: RequestOptions): void {
  const { library, host, granted, isOurs, addFolder, onExport, onLog } = options;

  function openLibrary(): Library {
    const open = library();
    if (open === null) throw new LookalikeError('cancelled', 'The library is being closed.');
    return open;
  }

  async function request(name: unknown, params: unknown): Promise<unknown> {
    if (typeof name !== 'string')
      throw new LookalikeError('request-invalid', 'A request has a name.');
    if (isHostRequest(name)) return host.handle(name, params);
    // Folders are looked through in the system's own dialog.
    if (name === 'folders.browse')
      throw new LookalikeError('request-invalid', 'Choose a folder in the dialog of the system.');
    granted.check(params);
    const result = await openLibrary().handle(name, params);
    if (name === 'export.write') onExport((result as { path: string }).path);
    return result;
  }

  async function dropFolder(path: unknown): Promise<unknown> {
    if (typeof path !== 'string' || path === '')
      throw new LookalikeError(
        'folder-missing',
        'What was dropped is not a folder of this machine.',
      );
    openLibrary();
    return addFolder(path);
  }

  function answer(channel: string, work: (...args: unknown[]) => Promise<unknown>): void {
    ipcMain.handle(channel, async (event, ...args): Promise<DesktopReply> => {
      try {
        refuseStrangers(event);
        return { result: await work(...(args as unknown[])) };
      } catch (error) {
        const data = toErrorData(error);
        if (data.code === 'internal')
          onLog(`${channel}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
        return { error: data };
      }
    });
  }

  function refuseStrangers({ senderFrame }: IpcMainInvokeEvent): void {
    const address = senderFrame === null ? '' : senderFrame.url;
    if (senderFrame === null || !isOurs(senderFrame) || !address.startsWith(`${ORIGIN}/`)) {
      onLog(`a request from ${address} was refused`);
      throw new LookalikeError('request-invalid', 'Only the window of Lookalike may ask this.');
    }
  }

  answer(REQUEST, request);
  answer(DROP_FOLDER, dropFolder);
}

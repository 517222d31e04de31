/** Electron's `ipcMain`: the handlers of calls that come from pages. */
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { strict, type Part } from './strict.ts';

type Handler = Parameters<IpcMain['handle']>[1];

const handlers = new Map<string, Handler>();

const members = {
  handle: (channel, listener) => {
    if (handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, listener);
  },
  // electron-store offers its place to pages; ours do not ask, and nothing here sends without a reply.
  on: (): IpcMain => ipcMain as unknown as IpcMain,
} satisfies Part<IpcMain, 'handle' | 'on'>;

export const ipcMain: typeof members = strict('ipcMain', members);

/** Answers a call of a page as Electron does, errors included. */
export async function answerCall(
  channel: string,
  event: Pick<IpcMainInvokeEvent, 'senderFrame'>,
  args: unknown[],
): Promise<unknown> {
  const handler = handlers.get(channel);
  if (handler === undefined)
    throw new Error(
      `Error invoking remote method '${channel}': Error: No handler registered for '${channel}'`,
    );
  try {
    // More of the event is not there: the rest would fail by its name in `strict`.
    const given = strict('IpcMainInvokeEvent', event) as IpcMainInvokeEvent;
    return await (handler(given, ...args) as Promise<unknown>);
  } catch (error) {
    throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, {
      cause: error,
    });
  }
}

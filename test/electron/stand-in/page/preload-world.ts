/**
 * The world of the preload script in a page: `require('electron')` as a sandboxed preload script has
 * it, on a channel to the main process. In a frame within the page there is the channel, as a renderer
 * that was taken over would have it, but no preload script: Electron runs none there either.
 *
 * This runs in pages, as text: it uses nothing from outside.
 */
import type { Codec } from '../codec.ts';
import type { FromPage, ToPage } from '../channel.ts';

type Listener = (event: object, ...args: unknown[]) => void;

/** What the main process finds in this world. */
export interface PreloadWorld {
  receive(text: string): void;
  /** Where files that will be dropped lie, by name. */
  paths: Map<string, string>;
  /** Calls the main process with nothing in between. */
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
}

interface World {
  codec: Codec;
  strict: <Members extends object>(name: string, members: Members) => Members;
  /** Sends to the main process. */
  send: (text: string) => void;
  expose: (name: string, value: unknown) => void;
  preload: ((require: (name: string) => unknown) => void) | null;
}

/** Makes this world, and runs the preload script in it where there is one. */
export function makePreloadWorld({ codec, strict, send, expose, preload }: World): PreloadWorld {
  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const paths = new Map<string, string>();
  let last = 0;

  function invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    const call = ++last;
    const waiter = Promise.withResolvers<unknown>();
    // What cannot be sent is refused before anybody waits for an answer.
    send(codec.encode({ call, channel, args } satisfies FromPage));
    waiting.set(call, waiter);
    return waiter.promise;
  }

  function receive(text: string): void {
    const told = codec.decode(text) as ToPage;
    if (told.kind === 'event') {
      for (const listener of listeners.get(told.channel) ?? []) listener({}, ...told.args);
      return;
    }
    const waiter = waiting.get(told.call);
    waiting.delete(told.call);
    if (told.kind === 'result') waiter?.resolve(told.result);
    else waiter?.reject(new Error(told.message));
  }

  const electron = {
    ipcRenderer: strict('ipcRenderer', {
      // An async function: what cannot be cloned rejects, as with Electron.
      invoke: async (channel: string, ...args: unknown[]) => invoke(channel, ...args),
      on: (channel: string, listener: Listener) => {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
    }),
    contextBridge: strict('contextBridge', { exposeInMainWorld: expose }),
    webUtils: strict('webUtils', {
      getPathForFile: (file: { name: string }) => paths.get(file.name) ?? '',
    }),
  };
  preload?.((name) => {
    if (name === 'electron') return strict('electron', electron);
    throw new Error(
      `module not found: ${name} (a sandboxed preload script may load electron only)`,
    );
  });
  return { receive, paths, invoke };
}

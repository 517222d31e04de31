/**
 * `engine/library`, for a main process whose Node is too old for it: the same functions, carried out
 * by the real one in a process of its own.
 */
import { spawn } from 'node:child_process';
import type { EventName } from '../../../engine/contract.ts';
import { fromErrorData } from '../../../engine/errors.ts';
import type { Library, LibraryOptions, Picture } from '../../../engine/library.ts';
import type { FromLibrary, SentPicture, ToLibrary } from './library-process.ts';

export type { Fork, Library, LibraryOptions, Picture } from '../../../engine/library.ts';

/** Environment variables: the Node that runs the engine, and what it runs (library-process.ts). */
export const nodeVariable = 'LOOKALIKE_TEST_NODE';
export const libraryVariable = 'LOOKALIKE_TEST_LIBRARY';

export function defaultLibraryFolder(): string {
  throw new Error('a test names its library');
}

export function keepLibraryAside(): string {
  throw new Error('no test in Electron 9 has a damaged library');
}

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

export async function openLibrary({ folder, onLog }: LibraryOptions): Promise<Library> {
  const child = spawn(process.env[nodeVariable] ?? '', [process.env[libraryVariable] ?? ''], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(name: EventName, data: unknown) => void>();
  let last = 0;

  function call(method: ToLibrary['method'], ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      child.send({ call: last, method, args } satisfies ToLibrary);
    });
  }
  child.on('message', (message: FromLibrary) => {
    if ('log' in message) onLog?.(message.log);
    else if ('event' in message)
      for (const listener of listeners) listener(message.event as EventName, message.data);
    else {
      const asked = waiting.get(message.call);
      waiting.delete(message.call);
      if ('error' in message) asked?.reject(fromErrorData(message.error));
      else asked?.resolve(message.result);
    }
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`the process of the library ended (${String(code)})`));
  });

  async function picture(method: ToLibrary['method'], ...args: unknown[]): Promise<Picture> {
    const { base64, ...rest } = (await call(method, ...args)) as SentPicture;
    return { ...rest, read: () => Promise.resolve(Buffer.from(base64, 'base64')) };
  }

  const library: Library = {
    id: (await call('open', folder)) as string,
    handle: (name, params) => call('handle', name, params),
    // The real library answers a request with the result that its name promises.
    request: (name, params) => library.handle(name, params) as never,
    onAny: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    on: (name, listener) =>
      library.onAny((heard, data) => {
        if (heard === name) (listener as (data: unknown) => void)(data);
      }),
    thumbnail: (photo) => picture('thumbnail', photo),
    photo: (photo, longSide) => picture('photo', photo, longSide),
    queryPicture: (id, longSide) => picture('queryPicture', id, longSide),
    close: async () => {
      await call('close');
      child.disconnect();
    },
  };
  return library;
}

/**
 * The engine, in a Node of today: opens a library and does what the main process of Electron 9 asks
 * of it, over a channel that carries JSON.
 */
import { toErrorData, type ErrorData } from '../../../engine/errors.ts';
import { openLibrary, type Library, type Picture } from '../../../engine/library.ts';

/** A call by its number: 'open' with the folder of the library comes first. */
export interface ToLibrary {
  call: number;
  method: 'open' | 'handle' | 'thumbnail' | 'photo' | 'queryPicture' | 'close';
  args: unknown[];
}

export type FromLibrary =
  | { call: number; result: unknown }
  | { call: number; error: ErrorData }
  | { event: string; data: unknown }
  | { log: string };

/** A picture in JSON. */
export type SentPicture = Omit<Picture, 'read'> & { base64: string };

let library: Library | undefined;

function tell(message: FromLibrary): void {
  if (process.connected) process.send?.(message);
}

async function open(folder: string): Promise<string> {
  const onLog = (log: string) => {
    tell({ log });
  };
  library = await openLibrary({ folder, live: true, onLog });
  library.onAny((event, data) => {
    tell({ event, data });
  });
  return library.id;
}

async function answer({ method, args }: ToLibrary): Promise<unknown> {
  if (method === 'open') return open(String(args[0]));
  if (library === undefined) throw new Error('the library is not open');
  // The caller, library.ts, has the types of these.
  const result = await (library[method] as (...args: unknown[]) => Promise<unknown>)(...args);
  if (method === 'handle' || method === 'close') return result ?? null;
  const { read, ...rest } = result as Picture;
  const base64 = Buffer.from(await read()).toString('base64');
  return { ...rest, base64 } satisfies SentPicture;
}

process.on('message', (message) => {
  const asked = message as ToLibrary;
  const { call } = asked;
  answer(asked).then(
    (result) => {
      tell({ call, result });
    },
    (error: unknown) => {
      tell({ call, error: toErrorData(error) });
    },
  );
});
process.on('disconnect', () => {
  void (library?.close() ?? Promise.resolve()).finally(() => process.exit());
});

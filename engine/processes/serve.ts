/**
 * The child's side: answers the host's calls with a table of handlers. Whether the channel is that
 * of a forked Node process or of an Electron utility process is known here and nowhere else.
 */
import { flushCompileCache } from 'node:module';
import { toErrorData } from '../errors.ts';
import type { Call, FromChild } from './messages.ts';

/** Soon enough for a process that lives long, and not in the way of the first calls. */
const keepCompiledAfterMs = 2000;

export type Handlers = Record<string, (params: never) => unknown>;

/** Electron's `process.parentPort`, as far as it is used here. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

function parentPort(): ParentPort | undefined {
  return (process as unknown as { parentPort?: ParentPort }).parentPort;
}

function post(message: FromChild): void {
  const port = parentPort();
  if (port) port.postMessage(message);
  else process.send?.(message);
}

/** Tells the host something that it did not ask for. */
export function emit(name: string, data: unknown): void {
  post({ kind: 'event', name, data });
}

/** Writes a line into the host's log. */
export function log(line: string): void {
  post({ kind: 'log', line });
}

/**
 * Starts answering and tells the host that this process is ready. Calls run at the same time when
 * their handlers await; a handler that throws answers with the error's data. The process ends when
 * the host goes away.
 */
export function serve(handlers: Handlers): void {
  const answer = async ({ reply, name, params }: Call): Promise<void> => {
    try {
      const handler = handlers[name];
      if (!handler) throw new Error(`no handler is called ${name}`);
      post({ kind: 'result', reply, result: await handler(params as never) });
    } catch (error) {
      post({ kind: 'error', reply, error: toErrorData(error) });
    }
  };
  const port = parentPort();
  if (port) port.on('message', ({ data }) => void answer(data as Call));
  else {
    process.on('message', (message) => void answer(message as Call));
    process.on('disconnect', () => process.exit(0));
  }
  post({ kind: 'ready' });
  // Node keeps what it compiled when a process ends by itself; these are killed.
  setTimeout(flushCompileCache, keepCompiledAfterMs).unref();
}

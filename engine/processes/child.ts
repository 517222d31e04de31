/**
 * The host's side of a child process: starts it when it is first needed, waits until it is ready,
 * matches answers to calls, and takes its death as something ordinary: pending calls are rejected
 * with a code, and the next call starts another process.
 */
import { fork as forkNode } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fromErrorData, LookalikeError } from '../errors.ts';
import { type Call, type FromChild } from './messages.ts';

/** A started process, whatever started it. */
export interface ProcessHandle {
  post(message: Call): void;
  kill(): void;
}

/** Starts a process. Desktop hosts pass one that uses Electron's utility processes. */
export type Fork = (
  entry: URL,
  args: string[],
  on: { message: (message: FromChild) => void; exit: () => void; log: (line: string) => void },
) => ProcessHandle;

/** Starts a plain Node process that speaks structured clone over its IPC channel. */
export const forkNodeProcess: Fork = (entry, args, on) => {
  const child = forkNode(fileURLToPath(entry), args, {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim()) on.log(line);
    });
  }
  child.on('message', (message) => {
    on.message(message as FromChild);
  });
  let ended = false;
  const exit = (): void => {
    if (ended) return;
    ended = true;
    on.exit();
  };
  child.on('exit', exit);
  child.on('error', exit);
  return {
    post: (message) => {
      // A failed send means that the process is gone; its exit rejects the call.
      if (child.connected) child.send(message, () => undefined);
    },
    kill: () => child.kill('SIGKILL'),
  };
};

export interface ChildOptions {
  /** How people know it, for messages: "search", "decoder". */
  name: string;
  entry: URL;
  args?: string[];
  fork?: Fork;
  /** Runs after each start, before other calls, with a function that calls the new process. */
  prepare?: (call: ChildCall) => Promise<void>;
  onEvent?: (name: string, data: unknown) => void;
  onLog?: (line: string) => void;
}

type ChildCall = (name: string, params: unknown) => Promise<unknown>;

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
}

/** A process that dies this often in a row before it is ready is not started again. */
const mostFailedStarts = 3;
/** A process that is not ready after this time is ended, and counts as failed. */
const readyWithinMs = 30_000;

interface Running {
  handle: ProcessHandle;
  pending: Map<number, Pending>;
  ready: Promise<void>;
  markReady: () => void;
  markFailed: (error: Error) => void;
}

export class ChildProcess {
  readonly #options: ChildOptions;
  #running: Running | undefined;
  #nextReply = 1;
  #failedStarts = 0;
  #closed = false;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  /**
   * Calls a handler of the process, which is started if it is not running.
   * @param timeoutMs the process is killed when it has not answered by then
   * @throws LookalikeError `process-died`, `process-timeout`, or what the handler threw
   */
  async call(name: string, params: unknown, timeoutMs?: number): Promise<unknown> {
    const running = this.#start();
    await running.ready;
    return this.#send(running, name, params, timeoutMs);
  }

  /** Whether a process is running, so that telling it news makes sense. */
  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Ends the process at once. Pending calls are rejected; a later call starts another. */
  kill(): void {
    this.#running?.handle.kill();
  }

  close(): void {
    this.#closed = true;
    this.kill();
  }

  #start(): Running {
    if (this.#running) return this.#running;
    const { name, entry, args = [], fork = forkNodeProcess, prepare } = this.#options;
    if (this.#closed) throw new LookalikeError('cancelled', 'The library is being closed.');
    if (this.#failedStarts >= mostFailedStarts)
      throw new LookalikeError(
        'process-died',
        `The ${name} process could not be started ${mostFailedStarts} times in a row. Close Lookalike and start it again.`,
      );
    let markStarted = (): void => undefined;
    let markFailed = (_: Error): void => undefined;
    const started = new Promise<void>((resolve, reject) => {
      markStarted = resolve;
      markFailed = reject;
    });
    const running: Running = {
      handle: fork(entry, args, {
        message: (message) => {
          this.#receive(running, message);
        },
        exit: () => {
          this.#exited(running);
        },
        log: (line) => this.#options.onLog?.(`${name}: ${line}`),
      }),
      pending: new Map(),
      ready: started.then(async () => {
        await prepare?.((callName, params) => this.#send(running, callName, params));
        this.#failedStarts = 0;
      }),
      markReady: markStarted,
      markFailed,
    };
    const tooLate = setTimeout(() => {
      running.handle.kill();
    }, readyWithinMs);
    const settled = (): void => {
      clearTimeout(tooLate);
    };
    running.ready.then(settled, settled);
    // A process that dies before anybody waits for it must not count as an unhandled rejection.
    running.ready.catch(() => undefined);
    this.#running = running;
    return running;
  }

  #send(running: Running, name: string, params: unknown, timeoutMs?: number): Promise<unknown> {
    if (this.#running !== running) return Promise.reject(this.#died());
    const reply = this.#nextReply++;
    return new Promise((resolve, reject) => {
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              running.pending.delete(reply);
              reject(
                new LookalikeError(
                  'process-timeout',
                  `The ${this.#options.name} process did not answer within ${timeoutMs / 1000} s.`,
                ),
              );
              running.handle.kill();
            }, timeoutMs);
      running.pending.set(reply, { resolve, reject, timer });
      running.handle.post({ reply, name, params });
    });
  }

  #receive(running: Running, message: FromChild): void {
    switch (message.kind) {
      case 'ready':
        running.markReady();
        return;
      case 'event':
        this.#options.onEvent?.(message.name, message.data);
        return;
      case 'log':
        this.#options.onLog?.(`${this.#options.name}: ${message.line}`);
        return;
      case 'result':
      case 'error': {
        const pending = running.pending.get(message.reply);
        if (!pending) return;
        running.pending.delete(message.reply);
        clearTimeout(pending.timer);
        if (message.kind === 'result') pending.resolve(message.result);
        else pending.reject(fromErrorData(message.error));
      }
    }
  }

  #exited(running: Running): void {
    if (this.#running === running) this.#running = undefined;
    this.#failedStarts += 1;
    const error = this.#died();
    running.markFailed(error);
    for (const { reject, timer } of running.pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    running.pending.clear();
    if (!this.#closed) this.#options.onLog?.(`${this.#options.name}: the process ended`);
  }

  #died(): LookalikeError {
    return new LookalikeError(
      'process-died',
      `The ${this.#options.name} process ended unexpectedly. It is started again; please try once more.`,
    );
  }
}

/**
 * The host's side of a child process: starts it when it is first needed, waits until it is ready,
 * matches answers to calls, and takes its death as something ordinary: pending calls are rejected
 * with a code, and the next call starts another process.
 */
import { fork as forkNode } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fromErrorData, isLookalikeError, LookalikeError } from '../errors.ts';
import type { Call, FromChild } from './messages.ts';

/** A started process, whatever started it. */
export interface ProcessHandle {
  post(message: Call): void;
  kill(): void;
  /** As the system numbers it, where that is known. */
  pid?: number | undefined;
}

/** Variables that a process has, unless the host has others. */
export type Environment = Readonly<Record<string, string>>;

/** Starts a process. Desktop hosts pass one that uses Electron's utility processes. */
export type Fork = (
  entry: URL,
  args: string[],
  on: { message: (message: FromChild) => void; exit: () => void; log: (line: string) => void },
  environment?: Environment,
) => ProcessHandle;

/** Starts a plain Node process that speaks structured clone over its IPC channel. */
export const forkNodeProcess: Fork = (entry, args, on, environment) => {
  const child = forkNode(fileURLToPath(entry), args, {
    serialization: 'advanced',
    env: { ...environment, ...process.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim()) on.log(line);
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
    pid: child.pid,
  };
};

export interface ChildOptions {
  /** How people know it, for messages: "search", "decoder". */
  name: string;
  entry: URL;
  args?: string[];
  environment?: Environment;
  fork?: Fork;
  /** Runs after each start, before other calls, with a function that calls the new process. */
  prepare?: (call: ChildCall) => Promise<void>;
  onEvent?: (name: string, data: unknown) => void;
  onLog?: (line: string) => void;
  /**
   * A process that is not ready (`prepare` included) after this time is ended. The call does not try
   * another one, as it has kept a person waiting for long enough.
   */
  readyWithinMs?: number;
}

type ChildCall = (name: string, params: unknown) => Promise<unknown>;

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
}

/** A call gives up when the process fails to start this often in a row. */
const mostStarts = 3;
const defaultReadyWithinMs = 30_000;

interface Running {
  handle: ProcessHandle;
  pending: Map<number, Pending>;
  /** Settles once the process can be called, or never will be. */
  ready: Promise<void>;
  isReady: boolean;
  /** It was ended because it was not ready in time. */
  tooSlow: boolean;
  markStarted: () => void;
  markFailed: (error: Error) => void;
}

export class ChildProcess {
  readonly #options: ChildOptions;
  #running: Running | undefined;
  #nextReply = 1;
  #closed = false;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  /**
   * Calls a handler of the process, which is started if it is not running.
   * @param timeoutMs the process is ended when it has not answered by then
   * @throws LookalikeError `process-died`, `process-timeout`, `process-unavailable` (it cannot be
   *   started), `cancelled` after `close`, or what the handler or `prepare` threw
   */
  async call(name: string, params: unknown, timeoutMs?: number): Promise<unknown> {
    for (let start = 1; ; start++) {
      const running = this.#start();
      try {
        await running.ready;
      } catch (error) {
        const again = start < mostStarts && !running.tooSlow;
        if (again && isLookalikeError(error, 'process-unavailable')) continue;
        throw error;
      }
      return this.#send(running, name, params, timeoutMs);
    }
  }

  /** Whether a process is running, so that telling it news makes sense. */
  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Ends the process at once, for good. Pending and later calls are rejected. */
  close(): void {
    this.#closed = true;
    if (this.#running) this.#letGo(this.#running, closedError());
  }

  #start(): Running {
    if (this.#closed) throw closedError();
    if (this.#running) return this.#running;
    const { name, entry, args = [], environment, fork = forkNodeProcess, prepare } = this.#options;
    const started = Promise.withResolvers<undefined>();
    const running: Running = {
      handle: fork(
        entry,
        args,
        {
          message: (message) => {
            this.#receive(running, message);
          },
          exit: () => {
            this.#lost(running, 'the process ended');
          },
          log: (line) => this.#options.onLog?.(`${name}: ${line}`),
        },
        environment,
      ),
      pending: new Map(),
      ready: started.promise.then(() =>
        prepare?.((callName, params) => this.#send(running, callName, params)),
      ),
      isReady: false,
      tooSlow: false,
      markStarted: () => {
        started.resolve(undefined);
      },
      markFailed: started.reject,
    };
    const tooLate = setTimeout(() => {
      running.tooSlow = true;
      this.#lost(running, 'the process was not ready in time and is ended');
    }, this.#options.readyWithinMs ?? defaultReadyWithinMs);
    running.ready.then(
      () => {
        clearTimeout(tooLate);
        running.isReady = true;
      },
      (error: unknown) => {
        clearTimeout(tooLate);
        // What `prepare` threw stands for this start only: the next call tries with a new process.
        this.#letGo(running, error instanceof Error ? error : new Error(String(error)));
      },
    );
    this.#running = running;
    return running;
  }

  #send(running: Running, name: string, params: unknown, timeoutMs?: number): Promise<unknown> {
    if (this.#running !== running)
      return Promise.reject(this.#closed ? closedError() : this.#died(running));
    const reply = this.#nextReply++;
    return new Promise((resolve, reject) => {
      // Before anything is noted down: what cannot be sent leaves nothing behind.
      running.handle.post({ reply, name, params });
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
              this.#lost(running, 'the process did not answer in time and is ended');
            }, timeoutMs);
      running.pending.set(reply, { resolve, reject, timer });
    });
  }

  #receive(running: Running, message: FromChild): void {
    switch (message.kind) {
      case 'ready':
        running.markStarted();
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

  /** A process that ended by itself, or has to. */
  #lost(running: Running, what: string): void {
    if (this.#running !== running) return;
    this.#options.onLog?.(`${this.#options.name}: ${what}`);
    this.#letGo(running, this.#died(running));
  }

  /** Ends a process and rejects what it has not answered. The next call starts another one. */
  #letGo(running: Running, error: Error): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    running.handle.kill();
    running.markFailed(error);
    for (const { reject, timer } of running.pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    running.pending.clear();
  }

  #died({ isReady, tooSlow }: Running): LookalikeError {
    const { name } = this.#options;
    if (isReady)
      return new LookalikeError(
        'process-died',
        `The ${name} process ended unexpectedly. It is started again; please try once more.`,
      );
    return new LookalikeError(
      'process-unavailable',
      tooSlow
        ? `The ${name} process takes too long to start. Try once more; if that does not help, close Lookalike and start it again.`
        : `The ${name} process cannot be started. Close Lookalike and start it again.`,
    );
  }
}

function closedError(): LookalikeError {
  return new LookalikeError('cancelled', 'The library is being closed.');
}

/**
 * One embedding worker, as the host sees it: requests that are always answered, and a thread that is
 * started again when it dies.
 */
import type { Worker } from 'node:worker_threads';
import { fromErrorData, LookalikeError, messageOf } from '../errors.ts';
import type { WorkerFacts, WorkerMessage, WorkerRequest } from './messages.ts';

/** Starts in a row without one answer, after which a worker that dies is given up. */
const MAX_STARTS_IN_A_ROW = 3;

interface Pending {
  resolve: (values: Float32Array<ArrayBuffer>) => void;
  reject: (error: LookalikeError) => void;
  timer: NodeJS.Timeout;
}

export class WorkerSlot {
  readonly #startWorker: () => Worker;
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #ready = Promise.withResolvers<WorkerFacts>();
  #worker: Worker | null = null;
  #starts = 0;
  #nextId = 1;
  /** Why there is no worker and will be none. */
  #ended: LookalikeError | null = null;

  /**
   * @param startWorker starts a thread that speaks the messages of `messages.ts`.
   * @param timeoutMs how long a request may take, waiting for its turn included.
   */
  constructor(startWorker: () => Worker, timeoutMs: number) {
    this.#startWorker = startWorker;
    this.#timeoutMs = timeoutMs;
    // Whoever waits for it hears of a failure; when nobody does yet, that is no crash.
    this.#ready.promise.catch(() => undefined);
    this.#start();
  }

  /** What the worker runs; rejects when it could not be made ready the first time. */
  get ready(): Promise<WorkerFacts> {
    return this.#ready.promise;
  }

  /** How many requests wait for an answer. */
  get load(): number {
    return this.#pending.size;
  }

  /** Whether the worker was given up. */
  get ended(): boolean {
    return this.#ended !== null;
  }

  /**
   * Sends a request; `pixels` is transferred and empty afterwards.
   *
   * @throws LookalikeError what the worker answered, 'process-died' when it ended meanwhile,
   *   'process-timeout' when it took too long, or 'cancelled' when it was closed.
   */
  request(request: Omit<WorkerRequest, 'id'>): Promise<Float32Array<ArrayBuffer>> {
    const worker = this.#worker;
    if (!worker) return Promise.reject(this.#ended ?? new Error('the worker was never started'));
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array<ArrayBuffer>>();
    const timer = setTimeout(() => {
      const seconds = Math.round(this.#timeoutMs / 1000);
      const message = `The model gave no answer within ${seconds} s and is started again. Try again.`;
      this.#lose(worker, new LookalikeError('process-timeout', message));
    }, this.#timeoutMs);
    this.#pending.set(id, { resolve, reject, timer });
    worker.postMessage({ ...request, id } satisfies WorkerRequest, [request.pixels.buffer]);
    return promise;
  }

  /** Ends the worker; what is still waiting is rejected as 'cancelled'. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#end(new LookalikeError('cancelled', 'The model was closed before it answered.'));
    await worker?.terminate();
  }

  #start(): void {
    this.#starts++;
    const worker = this.#startWorker();
    this.#worker = worker;
    worker.on('message', (message: WorkerMessage) => {
      if (worker === this.#worker) this.#receive(worker, message);
    });
    worker.on('error', (error) => {
      this.#lose(worker, this.#died(error));
    });
    worker.on('exit', () => {
      this.#lose(worker, this.#died());
    });
    // Standard output belongs to the program's own documents; libraries may not write into it.
    worker.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  }

  #receive(worker: Worker, message: WorkerMessage): void {
    if (message.kind === 'ready') {
      this.#ready.resolve(message.facts);
      return;
    }
    if (message.kind === 'failed') {
      // It would fail in the same way again: damaged weights do not heal.
      this.#end(fromErrorData(message.error));
      void worker.terminate();
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#starts = 0;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (message.kind === 'result') pending.resolve(message.values);
    else pending.reject(fromErrorData(message.error));
  }

  /** `worker` is gone or useless: its requests fail with `error`, and another one takes its place. */
  #lose(worker: Worker, error: LookalikeError): void {
    if (worker !== this.#worker) return;
    void worker.terminate();
    if (this.#starts >= MAX_STARTS_IN_A_ROW) {
      this.#end(error);
      return;
    }
    this.#rejectPending(error);
    this.#start();
  }

  #end(error: LookalikeError): void {
    this.#worker = null;
    this.#ended ??= error;
    this.#ready.reject(error);
    this.#rejectPending(error);
  }

  #rejectPending(error: LookalikeError): void {
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
  }

  #died(cause?: unknown): LookalikeError {
    const detail = cause === undefined ? '' : ` (${messageOf(cause)})`;
    const message = `The model stopped while it worked${detail}. Try again.`;
    return new LookalikeError('process-died', message, { cause });
  }
}

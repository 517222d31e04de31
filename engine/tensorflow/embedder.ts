/**
 * The host's handle on a model: photos in, embeddings out, computed in worker threads so that the
 * host's own thread stays free.
 *
 * Native TensorFlow uses all cores from one worker. WebAssembly uses one core, so it gets several.
 */
import { availableParallelism } from 'node:os';
import { isMarkedAsUntransferable, Worker } from 'node:worker_threads';
import { LookalikeError } from '../errors.ts';
import type { HeadName } from './architecture.ts';
import { type BackendName, forcedBackend } from './backend.ts';
import type { WorkerRequest, WorkerStart } from './messages.ts';
import { WorkerSlot } from './worker-slot.ts';

export { BATCH_SIZE } from './network.ts';

export interface EmbedderOptions {
  /** The model's folder: one of `native-models`, or that of a training that has ended. */
  model: string;
  /** What gives the embedding; the projection when left out. */
  head?: HeadName;
  /** Where the native backend keeps the model in the form that it loads; made when missing. */
  cacheFolder: string;
  /** The folder of a training that has ended, whose last layers take the place of the model's. */
  tuned?: string;
  /** Runs only what comes before the last so many layers: `lastMap` gives what these are given. */
  trunkOf?: number;
  /** Forces a backend; when left out, LOOKALIKE_TENSORFLOW may, else the best one is taken. */
  backend?: BackendName;
  /** Threads for WebAssembly, at least 1; the native backend always has one. */
  workers?: number;
  /** How long a request may take, in milliseconds, waiting for its turn included. */
  timeoutMs?: number;
  /** How a worker thread is started; tests put another in its place. */
  startWorker?: (start: WorkerStart) => Worker;
}

export interface Embedder {
  readonly backend: BackendName;
  /** Why it is not the native backend, in plain words; null when it is, or WASM was asked for. */
  readonly reason: string | null;
  readonly method: {
    readonly dimensions: number;
    /** Width and height of the photos it takes, in pixels. */
    readonly inputSize: number;
    readonly weightsSha256: string;
  };
  /**
   * Embeds `count` photos; about BATCH_SIZE at a time is fastest.
   *
   * @param pixels `count` RGB photos of inputSize × inputSize, row by row, one byte a number. Its
   *   memory is handed over where possible: do not use it afterwards.
   * @returns `count` rows of `dimensions` numbers, each of length 1.
   * @throws LookalikeError 'photo-no-vector' when one of the photos has no embedding (ask again one
   *   by one to know which), 'process-died' or 'process-timeout' when the worker was lost (it is
   *   started again: the same photos may be tried again), 'cancelled' after close().
   */
  embed(pixels: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>>;
  /** The maps before pooling (row, column, channel); parameters and errors as for `embed`. */
  lastMap(pixels: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>>;
  /**
   * The photos as an auto-encoder draws them from their embeddings; parameters as for `embed`.
   *
   * @returns `count` photos in the form of `pixels`
   * @throws LookalikeError as `embed`; 'internal' when the model is no auto-encoder
   */
  reconstruct(pixels: Uint8Array, count: number): Promise<Uint8ClampedArray<ArrayBuffer>>;
  /** Ends the workers. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 120_000;
/** More threads than this cost memory (each holds its own copy of the model) and gain little. */
const MAX_WASM_WORKERS = 4;

/**
 * Starts the workers and waits until the model is ready.
 *
 * @throws LookalikeError 'weights-damaged', or 'tensorflow-unavailable' when a forced backend cannot
 *   be had.
 */
export async function createEmbedder(options: EmbedderOptions): Promise<Embedder> {
  // The native library writes notes to standard error; it reads this before it is loaded.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const { model, head = 'projection', cacheFolder, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const { tuned = null, trunkOf = 0 } = options;
  const startWorker = options.startWorker ?? startRealWorker;
  // The first worker finds out which backend can be had, as only a worker may load one. Every later
  // one, also in its place, takes the same, so that all embeddings come from one backend.
  let backend = options.backend ?? forcedBackend(process.env);
  const openSlot = () =>
    new WorkerSlot(
      () => startWorker({ modelFolder: model, head, cacheFolder, tuned, trunkOf, backend }),
      timeoutMs,
    );
  const firstSlot = openSlot();
  const first = await firstSlot.ready;
  backend = first.backend;
  const slots = [firstSlot];
  const workers = backend === 'native' ? 1 : (options.workers ?? defaultWasmWorkers());
  while (slots.length < workers) slots.push(openSlot());
  const close = async () => {
    await Promise.all(slots.map((slot) => slot.close()));
  };
  try {
    await Promise.all(slots.map((slot) => slot.ready));
  } catch (error) {
    await close();
    throw error;
  }

  const photoBytes = first.inputSize * first.inputSize * 3;
  const request = async (output: WorkerRequest['output'], pixels: Uint8Array, count: number) => {
    if (!Number.isInteger(count) || count < 1 || pixels.length !== count * photoBytes) {
      throw new LookalikeError(
        'internal',
        `Expected ${count} photos of ${photoBytes} bytes each, but received ${pixels.length} bytes.`,
      );
    }
    const slot = leastLoaded(slots);
    return slot.request({ output, pixels: ownMemory(pixels), count });
  };
  return {
    backend: first.backend,
    reason: first.reason,
    method: {
      dimensions: first.dimensions,
      inputSize: first.inputSize,
      weightsSha256: first.weightsSha256,
    },
    embed: (pixels, count) => request('embedding', pixels, count),
    lastMap: (pixels, count) => request('lastMap', pixels, count),
    reconstruct: async (pixels, count) =>
      Uint8ClampedArray.from(await request('reconstruction', pixels, count)),
    close,
  };
}

function startRealWorker(start: WorkerStart): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData: start, stdout: true });
}

function defaultWasmWorkers(): number {
  return Math.min(MAX_WASM_WORKERS, Math.max(1, availableParallelism()));
}

/** The slot with the shortest queue; one that was given up only when all were. */
function leastLoaded(slots: WorkerSlot[]): WorkerSlot {
  const rank = (slot: WorkerSlot) => (slot.ended ? Infinity : slot.load);
  return slots.reduce((best, slot) => (rank(slot) < rank(best) ? slot : best));
}

/** `pixels` where its memory holds nothing else and may be handed over, otherwise a copy. */
function ownMemory(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = pixels;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === pixels.byteLength;
  if (whole && !isMarkedAsUntransferable(buffer)) return new Uint8Array(buffer);
  return new Uint8Array(pixels);
}

/**
 * What the host and an embedding worker say to each other. Pixels and results are transferred, not
 * copied. A worker says first that it is ready, or why it cannot be; then it answers each request.
 */
import type { ErrorData } from '../errors.ts';
import type { HeadName } from './architecture.ts';
import type { BackendName } from './backend.ts';

/** What a worker is started with. */
export interface WorkerStart {
  modelFolder: string;
  head: HeadName;
  cacheFolder: string;
  /** The folder of a training that has ended, whose last layers take the place of the model's. */
  tuned: string | null;
  /** Where not 0, only what comes before the last so many layers is run; see `cutNetwork`. */
  trunkOf: number;
  /** null: the best that can be had. */
  backend: BackendName | null;
}

export interface WorkerRequest {
  id: number;
  output: 'embedding' | 'lastMap' | 'reconstruction';
  pixels: Uint8Array<ArrayBuffer>;
  count: number;
}

/** What a worker that is ready runs. */
export interface WorkerFacts {
  backend: BackendName;
  /** Why it is not the native backend, in plain words; null when it is, or WASM was asked for. */
  reason: string | null;
  dimensions: number;
  inputSize: number;
  weightsSha256: string;
}

export type WorkerMessage =
  | { kind: 'ready'; facts: WorkerFacts }
  | { kind: 'failed'; error: ErrorData }
  | { kind: 'result'; id: number; values: Float32Array<ArrayBuffer> }
  | { kind: 'error'; id: number; error: ErrorData };

/**
 * Which TensorFlow runs the models: the native library where it was built, else WebAssembly.
 *
 * This is the only file that loads TensorFlow.js. Loading takes a while and memory, and afterwards
 * TensorFlow works synchronously: call it in a worker thread only.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import type * as TensorFlowNative from '@tensorflow/tfjs-node';
import type * as TensorFlowWasm from '@tensorflow/tfjs-backend-wasm';
import { LookalikeError, messageOf } from '../errors.ts';
import { registerGradients } from './gradients.ts';

/** For rooms that train: what both backends have in common. */
export type TensorFlowCore = typeof TensorFlow;
export type { Optimizer, Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';

export type BackendName = 'native' | 'wasm';

export type Backend =
  | { name: 'native'; reason: null; tf: typeof TensorFlowNative }
  /** `reason` says in plain words why it is not the native one; null when WASM was asked for. */
  | { name: 'wasm'; reason: string | null; tf: typeof TensorFlow };

/** The environment variable that forces a backend. */
export const BACKEND_VARIABLE = 'LOOKALIKE_TENSORFLOW';

const require = createRequire(import.meta.url);

/**
 * The backend that the environment forces, or null.
 *
 * @throws LookalikeError 'tensorflow-unavailable' when the variable names no backend.
 */
export function forcedBackend(environment: NodeJS.ProcessEnv): BackendName | null {
  const value = environment[BACKEND_VARIABLE] ?? '';
  if (value === '') return null;
  if (value === 'native' || value === 'wasm') return value;
  throw new LookalikeError(
    'tensorflow-unavailable',
    `${BACKEND_VARIABLE} is “${value}”, but only “native” and “wasm” exist. ` +
      'Set it to one of them, or remove it.',
  );
}

/**
 * Loads `forced`, or without it the best backend that can be had.
 *
 * @param loadNative how the native one is loaded; tests put one that fails in its place.
 * @throws LookalikeError 'tensorflow-unavailable' when that is impossible.
 */
export async function loadBackend(
  forced: BackendName | null,
  loadNative = loadTensorFlowNode,
): Promise<Backend> {
  if (forced === 'wasm') return { name: 'wasm', reason: null, tf: await loadWasm() };
  try {
    return { name: 'native', reason: null, tf: loadNative() };
  } catch (error) {
    if (forced === 'native') {
      throw new LookalikeError(
        'tensorflow-unavailable',
        `Native TensorFlow was asked for, but ${messageOf(error)}. ` +
          `Remove ${BACKEND_VARIABLE} to go on with WebAssembly.`,
        { cause: error },
      );
    }
    return { name: 'wasm', reason: messageOf(error), tf: await loadWasm() };
  }
}

/**
 * Why native TensorFlow is not to be had, as a clause, so far as that can be told without loading it;
 * null where nothing speaks against it.
 */
export function whyNotNative(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (environment[BACKEND_VARIABLE] === 'wasm') return 'WebAssembly was asked for';
  let packageFolder: string;
  try {
    packageFolder = dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return 'the package @tensorflow/tfjs-node is not installed';
  }
  return existsSync(join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node'))
    ? null
    : 'native TensorFlow is not built on this machine';
}

/** Throws an Error whose message is a clause: why native TensorFlow cannot be used. */
function loadTensorFlowNode(): typeof TensorFlowNative {
  // Asked first, as tfjs-node prints a page of advice when its binding is missing.
  const reason = whyNotNative({});
  if (reason !== null) throw new Error(reason);
  restoreRemovedUtilities();
  try {
    return require('@tensorflow/tfjs-node') as typeof TensorFlowNative;
  } catch (error) {
    const [firstLine] = messageOf(error).split('\n');
    throw new Error(`native TensorFlow cannot be loaded (${firstLine ?? ''})`, { cause: error });
  }
}

/**
 * tfjs-node 4.22 calls two functions of which Node 23 removed one (tensorflow/tfjs#8425), and warns of the
 * other.
 */
function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  utilities['isArray'] = Array.isArray;
}

/** TensorFlow.js on WebAssembly with SIMD. Node gives it no threads, so it uses one core. */
async function loadWasm(): Promise<typeof TensorFlow> {
  try {
    const tf = require('@tensorflow/tfjs-core') as typeof TensorFlow;
    const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof TensorFlowWasm;
    // Beside the package's own code, so nothing is fetched.
    wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    if (!(await tf.setBackend('wasm'))) throw new Error('it did not start');
    registerGradients(tf);
    return tf;
  } catch (error) {
    throw new LookalikeError(
      'tensorflow-unavailable',
      `TensorFlow cannot be used, not even as WebAssembly (${messageOf(error)}). ` +
        'Install Lookalike again.',
      { cause: error },
    );
  }
}

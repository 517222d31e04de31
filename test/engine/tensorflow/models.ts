/**
 * What the tests of this room share: the model, the backends that this machine has, measures.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { isLookalikeError } from '../../../engine/errors.ts';
import type { BackendName } from '../../../engine/tensorflow/backend.ts';
import {
  createEmbedder,
  type Embedder,
  type EmbedderOptions,
} from '../../../engine/tensorflow/embedder.ts';

export const modelsFolder = fileURLToPath(new URL('../../../native-models', import.meta.url));
export const modelFolder = join(modelsFolder, 'efficientnet-lite0');

/** Makes an empty folder that is removed when the test scope ends (`await using`). */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'lookalike-tensorflow-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A copy of the model that a test may damage. */
export async function copyOfModel(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await cp(modelFolder, folder.path, { recursive: true });
  return folder;
}

/** A copy of the folder of all models. */
export async function copyOfModels(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await cp(modelsFolder, folder.path, { recursive: true });
  return folder;
}

/** An embedder on each backend; the native one is its reason instead where it is not built. */
export interface Embedders {
  wasm: Embedder;
  native: Embedder | string;
}

export async function openEmbedders(
  cacheFolder: string,
  options: Pick<EmbedderOptions, 'head'> & { model?: string } = {},
): Promise<Embedders> {
  const open = (backend: BackendName) =>
    createEmbedder({ model: modelFolder, ...options, cacheFolder, backend, workers: 1 });
  const wasm = await open('wasm');
  try {
    return { wasm, native: await open('native') };
  } catch (error) {
    if (!isLookalikeError(error, 'tensorflow-unavailable')) throw error;
    return { wasm, native: error.message };
  }
}

/** A test with `embedder`; where there is only a reason instead, it is listed as skipped with it. */
export function itWith(
  embedder: Embedder | string,
  name: string,
  test: (embedder: Embedder) => Promise<void>,
): void {
  if (typeof embedder === 'string') it.skip(`${name} (${embedder})`);
  else it(name, () => test(embedder));
}

export async function closeEmbedders({ wasm, native }: Embedders): Promise<void> {
  await wasm.close();
  if (typeof native !== 'string') await native.close();
}

export function cosine(a: Float32Array | number[], b: Float32Array | number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const [x = NaN, y = NaN] = [a[i], b[i]];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}

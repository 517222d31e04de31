import { describe, expect, it, vi, afterEach } from 'vitest';
import { forcedBackend, loadBackend } from '../../../engine/tensorflow/backend.ts';
import { createEmbedder } from '../../../engine/tensorflow/embedder.ts';
import { modelFolder, temporaryFolder } from './models.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function notBuilt(): never {
  throw new Error('native TensorFlow is not built on this machine');
}

describe('the choice of a backend', async () => {
  it('is left open by an environment without LOOKALIKE_TENSORFLOW, or with an empty one', () => {
    expect(forcedBackend({})).toBeNull();
    expect(forcedBackend({ LOOKALIKE_TENSORFLOW: '' })).toBeNull();
  });

  it('is forced by LOOKALIKE_TENSORFLOW', () => {
    expect(forcedBackend({ LOOKALIKE_TENSORFLOW: 'native' })).toBe('native');
    expect(forcedBackend({ LOOKALIKE_TENSORFLOW: 'wasm' })).toBe('wasm');
  });

  it('is refused when LOOKALIKE_TENSORFLOW names no backend', async () => {
    vi.stubEnv('LOOKALIKE_TENSORFLOW', 'gpu');
    await using cache = await temporaryFolder();
    await expect(createEmbedder({ model: modelFolder, cacheFolder: cache.path })).rejects.toThrow(
      expect.objectContaining({
        code: 'tensorflow-unavailable',
        message: expect.stringContaining('“gpu”') as string,
      }),
    );
  });

  it('falls to WebAssembly with the reason where native TensorFlow cannot be had', async () => {
    const backend = await loadBackend(null, notBuilt);
    expect(backend.name).toBe('wasm');
    expect(backend.reason).toBe('native TensorFlow is not built on this machine');
  });

  it('is an error where native TensorFlow is forced and cannot be had', async () => {
    await expect(loadBackend('native', notBuilt)).rejects.toMatchObject({
      code: 'tensorflow-unavailable',
      message: expect.stringContaining('not built on this machine') as string,
    });
  });

  it('reaches the worker: WebAssembly asked for needs no reason', async () => {
    vi.stubEnv('LOOKALIKE_TENSORFLOW', 'wasm');
    await using cache = await temporaryFolder();
    const embedder = await createEmbedder({
      model: modelFolder,
      cacheFolder: cache.path,
      workers: 1,
    });
    expect([embedder.backend, embedder.reason]).toEqual(['wasm', null]);
    await embedder.close();
  });

  it('gives WebAssembly one thread, with SIMD', async () => {
    const { tf } = await loadBackend('wasm');
    expect(await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')).toBe(false);
    expect(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')).toBe(true);
  });

  const best = await loadBackend(null);
  const name = 'makes native TensorFlow run single operations on this version of Node';
  if (best.name === 'native') {
    it(name, async () => {
      const { tf } = best;
      // The tests above made WebAssembly the current one.
      await tf.setBackend('tensorflow');
      const joined = tf.concat([tf.tensor1d([1, 2]), tf.tensor1d([3])]);
      expect(Array.from(joined.dataSync())).toEqual([1, 2, 3]);
    });
  } else it.skip(`${name} (${best.reason ?? 'WebAssembly is forced'})`);
});

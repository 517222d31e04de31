import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect } from 'vitest';
import type { Embedder } from '../../../engine/tensorflow/embedder.ts';
import { closeEmbedders, cosine, itWith, openEmbedders, temporaryFolder } from './models.ts';

/** Pictures with what PyTorch computes for them; beside the project, not in it. */
const references = fileURLToPath(
  new URL('../../../../shared/reference/embedding', import.meta.url),
);
const missing = existsSync(references) ? null : 'there are no references beside the project';
const names = ['camera', 'flamingo', 'pyramid'];

const cache = await temporaryFolder();
const embedders = await openEmbedders(cache.path);
const wasm = missing ?? embedders.wasm;
const native = missing ?? embedders.native;
afterAll(async () => {
  await closeEmbedders(embedders);
  await cache[Symbol.asyncDispose]();
});

async function pixelsOf(name: string): Promise<Uint8Array> {
  const { data, info } = await sharp(join(references, `${name}.png`))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([224, 224, 3]);
  return data;
}

async function referenceMap(name: string): Promise<Float32Array> {
  const bytes = Uint8Array.from(await readFile(join(references, `${name}.map.f32`)));
  return new Float32Array(bytes.buffer);
}

describe.each(names)('the picture %s', (name) => {
  async function hasReferenceMap(embedder: Embedder): Promise<void> {
    const map = await embedder.lastMap(await pixelsOf(name), 1);
    expect(cosine(map, await referenceMap(name))).toBeGreaterThanOrEqual(0.9995);
  }
  itWith(wasm, 'has on WebAssembly the last map that PyTorch computes', hasReferenceMap);
  itWith(native, 'has on native TensorFlow the last map that PyTorch computes', hasReferenceMap);

  itWith(native, 'has the same embedding on both backends', async (onNative) => {
    const other = await embedders.wasm.embed(await pixelsOf(name), 1);
    const embedding = await onNative.embed(await pixelsOf(name), 1);
    expect(cosine(embedding, other)).toBeGreaterThanOrEqual(0.9995);
  });
});

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cp } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { isLookalikeError } from '../../../engine/errors.ts';
import {
  facesInPhoto,
  loadMethod,
  modelsFolder,
  type Embedder,
} from '../../../engine/methods/registry.ts';
import { decodePhoto } from '../../../engine/photos/decode.ts';
import { patternPhoto } from '../../support/library.ts';
import {
  facesFolder,
  hasSharedPhotos,
  objectsFolder,
  photosByKind,
  withoutSharedPhotos,
} from '../../support/shared-photos.ts';
import { cosine, temporaryFolder } from '../tensorflow/models.ts';

const method = await loadMethod('faces');
const cache = await temporaryFolder();
const open = (backend: 'native' | 'wasm') =>
  method.createEmbedder({ cacheFolder: cache.path, backend, workers: 1 });
const wasm = await open('wasm');
const native = await open('native').catch((error: unknown) => {
  if (isLookalikeError(error, 'tensorflow-unavailable')) return null;
  throw error;
});
const best = native ?? wasm;
afterAll(async () => {
  await wasm.close();
  await native?.close();
  await cache[Symbol.asyncDispose]();
});

async function facesIn(content: Uint8Array, embedder: Embedder = best) {
  const photo = await decodePhoto(content, method.inputSize, method.fit);
  return facesInPhoto(await embedder.embed(photo.pixels, 1), photo);
}

describe('the method for faces', () => {
  it('finds none in drawn patterns', async () => {
    for (let n = 0; n < 3; n++) expect(await facesIn(await patternPhoto(n), wasm)).toEqual([]);
  });

  it('refuses a damaged file of weights, and names it', async () => {
    await using folder = await temporaryFolder();
    await cp(join(modelsFolder, 'faces'), join(folder.path, 'faces'), { recursive: true });
    const file = join(folder.path, 'faces', 'face_landmark_68_model.bin');
    const content = await readFile(file);
    content[1000] = (content[1000] ?? 0) ^ 1;
    await writeFile(file, content);
    const { createEmbedder } = await loadMethod('faces', { modelsFolder: folder.path });
    await expect(
      createEmbedder({ cacheFolder: cache.path, backend: 'wasm', workers: 1 }),
    ).rejects.toMatchObject({
      code: 'weights-damaged',
      message: expect.stringContaining('face_landmark_68_model.bin') as string,
    });
    await rm(join(folder.path, 'faces', 'model.json'));
    await expect(loadMethod('faces', { modelsFolder: folder.path })).rejects.toMatchObject({
      code: 'weights-damaged',
    });
  });

  it('says in its README which licences its weights have', async () => {
    const folder = join(modelsFolder, 'faces');
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    const { networks } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as {
      networks: Record<string, { licence: string }>;
    };
    for (const { licence } of Object.values(networks)) expect(readme).toContain(licence);
  });
});

describe.skipIf(!hasSharedPhotos)(`faces in real photos${withoutSharedPhotos}`, () => {
  it('are found in every photo of a face, and tell people apart: P@1 of at least .95', async () => {
    const rows: { kind: string; vector: Float32Array }[] = [];
    for (const { kind, path } of photosByKind(facesFolder)) {
      const [face, ...others] = await facesIn(await readFile(path));
      expect(others).toEqual([]);
      if (!face) throw new Error(`no face in ${path}`);
      // The box is about a third of a photo's width, and as high as wide.
      expect(face.width).toBeGreaterThan(0.2);
      expect(face.x + face.width).toBeLessThanOrEqual(1);
      rows.push({ kind, vector: face.vector });
    }
    const right = rows.filter(({ kind, vector }, index) => {
      const others = rows.filter((_, other) => other !== index);
      const nearest = others.reduce((a, b) =>
        cosine(b.vector, vector) > cosine(a.vector, vector) ? b : a,
      );
      return nearest.kind === kind;
    });
    expect(right.length / rows.length).toBeGreaterThanOrEqual(0.95);
  }, 120_000);

  it('are hardly ever seen where there is none', async () => {
    // Bank notes show portraits, and snoopy and brontosaurus are drawn with faces.
    const photos = photosByKind(objectsFolder)
      .filter(({ kind }) => kind !== 'dollar_bill')
      .filter((_, index) => index % 8 === 0);
    let seen = 0;
    for (const { path } of photos)
      seen += Math.min(1, (await facesIn(await readFile(path))).length);
    expect(seen / photos.length).toBeLessThanOrEqual(0.02);
  }, 120_000);

  it.skipIf(native === null)('are the same on native TensorFlow and on WebAssembly', async () => {
    const [first] = photosByKind(facesFolder);
    const content = await readFile(first?.path ?? '');
    const [one] = await facesIn(content, wasm);
    const [other] = await facesIn(content, native ?? wasm);
    expect(one?.x).toBeCloseTo(other?.x ?? NaN, 3);
    expect(cosine(one?.vector ?? [], other?.vector ?? [])).toBeGreaterThan(0.9999);
  });
});

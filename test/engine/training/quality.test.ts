/**
 * What the auto-encoders are for: on real photos of known kinds they find more of the same kind than
 * pixels do. Each learns from the photos alone, without their kinds, and for fewer epochs than usual.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { measureRetrieval } from '../../../engine/evaluation/retrieval.ts';
import { leaveOneOut } from '../../../engine/evaluation/split.ts';
import { autoencoderConv } from '../../../engine/methods/autoencoder-conv.ts';
import { autoencoderDense } from '../../../engine/methods/autoencoder-dense.ts';
import type { Method, MethodEntry } from '../../../engine/methods/method.ts';
import { loadMethod } from '../../../engine/methods/registry.ts';
import { decodePhoto } from '../../../engine/photos/decode.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { autoencoders } from '../../../engine/training/autoencoder.ts';
import { bytesOfPixels, writeRows } from '../../../engine/training/rows-file.ts';
import { defaultSettings } from '../../../engine/training/run.ts';
import { Training } from '../../../engine/training/training.ts';
import { temporaryFolder } from '../../support/photos.ts';

const photosFolder = fileURLToPath(new URL('../../../../shared/photos/objects', import.meta.url));
const files = existsSync(photosFolder) ? globSync(`${photosFolder}/*/*.jpg`).sort() : [];
const missing =
  files.length > 0 ? '' : ' (skipped: ../shared/photos/objects is not beside the project)';
const { name: backend, reason } = await loadBackend(null);
const withoutNative =
  backend === 'native' ? '' : ` (skipped: ${reason ?? 'WebAssembly was asked for'})`;

const epochs = 8;

/** All photos at the size of a method: `side` × `side` RGB each. */
async function pixelsAt(side: number): Promise<Uint8Array[]> {
  const decoded = files.map(async (file) => (await decodePhoto(readFileSync(file), side)).pixels);
  return Promise.all(decoded);
}

/** Precision at 5, every photo in turn being the query. */
async function precisionOf(method: Method, photos: Uint8Array[], cacheFolder: string) {
  const { dimensions, metric } = method;
  const embedder = await method.createEmbedder({ cacheFolder });
  const rows = await embedder.embed(Uint8Array.from(Buffer.concat(photos)), photos.length);
  await embedder.close();
  const kinds = files.map((file) => basename(dirname(file)));
  const labels = kinds.map((kind) => kinds.indexOf(kind));
  const work = { pause: () => Promise.resolve(), onProgress: () => undefined };
  const set = { rows, dimensions, metric, labels };
  return (await measureRetrieval(set, leaveOneOut(labels), 5, work)).precisionAtK;
}

async function trainedPrecision(
  kind: keyof typeof autoencoders,
  entry: MethodEntry,
): Promise<number> {
  await using folder = await temporaryFolder();
  const { side } = autoencoders[kind];
  const path = join(folder.path, 'data.bin');
  const photos = await pixelsAt(side);
  await new Training().start({
    kind,
    settings: { ...defaultSettings, epochs },
    seed: 1,
    labels: null,
    data: { path, ...(await writeRows(path, bytesOfPixels(side), photos)) },
    folder: folder.path,
    program: 'test',
  });
  return await precisionOf(
    await entry.load({ modelsFolder: '', trainedFolder: folder.path }),
    photos,
    folder.path,
  );
}

async function pixelsPrecision(): Promise<number> {
  const method = await loadMethod('pixels');
  return precisionOf(method, await pixelsAt(method.inputSize), '');
}

const pixels = missing === '' ? await pixelsPrecision() : NaN;

it.skipIf(missing !== '')(
  `the dense auto-encoder finds more of a kind than pixels${missing}`,
  async () => {
    const precision = await trainedPrecision('autoencoder-dense', autoencoderDense);
    expect(precision).toBeGreaterThan(pixels + 0.04);
  },
);

it.skipIf(missing !== '' || withoutNative !== '')(
  `the convolutional auto-encoder finds more of a kind than pixels${missing || withoutNative}`,
  async () => {
    const precision = await trainedPrecision('autoencoder-conv', autoencoderConv);
    expect(precision).toBeGreaterThan(pixels + 0.04);
  },
);

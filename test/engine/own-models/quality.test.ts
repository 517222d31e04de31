/**
 * Whether a model of a person's own finds what it should: the network that ships, written as a
 * SavedModel and added like one from anywhere, must see what the method does that is made of it.
 */
import { expect, test } from 'vitest';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePixels } from '../../../engine/photos/decode.ts';
import { copyAndLook, startModel } from '../../../engine/own-models/runner.ts';
import { loadModel } from '../../../engine/tensorflow/architecture.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { createEmbedder } from '../../../engine/tensorflow/embedder.ts';
import { ensureSavedModel } from '../../../engine/tensorflow/saved-model.ts';
import { objectsFolder } from '../../support/shared-photos.ts';
import { cosine, modelFolder, temporaryFolder } from '../tensorflow/models.ts';

const missing = existsSync(objectsFolder)
  ? await loadBackend('native').then(
      () => null,
      (error: unknown) => String(error),
    )
  : '../shared/photos is not beside the project';

test.skipIf(missing)(
  `the network that ships, as a model of one's own, sees what ImageNet features see${missing === null ? '' : ` (${missing})`}`,
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryFolder();
    const saved = await ensureSavedModel(await loadModel(modelFolder), folder.path);
    const copy = join(folder.path, 'copy');
    await mkdir(copy);
    const asked = { inputSize: null, scaling: '-1..1', layer: 'projection' } as const;
    const looked = await copyAndLook(saved, copy, asked, {});
    expect(looked).toMatchObject({
      ...{ format: 'saved-model', dimensions: 256 },
      inputSize: { value: 224, from: 'file' },
    });
    const { layer, bytes, dimensions, files, sha256 } = looked;
    const own = await startModel(
      copy,
      {
        ...{ version: 1, name: 'own', format: 'saved-model', inputSize: 224, scaling: '-1..1' },
        ...{ layer: layer.value, from: saved, bytes, dimensions, single: false, files, sha256 },
      },
      {},
    );
    const usual = await createEmbedder({ model: modelFolder, cacheFolder: folder.path });
    try {
      const kinds = (await readdir(objectsFolder)).sort().slice(0, 4);
      const rows: { kind: string; row: Float32Array }[] = [];
      for (const kind of kinds)
        for (const name of (await readdir(join(objectsFolder, kind))).sort().slice(0, 5)) {
          const pixels = await decodePixels(await readFile(join(objectsFolder, kind, name)), 224);
          const row = await own.embed(pixels, 1);
          // It was trained with (x − 127) / 128, which is nearly the same as −1 to 1.
          expect(cosine(row, await usual.embed(new Uint8Array(pixels), 1))).toBeGreaterThan(0.998);
          rows.push({ kind, row });
        }
      const right = rows.filter(({ kind, row }) => {
        const others = rows.filter((other) => other.row !== row);
        const nearest = others.reduce((best, other) =>
          cosine(other.row, row) > cosine(best.row, row) ? other : best,
        );
        return nearest.kind === kind;
      });
      expect(right.length / rows.length).toBeGreaterThan(0.9);
    } finally {
      await own.close();
      await usual.close();
    }
  },
);

/**
 * What the triplet network is for, on real photos of known kinds: of kinds that it was taught it finds
 * more than the ImageNet features that it starts from, and of others no less.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { measureRetrieval } from '../../../engine/evaluation/retrieval.ts';
import { heldOut, leaveOneOut, type Split } from '../../../engine/evaluation/split.ts';
import { loadMethod } from '../../../engine/methods/registry.ts';
import { decodePixels } from '../../../engine/photos/decode.ts';
import { Random } from '../../../engine/random.ts';
import { BATCH_SIZE } from '../../../engine/tensorflow/embedder.ts';
import { readRefinement } from '../../../engine/tensorflow/refinement.ts';
import { writeRows } from '../../../engine/training/rows-file.ts';
import { defaultSettings } from '../../../engine/training/run.ts';
import { Training } from '../../../engine/training/training.ts';
import {
  bytesOfLabelled,
  labelledRow,
  tripletDimensions,
  tripletKind,
} from '../../../engine/training/triplet.ts';
import { temporaryFolder } from '../../support/photos.ts';

const photosFolder = fileURLToPath(new URL('../../../../shared/photos/objects', import.meta.url));
const files = existsSync(photosFolder) ? globSync(`${photosFolder}/*/*.jpg`).sort() : [];
const missing =
  files.length > 0 ? '' : ' (skipped: ../shared/photos/objects is not beside the project)';
const timeout = 180_000;

const kinds = files.map((file) => basename(dirname(file)));
const kindNames = [...new Set(kinds)].sort();
const labels = kinds.map((kind) => kindNames.indexOf(kind));
const unseenKinds = 11;

/** ImageNet features of all photos. */
async function features(): Promise<Float32Array> {
  await using cache = await temporaryFolder();
  const { inputSize, dimensions, createEmbedder } = await loadMethod('imagenet');
  const embedder = await createEmbedder({ cacheFolder: cache.path });
  const rows = new Float32Array(files.length * dimensions);
  try {
    for (let start = 0; start < files.length; start += BATCH_SIZE) {
      const batch = files.slice(start, start + BATCH_SIZE);
      const pixels = await Promise.all(
        batch.map((file) => decodePixels(readFileSync(file), inputSize)),
      );
      const joined = new Uint8Array(Buffer.concat(pixels));
      rows.set(await embedder.embed(joined, batch.length), start * dimensions);
    }
  } finally {
    await embedder.close();
  }
  return rows;
}

/** The vectors of all photos, after some were learnt from. */
async function refined(rows: Float32Array, learnt: Iterable<number>): Promise<Float32Array> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'data');
  const data = [...learnt].map((photo) =>
    labelledRow(
      labels[photo] ?? 0,
      rows.subarray(photo * tripletDimensions, (photo + 1) * tripletDimensions),
    ),
  );
  await new Training().start({
    kind: 'triplet',
    settings: { ...defaultSettings, ...tripletKind.settings },
    seed: 1,
    data: { path, ...(await writeRows(path, bytesOfLabelled, data)) },
    labels: null,
    folder: folder.path,
    program: 'test',
  });
  return (await readRefinement(folder.path)).run(rows);
}

async function precision(rows: Float32Array, split: Split): Promise<number> {
  const work = { pause: () => Promise.resolve(), onProgress: () => undefined };
  const set = { rows, dimensions: tripletDimensions, labels };
  return (await measureRetrieval(set, split, 5, work)).precisionAtK;
}

describe.skipIf(missing !== '')(`photos of known kinds${missing}`, () => {
  let before: Float32Array;
  beforeAll(async () => {
    before = await features();
  }, timeout);

  it(
    'of kinds that it learnt from four fifths of, it finds more for the other fifth',
    async () => {
      const split = heldOut(labels, 1);
      const after = await refined(before, split.searched);
      expect(await precision(after, split)).toBeGreaterThan(
        (await precision(before, split)) + 0.02,
      );
    },
    timeout,
  );

  it(
    'of kinds that it never saw, it finds as much, among themselves and among all',
    async () => {
      const unseen = new Set(
        new Random('kinds', 1).shuffled(kindNames.keys()).slice(0, unseenKinds),
      );
      const all = leaveOneOut(labels);
      const isUnseen = (photo: number): boolean => unseen.has(labels[photo] ?? NaN);
      const queries = all.queries.filter(isUnseen);
      const after = await refined(
        before,
        all.searched.filter((photo) => !isUnseen(photo)),
      );
      for (const searched of [all.searched.filter(isUnseen), all.searched]) {
        const split = { queries, searched };
        expect(await precision(after, split)).toBeGreaterThan(
          (await precision(before, split)) - 0.01,
        );
      }
    },
    timeout,
  );
});

/**
 * What marks are worth, on real photos of known kinds: after 150 pairs of each kind were marked among
 * what ImageNet features found, more is found for photos that were never marked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupsApart, groupsOf, type Mark } from '../../../engine/evaluation/marks.ts';
import { measureRetrieval, type Retrieval } from '../../../engine/evaluation/retrieval.ts';
import { heldOut } from '../../../engine/evaluation/split.ts';
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
import {
  hasSharedPhotos,
  objectsFolder,
  photosByKind,
  withoutSharedPhotos,
} from '../../support/shared-photos.ts';

const all = hasSharedPhotos
  ? photosByKind(objectsFolder).sort((a, b) => (a.path < b.path ? -1 : 1))
  : [];
/** Computing features takes longest, so there are not all kinds here. */
const kindNames = new Random('kinds').shuffled(new Set(all.map(({ kind }) => kind))).slice(0, 22);
const photos = all.filter(({ kind }) => kindNames.includes(kind));
const labels = photos.map(({ kind }) => kindNames.indexOf(kind));
const marksOfEach = 150;
/** A person looks at about so many results. */
const lookedAt = 10;

/** ImageNet features of all photos. */
async function features(): Promise<Float32Array> {
  await using cache = await temporaryFolder();
  const { inputSize, createEmbedder } = await loadMethod('imagenet');
  const embedder = await createEmbedder({ cacheFolder: cache.path });
  const rows = new Float32Array(photos.length * tripletDimensions);
  try {
    for (let start = 0; start < photos.length; start += BATCH_SIZE) {
      const batch = photos.slice(start, start + BATCH_SIZE);
      const pixels = await Promise.all(
        batch.map(({ path }) => decodePixels(readFileSync(path), inputSize)),
      );
      const joined = new Uint8Array(Buffer.concat(pixels));
      rows.set(await embedder.embed(joined, batch.length), start * tripletDimensions);
    }
  } finally {
    await embedder.close();
  }
  return rows;
}

const rowOf = (rows: Float32Array, photo: number): Float32Array =>
  rows.subarray(photo * tripletDimensions, (photo + 1) * tripletDimensions);

/** The photos of `seen` most like a photo, as many as a person looks at. */
function nearest(rows: Float32Array, photo: number, seen: Uint32Array): number[] {
  const query = rowOf(rows, photo);
  return [...seen]
    .filter((other) => other !== photo)
    .map((other) => {
      const row = rowOf(rows, other);
      return { other, product: query.reduce((sum, value, i) => sum + value * (row[i] ?? 0), 0) };
    })
    .sort((x, y) => y.product - x.product)
    .slice(0, lookedAt)
    .map(({ other }) => other);
}

/** Marks as a person who knows the kinds would make them on the first results of photos. */
function marksOn(rows: Float32Array, seen: Uint32Array, random: Random): Mark<number>[] {
  const marks = new Map<string, Mark<number>>();
  const left = { alike: marksOfEach, not: marksOfEach };
  while (left.alike + left.not > 0) {
    const first = seen[random.integer(0, seen.length - 1)] ?? 0;
    const second = nearest(rows, first, seen)[random.integer(0, lookedAt - 1)] ?? 0;
    const key = [first, second].sort().join(' ');
    const alike = labels[first] === labels[second];
    if (marks.has(key) || left[alike ? 'alike' : 'not'] === 0) continue;
    left[alike ? 'alike' : 'not'] -= 1;
    marks.set(key, { first, second, alike });
  }
  return [...marks.values()];
}

/** The vectors of all photos, after the marks were learnt from. */
async function refined(rows: Float32Array, marks: readonly Mark<number>[]): Promise<Float32Array> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'data');
  const groups = groupsOf(marks);
  const data = [...groups].map(([photo, group]) => labelledRow(group, rowOf(rows, photo)));
  await new Training().start({
    kind: 'triplet',
    settings: { ...defaultSettings, ...tripletKind.settings },
    seed: 1,
    data: {
      path,
      ...(await writeRows(path, bytesOfLabelled, data)),
      apart: groupsApart(marks, groups),
    },
    labels: null,
    folder: folder.path,
    program: 'test',
  });
  return (await readRefinement(folder.path)).run(rows);
}

describe.skipIf(!hasSharedPhotos)(`photos of known kinds${withoutSharedPhotos}`, () => {
  it('300 marks find more for photos that nobody marked', { timeout: 180_000 }, async () => {
    const before = await features();
    const split = heldOut(labels, 1);
    const measure = (rows: Float32Array): Promise<Retrieval> =>
      measureRetrieval({ rows, dimensions: tripletDimensions, labels }, split, 5, {
        pause: () => Promise.resolve(),
        onProgress: () => undefined,
      });
    const marks = marksOn(before, split.searched, new Random('marks'));
    const after = await measure(await refined(before, marks));
    const plain = await measure(before);
    console.log(
      `P@5 ${plain.precisionAtK.toFixed(3)} → ${after.precisionAtK.toFixed(3)}, ` +
        `mAP ${plain.meanAveragePrecision.toFixed(3)} → ${after.meanAveragePrecision.toFixed(3)}`,
    );
    expect(after.precisionAtK).toBeGreaterThan(plain.precisionAtK + 0.005);
    expect(after.meanAveragePrecision).toBeGreaterThan(plain.meanAveragePrecision + 0.01);
  });
});

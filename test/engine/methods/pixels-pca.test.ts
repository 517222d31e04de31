/** Pixels by fewer numbers, from photos to neighbours, beside what scikit-learn makes of the same photos. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { loadMethod } from '../../../engine/methods/registry.ts';
import { nearest } from '../../../engine/search/nearest.ts';
import { Vectors } from '../../../engine/search/vectors.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import {
  learnComponents,
  principalComponents,
} from '../../../engine/training/principal-components.ts';
import { readResult, type TrainingRun } from '../../../engine/training/run.ts';
import { writeRows } from '../../../engine/training/rows-file.ts';
import { defaultSettings } from '../../../engine/training/run.ts';
import { temporaryFolder } from '../../support/photos.ts';
import { drawnPhoto } from './drawn-numbers.ts';

/** What scikit-learn found; pixels-pca.golden.py made it, and says how the photos are made. */
const golden = JSON.parse(
  readFileSync(new URL('pixels-pca.golden.json', import.meta.url), 'utf8'),
) as {
  photos: number;
  every: number;
  mean: number[];
  components: number[][];
  variances: number[];
  shares: number[];
  places: number[][];
  nearest: number[][];
  distances: number[][];
};
const numbers = 32 * 32 * 3;
const dimensions = golden.components.length;
const photos = Array.from({ length: golden.photos }, (_, i) => drawnPhoto(i, numbers));
const backend = await loadBackend('wasm');
const silent = { onProgress: () => undefined };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let run: TrainingRun;
beforeAll(async () => {
  folder = await temporaryFolder();
  const path = join(folder.path, 'data');
  run = {
    kind: 'pixels-pca',
    settings: defaultSettings,
    seed: 1,
    data: { path, ...(await writeRows(path, numbers, photos)) },
    ...{ labels: null, folder: folder.path, program: 'test', dimensions },
  };
  await learnComponents(backend, run, silent);
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

test('components and variances are those of scikit-learn, up to the sign of a component', async () => {
  const rows = new Uint8Array(Buffer.concat(photos));
  const learnt = await principalComponents(backend.tf, rows, numbers, dimensions);
  const some = (values: Float64Array) => [...values].filter((_, i) => i % golden.every === 0);
  for (const [i, x] of some(learnt.mean).entries())
    expect(x / 255).toBeCloseTo(golden.mean[i] ?? NaN, 12);
  for (const [k, expected] of golden.components.entries()) {
    const component = some(learnt.directions[k] ?? new Float64Array());
    const turned = Math.sign((component[0] ?? NaN) * (expected[0] ?? NaN));
    for (const [i, x] of component.entries()) expect(x * turned).toBeCloseTo(expected[i] ?? NaN, 9);
    const variance = learnt.variances[k] ?? NaN;
    expect(variance / 255 ** 2).toBeCloseTo(golden.variances[k] ?? NaN, 9);
    expect(variance / learnt.totalVariance).toBeCloseTo(golden.shares[k] ?? NaN, 12);
  }
});

test('places, the nearest photos and their distances are those of scikit-learn', async () => {
  const method = await loadMethod('pixels-pca', { trainedFolder: folder.path });
  expect(method).toMatchObject({ dimensions, metric: 'euclidean' });
  const embedder = await method.createEmbedder({ cacheFolder: '' });
  const vectors = new Vectors(method.dimensions, method.metric);
  for (const [i, photo] of photos.entries()) {
    const vector = await embedder.embed(photo, 1);
    vectors.add(i + 1, vector);
    for (const [k, place] of (golden.places[i] ?? []).entries())
      expect(Math.abs((vector[k] ?? NaN) * Math.sqrt(numbers))).toBeCloseTo(Math.abs(place), 4);
  }
  for (const [i, expected] of golden.nearest.entries()) {
    const query = { vector: vectors.row(i), except: new Set([i + 1]) };
    const [found = []] = nearest(vectors, [query], expected.length);
    expect(found.map(({ id }) => id - 1)).toEqual(expected);
    for (const [place, { similarity }] of found.entries())
      expect((1 - similarity) * Math.sqrt(numbers)).toBeCloseTo(
        golden.distances[i]?.[place] ?? NaN,
        4,
      );
  }
});

test('it tells what it keeps, and as many numbers as there are differences when more are wanted', async () => {
  const result = await readResult(folder.path);
  const kept = golden.shares.reduce((sum, share) => sum + share);
  expect(result?.components?.kept).toBeCloseTo(kept, 9);
  expect(result).toMatchObject({ settings: null, losses: [], data: { training: golden.photos } });

  await using other = await temporaryFolder();
  const all = await learnComponents(
    backend,
    { ...run, folder: other.path, dimensions: 200 },
    silent,
  );
  expect(all.components?.shares).toHaveLength(golden.photos - 1);
  expect(all.components?.kept).toBeCloseTo(1, 9);
  const method = await loadMethod('pixels-pca', { trainedFolder: other.path });
  expect(method.version).not.toBe(
    (await loadMethod('pixels-pca', { trainedFolder: folder.path })).version,
  );
  // All differences are kept: a photo is drawn again as it is.
  const embedder = await method.createEmbedder({ cacheFolder: '' });
  const photo = photos[3] ?? new Uint8Array();
  const again = (await embedder.reconstruct?.(photo, 1)) ?? [];
  expect(
    Math.max(...Array.from(again, (x, i) => Math.abs(x - (photo[i] ?? NaN)))),
  ).toBeLessThanOrEqual(1);
});

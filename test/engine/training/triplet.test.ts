/** The triplet network on drawn vectors, on WebAssembly: what it learns, from what, and that it can be repeated. */
import fc from 'fast-check';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { normaliseRows } from '../../../engine/tensorflow/network.ts';
import { readRefinement } from '../../../engine/tensorflow/refinement.ts';
import { writeRows } from '../../../engine/training/rows-file.ts';
import { defaultSettings, type TrainingRun } from '../../../engine/training/run.ts';
import { train } from '../../../engine/training/train.ts';
import {
  bytesOfLabelled,
  labelledRow,
  semiHardTriplets,
  tripletDimensions,
  tripletKind,
} from '../../../engine/training/triplet.ts';
import { temporaryFolder } from '../../support/photos.ts';

const backend = await loadBackend('wasm');
const [labels, perLabel] = [8, 9];
const count = labels * perLabel;
const labelOf = (row: number): number => row % labels;
const silent = { onEpoch: () => undefined, onProgress: () => undefined };

/** Rows whose first numbers tell their label, faintly, and whose others are noise. */
function drawnVectors(): Float32Array {
  const random = new Random('vectors');
  const rows = Float32Array.from({ length: count * tripletDimensions }, () =>
    random.between(-1, 1),
  );
  for (let row = 0; row < count; row++) rows[row * tripletDimensions + labelOf(row)] = 4;
  return normaliseRows(rows, tripletDimensions);
}
const vectors = drawnVectors();

async function runIn(folder: string, epochs = 4, seed = 1): Promise<TrainingRun> {
  const path = join(folder, 'data');
  const rows = Array.from({ length: count }, (_, row) =>
    labelledRow(
      labelOf(row),
      vectors.subarray(row * tripletDimensions, (row + 1) * tripletDimensions),
    ),
  );
  return {
    kind: 'triplet',
    settings: { ...defaultSettings, ...tripletKind.settings, epochs },
    seed,
    data: { path, ...(await writeRows(path, bytesOfLabelled, rows)), of: 'm@1' },
    labels: null,
    folder,
    program: 'test',
  };
}

/** Mean similarity of rows of the same label, less that of rows of different ones. */
function contrast(rows: Float32Array): number {
  const sums = { same: [0, 0], other: [0, 0] } as Record<'same' | 'other', [number, number]>;
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) {
      let product = 0;
      for (let i = 0; i < tripletDimensions; i++)
        product += (rows[a * tripletDimensions + i] ?? 0) * (rows[b * tripletDimensions + i] ?? 0);
      const sum = sums[labelOf(a) === labelOf(b) ? 'same' : 'other'];
      sum[0] += product;
      sum[1] += 1;
    }
  return sums.same[0] / sums.same[1] - sums.other[0] / sums.other[1];
}

it('chooses for every pair the nearest negative beyond the positive, else the farthest', () => {
  const batches = fc
    .array(fc.tuple(fc.nat(3), fc.nat(30)), { minLength: 1, maxLength: 14 })
    .chain((photos) => fc.tuple(fc.constant(photos), fc.integer({ min: 0, max: photos.length })));
  fc.assert(
    fc.property(batches, ([photos, anchors]) => {
      const ofBatch = photos.map(([label]) => label);
      // Places on a line, each a little apart from the others, so that no two distances are equal.
      const places = photos.map(([, place], i) => place + Math.sqrt(2) ** -(i + 3));
      const distance = (a: number, b: number): number =>
        Math.abs((places[a] ?? 0) - (places[b] ?? 0));
      const distances = photos.flatMap((_, a) => photos.map((__, b) => distance(a, b)));
      const all = [...photos.keys()];
      const expected = all.slice(0, anchors).flatMap((anchor) => {
        const others = all.filter((photo) => ofBatch[photo] !== ofBatch[anchor]);
        const positives = all.filter(
          (photo) => photo !== anchor && ofBatch[photo] === ofBatch[anchor],
        );
        if (others.length === 0) return [];
        return positives.map((positive) => {
          const beyond = others.filter(
            (photo) => distance(anchor, photo) > distance(anchor, positive),
          );
          const far = (photo: number): number => distance(anchor, photo);
          const wanted =
            beyond.length > 0 ? Math.min(...beyond.map(far)) : Math.max(...others.map(far));
          return { anchor, positive, wanted };
        });
      });
      const chosen = semiHardTriplets(distances, ofBatch, anchors);
      expect(
        chosen.map(({ anchor, positive, negative }) => ({
          anchor,
          positive,
          wanted: distance(anchor, negative),
        })),
      ).toEqual(expected);
      for (const { anchor, negative } of chosen)
        expect(ofBatch[negative]).not.toBe(ofBatch[anchor]);
    }),
  );
});

it('begins as no change, and then brings photos of a label together: its losses fall', async () => {
  await using folder = await temporaryFolder();
  const run = await runIn(folder.path, 6);
  const learner = tripletKind.create(backend.tf, run, new Uint32Array());
  const all = Uint32Array.from({ length: count }, (_, row) => row);
  const file = learner.finished(all);
  expect([...(file.tensors.get('change.0.kernel')?.values ?? [1])].every((x) => x === 0)).toBe(
    true,
  );
  learner.close();

  const { losses, bestEpoch } = await train(backend, tripletKind, run, silent);
  expect(losses.at(-1)?.loss).toBeLessThan(0.9 * (losses[0]?.loss ?? 0));
  expect(losses[bestEpoch - 1]?.validationLoss).toBeLessThan(losses[0]?.validationLoss ?? 0);
  const refinement = await readRefinement(folder.path);
  expect(refinement.of).toBe('m@1');
  expect(contrast(refinement.run(vectors))).toBeGreaterThan(1.2 * contrast(vectors));
});

it('gives a loss of two photos and a stranger as it is worked out by hand', async () => {
  await using folder = await temporaryFolder();
  const learner = tripletKind.create(backend.tf, await runIn(folder.path), new Uint32Array());
  const rowsOf = [0, labels, 1];
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < tripletDimensions; i++)
      sum += (vectors[a * tripletDimensions + i] ?? 0) * (vectors[b * tripletDimensions + i] ?? 0);
    return sum;
  };
  // Rows 0 and 8 have one label, row 1 another: two triplets, and nothing has moved yet.
  const [a = 0, b = 0, stranger = 0] = rowsOf;
  const d = (x: number, y: number): number => 2 - 2 * product(x, y);
  const expected =
    (Math.max(0, 0.5 + d(a, b) - d(a, stranger)) + Math.max(0, 0.5 + d(a, b) - d(b, stranger))) / 2;
  const loss = backend.tf.tidy(() =>
    learner.loss(Uint32Array.from(rowsOf), new Random('dropout')).dataSync(),
  );
  expect(expected).toBeGreaterThan(0);
  expect(loss[0]).toBeCloseTo(expected, 4);
  learner.close();
});

it('puts photos of a label into one batch, and shows every photo once', async () => {
  await using folder = await temporaryFolder();
  const learner = tripletKind.create(backend.tf, await runIn(folder.path), new Uint32Array());
  const examples = Uint32Array.from({ length: count }, (_, row) => row);
  const order = learner.arranged?.(examples, new Random('order')) ?? new Uint32Array();
  expect([...order].sort((a, b) => a - b)).toEqual([...examples]);
  const changes = order.filter((row, i) => i > 0 && labelOf(row) !== labelOf(order[i - 1] ?? 0));
  // Nine of a label are two groups of four and one alone.
  expect(changes.length).toBeLessThan(labels * 3);
  expect(changes.length).toBeGreaterThanOrEqual(labels);
  learner.close();
});

it('gives the same network from the same seed, interrupted or not, and another from another', async () => {
  const shaOf = async (seed: number, stops: number[]) => {
    await using folder = await temporaryFolder();
    let stopped = 0;
    for (const epoch of stops) {
      const listener = {
        ...silent,
        onEpoch: (report: { epoch: number }) => {
          if (report.epoch === epoch) throw new Error('killed');
        },
      };
      const run = await runIn(folder.path, 3, seed);
      await train(backend, tripletKind, run, listener).catch(() => stopped++);
    }
    expect(stopped).toBe(stops.length);
    return (await train(backend, tripletKind, await runIn(folder.path, 3, seed), silent)).sha256;
  };
  const whole = await shaOf(1, []);
  expect(await shaOf(1, [1, 2])).toBe(whole);
  expect(await shaOf(2, [])).not.toBe(whole);
});

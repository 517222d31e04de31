/** Learning from marks of pairs, on drawn vectors: what counts as different, and what is learnt. */
import fc from 'fast-check';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { normaliseRows } from '../../../engine/tensorflow/network.ts';
import { readRefinement } from '../../../engine/tensorflow/refinement.ts';
import {
  addKnownApart,
  besideKnown,
  differentBy,
  knownApart,
} from '../../../engine/training/known-apart.ts';
import { writeRows } from '../../../engine/training/rows-file.ts';
import { defaultSettings, type TrainingRun } from '../../../engine/training/run.ts';
import { train } from '../../../engine/training/train.ts';
import {
  bytesOfLabelled,
  labelledRow,
  tripletDimensions,
  tripletKind,
  tripletLearner,
  type TripletTail,
} from '../../../engine/training/triplet.ts';
import { temporaryFolder } from '../../support/photos.ts';

const label = fc.nat({ max: 6 });
const somePairs = fc.array(fc.tuple(label, label), { maxLength: 12 });

it('known are the pairs that were said, both ways, and no others', () => {
  fc.assert(
    fc.property(somePairs, label, label, (pairs, a, b) => {
      const isSaid = pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
      expect(knownApart(pairs)(a, b)).toBe(isSaid);
    }),
  );
});

it('every group comes once, and beside one that it is known to differ from while there is one', () => {
  fc.assert(
    fc.property(somePairs, fc.array(label, { maxLength: 15 }), (pairs, labels) => {
      const groups = labels.map((one) => ({ label: one }));
      const isApart = knownApart(pairs);
      const ordered = besideKnown(groups, (group) => group.label, isApart, new Random('order'));
      expect(new Set(ordered)).toEqual(new Set(groups));
      expect(ordered).toHaveLength(groups.length);
      // No two that were left alone could have stood together.
      const alone = ordered.filter((group, place) =>
        [ordered[place - 1], ordered[place + 1]].every(
          (beside) => !beside || !isApart(group.label, beside.label),
        ),
      );
      for (const a of alone)
        for (const b of alone) if (a !== b) expect(isApart(a.label, b.label)).toBe(false);
    }),
  );
});

it('unmarked photos count as different only where they were far apart', () => {
  const isDifferent = differentBy(
    knownApart([[7, 8]]),
    [7, 8, 9],
    [0, 0.2, 1.5, 0.2, 0, 0.9, 1.5, 0.9, 0],
  );
  expect(isDifferent(0, 1)).toBe(true);
  expect(isDifferent(0, 2)).toBe(true);
  expect(isDifferent(1, 2)).toBe(false);
});

it('pairs known to differ add what they lack to a distance of 1.6, on average', () => {
  const products = Float32Array.of(1, 0.7, 0.1, 0.7, 1, 0.4, 0.1, 0.4, 1);
  const distances = products.map((product) => 2 - 2 * product);
  const factors = new Float32Array(9);
  const isApart = knownApart([
    [0, 1],
    [0, 2],
  ]);
  const constant = addKnownApart(factors, distances, [0, 1, 2], isApart);
  const loss = constant + factors.reduce((sum, factor, i) => sum + factor * (products[i] ?? 0), 0);
  // 0.6 apart lacks 1, and 1.8 nothing.
  expect(loss).toBeCloseTo((1 + 0) / 2, 5);
});

const kinds = 6;
const perKind = 12;
const count = kinds * perKind;
const kindOf = (row: number): number => row % kinds;

/** Kinds 0 and 1, 2 and 3, … are told apart by one faint number only; the rest is noise. */
function drawnVectors(): Float32Array {
  const random = new Random('pairs of kinds');
  const rows = Float32Array.from({ length: count * tripletDimensions }, () =>
    random.between(-1, 1),
  );
  for (let row = 0; row < count; row++) {
    rows[row * tripletDimensions + Math.floor(kindOf(row) / 2)] = 10;
    rows[row * tripletDimensions + 10 + kindOf(row)] = 4;
  }
  return normaliseRows(rows, tripletDimensions);
}

/** Two thirds of the photos are marked: threes of a kind, and neighbouring kinds as not alike. */
const marked = Array.from({ length: (count * 2) / 3 }, (_, row) => row);
const labelOf = (row: number): number => kindOf(row) + kinds * Math.floor(row / (3 * kinds));
const apart: [number, number][] = marked
  .filter((row) => row % 2 === 0)
  .map((row) => [labelOf(row), labelOf(row + 1)]);

/** @param beside bytes behind each row, which the refinement alone does not read */
async function runFromMarks(
  folder: string,
  vectors: Float32Array,
  beside = 0,
): Promise<TrainingRun> {
  const path = join(folder, 'data');
  const rows = marked.map((row) => {
    const vector = vectors.subarray(row * tripletDimensions, (row + 1) * tripletDimensions);
    const bytes = new Uint8Array(bytesOfLabelled + beside);
    bytes.set(labelledRow(labelOf(row), vector));
    return bytes;
  });
  return {
    kind: 'triplet',
    settings: { ...defaultSettings, ...tripletKind.settings, epochs: 3 },
    seed: 1,
    data: { path, ...(await writeRows(path, bytesOfLabelled + beside, rows)), apart },
    labels: null,
    folder,
    program: 'test',
  };
}

it('with the last layers of the network, the same pairs count as different as without', async () => {
  await using folder = await temporaryFolder();
  const { tf } = await loadBackend('wasm');
  const vectors = drawnVectors();
  const run = await runFromMarks(folder.path, vectors, 8);
  /** Last layers that change nothing yet: what they give are the vectors themselves. */
  const tail: TripletTail = {
    ...{ weights: [], layers: 3, bytesPerRow: bytesOfLabelled + 8 },
    run: (examples) =>
      tf.tensor(
        [...examples].map((row) => [
          ...vectors.subarray(row * tripletDimensions, (row + 1) * tripletDimensions),
        ]),
      ),
    ...{ tensors: () => new Map(), close: () => undefined },
  };
  const examples = Uint32Array.from(marked);
  const seen = (of: TrainingRun, last?: TripletTail) => {
    const learner = tripletLearner(tf, of, last);
    const loss = tf.tidy(() => learner.loss(examples, null).dataSync()[0]);
    const order = learner.arranged?.(examples, new Random('order'));
    learner.close();
    return { loss, order };
  };
  const withTail = seen(run, tail);
  await using other = await temporaryFolder();
  expect(withTail).toEqual(seen(await runFromMarks(other.path, vectors)));
  expect(withTail.loss).not.toBe(
    seen({ ...run, data: { ...run.data, apart: undefined } }, tail).loss,
  );
});

it('marks bring what was said to be alike together, and move what was said not to be apart', async () => {
  await using folder = await temporaryFolder();
  const backend = await loadBackend('wasm');
  const vectors = drawnVectors();
  const run = await runFromMarks(folder.path, vectors);
  await train(backend, tripletKind, run, {
    onEpoch: () => undefined,
    onProgress: () => undefined,
  });
  const after = (await readRefinement(folder.path)).run(vectors);
  /** Mean similarity of unmarked photos of a kind, less that to the neighbouring kind. */
  const contrast = (all: Float32Array): number => {
    let sum = 0;
    for (let a = marked.length; a < count; a++)
      for (let b = marked.length; b < count; b++) {
        if (a === b || Math.floor(kindOf(a) / 2) !== Math.floor(kindOf(b) / 2)) continue;
        let product = 0;
        for (let i = 0; i < tripletDimensions; i++)
          product += (all[a * tripletDimensions + i] ?? 0) * (all[b * tripletDimensions + i] ?? 0);
        sum += kindOf(a) === kindOf(b) ? product / (perKind / 3 - 1) : -product / (perKind / 3);
      }
    return sum / (count - marked.length);
  };
  expect(contrast(after)).toBeGreaterThan(1.2 * contrast(vectors));
});

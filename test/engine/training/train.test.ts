/**
 * The training loop, on a network of two numbers whose loss can be worked out: it learns the mean of
 * the examples that it is given. WebAssembly is enough for it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBackend, type TensorFlowCore } from '../../../engine/tensorflow/backend.ts';
import { MODEL_FILE } from '../../../engine/tensorflow/autoencoder.ts';
import { readTensors } from '../../../engine/tensorflow/tensors-file.ts';
import type { Learner, LearnerKind } from '../../../engine/training/learner.ts';
import {
  defaultSettings,
  readResult,
  type EpochReport,
  type TrainingProgress,
  type TrainingRun,
  type TrainingSettings,
} from '../../../engine/training/run.ts';
import { train } from '../../../engine/training/train.ts';
import { temporaryFolder } from '../../support/photos.ts';

const backend = await loadBackend('wasm');

interface Behaviour {
  /** Added to the validation loss of an epoch, from 1. */
  penalty?: (epoch: number) => number;
  /** Called at the first training batch of an epoch. */
  atEpoch?: (epoch: number) => void;
  /** Takes the examples of every batch. */
  seen?: (examples: number[], learning: boolean, epoch: number) => void;
}

/** Learns one number per example-parity; example i is the number i. */
function meanKind(behaviour: Behaviour, facts: Partial<LearnerKind> = {}): LearnerKind {
  const create = (tf: TensorFlowCore): Learner => {
    const variable = tf.variable(tf.tensor1d([0, 0]));
    let epoch = 0;
    let learning = false;
    return {
      weights: [{ name: 'means', variable }],
      loss: (examples, random) => {
        if (random && !learning) {
          epoch++;
          behaviour.atEpoch?.(epoch);
        }
        learning = random !== null;
        behaviour.seen?.([...examples], learning, epoch);
        const noise = random ? random.between(-0.1, 0.1) : (behaviour.penalty?.(epoch) ?? 0);
        const target = tf.tensor2d([...examples].map((i) => [i / 10, i % 2]));
        return tf.add(tf.mean(tf.squaredDifference(variable, target)), tf.scalar(noise));
      },
      finished: () => ({
        metadata: {},
        tensors: new Map([['means', { shape: [2], values: variable.dataSync<'float32'>() }]]),
      }),
      close: () => {
        variable.dispose();
      },
    };
  };
  return {
    code: 1,
    needsNative: false,
    title: 'the network of this test',
    leastExamples: 10,
    turns: () => 1,
    create,
    ...facts,
  };
}

function runIn(folder: string, settings: Partial<TrainingSettings> = {}, count = 40): TrainingRun {
  return {
    kind: 'autoencoder-dense',
    settings: { ...defaultSettings, batchSize: 8, learningRate: 0.05, ...settings },
    seed: 1,
    data: { path: 'none', count, version: 'v1' },
    labels: null,
    folder,
    program: '1.2.3',
  };
}

function listening() {
  const epochs: EpochReport[] = [];
  const progress: TrainingProgress[] = [];
  return {
    epochs,
    progress,
    onEpoch: (report: EpochReport) => epochs.push(report),
    onProgress: (report: TrainingProgress) => progress.push(report),
  };
}

const weightsIn = async (folder: string) =>
  (await readTensors(join(folder, MODEL_FILE))).tensors.get('means')?.values;

it('learns, tells every epoch, and leaves the network and an account of how it came to be', async () => {
  await using folder = await temporaryFolder();
  const listener = listening();
  const run = runIn(folder.path, { epochs: 12 });
  const result = await train(backend, meanKind({}), run, listener);
  expect(listener.epochs.map(({ epoch }) => epoch)).toEqual(
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  expect(listener.epochs.at(-1)).toMatchObject({ epochs: 12, secondsLeft: 0 });
  expect(result.losses).toEqual(
    listener.epochs.map(({ loss, validationLoss }) => ({ loss, validationLoss })),
  );
  expect(result.losses.at(-1)?.loss).toBeLessThan((result.losses[0]?.loss ?? 0) / 2);
  expect(result).toMatchObject({
    settings: run.settings,
    seed: 1,
    data: { version: 'v1', training: 36, validation: 4 },
    code: { program: '1.2.3', kind: 1 },
    backend: 'wasm',
    ended: 'complete',
    problem: null,
    sha256: (await readTensors(join(folder.path, MODEL_FILE))).sha256,
  });
  expect(await readResult(folder.path)).toEqual(result);
  expect((await readdir(folder.path)).sort()).toEqual([MODEL_FILE, 'training.json']);
  expect(listener.progress.every(({ done, total }) => done <= total && total === 60)).toBe(true);
});

it('holds back a tenth, drawn with the seed, and never learns from it', async () => {
  await using folder = await temporaryFolder();
  const heldBack = async (seed: number) => {
    const learnt = new Set<number>();
    const validated = new Set<number>();
    const seen = (examples: number[], learning: boolean) => {
      for (const example of examples) (learning ? learnt : validated).add(example);
    };
    const run = { ...runIn(folder.path, { epochs: 2 }), seed };
    await train(backend, meanKind({ seen }), run, listening());
    expect(learnt.size + validated.size).toBe(40);
    expect([...validated].filter((example) => learnt.has(example))).toEqual([]);
    expect(validated.size).toBe(4);
    return [...validated];
  };
  expect(await heldBack(1)).toEqual(await heldBack(1));
  expect(await heldBack(1)).not.toEqual(await heldBack(2));
});

it('shows the examples in another order every epoch, all of them, as often as the kind wants', async () => {
  await using folder = await temporaryFolder();
  const orders = new Map<number, number[]>();
  const seen = (examples: number[], learning: boolean, epoch: number) => {
    if (learning) orders.set(epoch, [...(orders.get(epoch) ?? []), ...examples]);
  };
  const kind = meanKind({ seen }, { turns: () => 3 });
  await train(backend, kind, runIn(folder.path, { epochs: 2 }), listening());
  const [first = [], second = []] = orders.values();
  expect(first).toHaveLength(3 * 36);
  expect(first).not.toEqual(second);
  expect(first.slice(0, 36).sort()).toEqual(second.slice(36, 72).sort());
});

it('ends when nothing gets better, and keeps the best', async () => {
  await using folder = await temporaryFolder();
  const penalty = (epoch: number) => (epoch <= 4 ? 10 - epoch : 100);
  const kind = meanKind({ penalty });
  const result = await train(backend, kind, runIn(folder.path, { patience: 3 }), listening());
  expect(result).toMatchObject({ ended: 'early', bestEpoch: 4 });
  expect(result.losses).toHaveLength(7);
  await using four = await temporaryFolder();
  await train(backend, kind, runIn(four.path, { epochs: 4 }), listening());
  expect(await weightsIn(folder.path)).toEqual(await weightsIn(four.path));
});

it('needs no more memory from epoch to epoch', async () => {
  await using folder = await temporaryFolder();
  const tensors: number[] = [];
  const onEpoch = () => tensors.push(backend.tf.memory().numTensors);
  const listener = { ...listening(), onEpoch };
  await train(backend, meanKind({}), runIn(folder.path, { epochs: 6 }), listener);
  expect(new Set(tensors)).toEqual(new Set([tensors[0]]));
  expect(tensors).toHaveLength(6);
});

describe('a loss that is no number', () => {
  const kind = meanKind({ penalty: (epoch) => (epoch === 4 ? NaN : 0) });

  it('ends the run, keeps the last good network, and is told', async () => {
    await using folder = await temporaryFolder();
    const result = await train(backend, kind, runIn(folder.path), listening());
    expect(result).toMatchObject({ ended: 'diverged', bestEpoch: 3 });
    expect(result.losses).toHaveLength(3);
    expect(result.problem?.code).toBe('training-diverged');
    expect(result.problem?.message).toMatch(/In epoch 4 .* epoch 3, the best one, is kept/);
    await using three = await temporaryFolder();
    await train(backend, meanKind({}), runIn(three.path, { epochs: 3 }), listening());
    expect(await weightsIn(folder.path)).toEqual(await weightsIn(three.path));
    expect(await readResult(folder.path)).toEqual(result);
  });

  it('is an error when it comes before anything was learnt', async () => {
    await using folder = await temporaryFolder();
    const run = runIn(folder.path, { learningRate: 1e30 });
    await expect(train(backend, meanKind({}), run, listening())).rejects.toMatchObject({
      code: 'training-diverged',
    });
    expect(await readResult(folder.path)).toBeUndefined();
  });
});

describe('a run that was interrupted', () => {
  class Interruption extends Error {}
  /** Trains until the first batch of `epoch`, and no further. */
  async function interruptedAt(epoch: number, run: TrainingRun, facts: Partial<LearnerKind> = {}) {
    const atEpoch = (now: number) => {
      if (now === epoch) throw new Interruption();
    };
    await expect(train(backend, meanKind({ atEpoch }, facts), run, listening())).rejects.toThrow(
      Interruption,
    );
  }

  it('goes on after its last epoch, and gives the very network that it would have given', async () => {
    await using whole = await temporaryFolder();
    await using broken = await temporaryFolder();
    const expected = await train(backend, meanKind({}), runIn(whole.path), listening());
    await interruptedAt(8, runIn(broken.path));
    // The learner of this test counts its own epochs, so the second one comes at its 13th.
    await interruptedAt(6, runIn(broken.path));
    const listener = listening();
    const result = await train(backend, meanKind({}), runIn(broken.path), listener);
    expect(listener.epochs[0]?.epoch).toBe(13);
    expect(result.losses).toEqual(expected.losses);
    expect(result.sha256).toBe(expected.sha256);
  });

  it('begins anew where the data, the seed or the code is another', async () => {
    await using folder = await temporaryFolder();
    const run = runIn(folder.path, { epochs: 5 });
    const others: [TrainingRun, Partial<LearnerKind>][] = [
      [{ ...run, data: { ...run.data, version: 'v2' } }, {}],
      [{ ...run, seed: 2 }, {}],
      [run, { code: 2 }],
    ];
    for (const [other, facts] of others) {
      await interruptedAt(3, run);
      const listener = listening();
      await train(backend, meanKind({}, facts), other, listener);
      expect(listener.epochs[0]?.epoch).toBe(1);
    }
  });

  it('may be given more epochs', async () => {
    await using folder = await temporaryFolder();
    await interruptedAt(3, runIn(folder.path, { epochs: 5 }));
    const listener = listening();
    await train(backend, meanKind({}), runIn(folder.path, { epochs: 6 }), listener);
    expect(listener.epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5, 6]);
  });
});

it('refuses what it cannot do, before it begins', async () => {
  await using folder = await temporaryFolder();
  await expect(
    train(backend, meanKind({}), runIn(folder.path, {}, 9), listening()),
  ).rejects.toMatchObject({
    code: 'training-too-few',
    message: expect.stringMatching(/at least 10 photos, and there are 9/) as string,
  });
  await expect(
    train(backend, meanKind({}, { needsNative: true }), runIn(folder.path), listening()),
  ).rejects.toMatchObject({
    code: 'training-needs-native',
    message: expect.stringMatching(/WebAssembly was asked for.*autoencoder-dense/) as string,
  });
  expect(await readdir(folder.path)).toEqual([]);
});

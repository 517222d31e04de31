/**
 * The triplet network with the last layers of the network before it, on maps of chance: what is changed
 * by learning, and that it can be repeated.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { convolutionConstants, loadModel } from '../../../engine/tensorflow/architecture.ts';
import { loadBackend, type Backend } from '../../../engine/tensorflow/backend.ts';
import { normaliseRows } from '../../../engine/tensorflow/network.ts';
import { readRefinement } from '../../../engine/tensorflow/refinement.ts';
import { cutNetwork } from '../../../engine/tensorflow/tail.ts';
import { readTunedModel } from '../../../engine/tensorflow/tuned-model.ts';
import { writeRows } from '../../../engine/training/rows-file.ts';
import { defaultSettings, type TrainingRun } from '../../../engine/training/run.ts';
import { train } from '../../../engine/training/train.ts';
import { tripletDimensions } from '../../../engine/training/triplet.ts';
import {
  bytesOfMapped,
  mappedRow,
  tunedTripletKind,
} from '../../../engine/training/tuned-triplet.ts';
import { modelFolder } from '../tensorflow/models.ts';
import { temporaryFolder } from '../../support/photos.ts';

const backend = await loadBackend(null);
const withoutNative =
  backend.name === 'native' ? '' : ` (skipped: ${backend.reason ?? 'WebAssembly was asked for'})`;
const silent = { onEpoch: () => undefined, onProgress: () => undefined };
const model = await loadModel(modelFolder);
const layers = 3;
const { trained, map } = cutNetwork(model.architecture, layers);
const numbers = map.side ** 2 * map.channels;
const [count, labels] = [24, 4];

async function runIn(folder: string, epochs: number): Promise<TrainingRun> {
  const random = new Random('maps');
  const path = join(folder, 'data');
  const patterns = random.times(labels, () => random.times(numbers, () => random.between(-1, 1)));
  const rows = Array.from({ length: count }, (_, row) => {
    const label = row % labels;
    const pattern = patterns[label] ?? [];
    const vector = Float32Array.from({ length: tripletDimensions }, () => random.between(-1, 1));
    const noisy = Float32Array.from(pattern, (x) => x + random.between(-2, 2));
    return mappedRow(label, normaliseRows(vector, tripletDimensions), noisy);
  });
  return {
    kind: 'tuned-triplet',
    settings: { ...defaultSettings, ...tunedTripletKind.settings, batchSize: 12, epochs },
    seed: 1,
    data: { path, ...(await writeRows(path, bytesOfMapped(numbers), rows)), of: 'm@1' },
    tail: { model: modelFolder, layers },
    labels: null,
    folder,
    program: 'test',
  };
}
/** One look at all examples, so that an epoch is two steps. */
const kind = { ...tunedTripletKind, turns: () => 1 };

it('is refused without native TensorFlow, with what can be done instead', async () => {
  await using folder = await temporaryFolder();
  // Loading WebAssembly here would take the place of what the other tests run on.
  const wasm: Backend = { name: 'wasm', reason: null, tf: backend.tf };
  const refused = train(wasm, tunedTripletKind, await runIn(folder.path, 1), silent);
  await expect(refused).rejects.toMatchObject({
    code: 'training-needs-native',
    message: expect.stringContaining('Without the last layers') as string,
  });
});

describe.skipIf(withoutNative !== '')(`with native TensorFlow${withoutNative}`, () => {
  it('learning changes exactly the last layers of the network, and the refinement', async () => {
    await using folder = await temporaryFolder();
    const result = await train(backend, kind, await runIn(folder.path, 2), silent);
    expect(result).toMatchObject({ layers, ended: 'complete' });
    expect((await readRefinement(folder.path)).layers).toBe(layers);
    const tuned = await readTunedModel(model, folder.path);
    expect(tuned.architecture.weights.sha256).toBe(result.sha256);
    const changed = model.architecture.layers.flatMap((layer) => {
      if (layer.op === 'add') return [];
      const [before, after] = [model, tuned].map((one) => convolutionConstants(one, layer));
      const isOther = (part: 'kernel' | 'bias') =>
        before?.[part].values.some((x, i) => x !== after?.[part].values[i]);
      return (['kernel', 'bias'] as const).filter(isOther).map((part) => `${layer.name} ${part}`);
    });
    expect(changed).toEqual(trained.flatMap(({ name }) => [`${name} kernel`, `${name} bias`]));
    expect(tuned.head.matrix.values).toEqual(model.head.matrix.values);
    // Beyond what was trained, not a number differs.
    const [first] = trained;
    const last = first?.weightsAt ?? 0;
    expect(tuned.weights.subarray(0, last)).toEqual(model.weights.subarray(0, last));
  }, 120_000);

  it('gives the same network from the same seed, interrupted or not', async () => {
    const shaOf = async (stops: number[]) => {
      await using folder = await temporaryFolder();
      const run = await runIn(folder.path, 2);
      for (const epoch of stops) {
        const onEpoch = (report: { epoch: number }) => {
          if (report.epoch === epoch) throw new Error('killed');
        };
        await expect(train(backend, kind, run, { ...silent, onEpoch })).rejects.toThrow('killed');
      }
      return (await train(backend, kind, run, silent)).sha256;
    };
    expect(await shaOf([1])).toBe(await shaOf([]));
  }, 120_000);
});

/**
 * Training as a host does it: real processes, both auto-encoders, drawn pictures. What needs native
 * TensorFlow is skipped, with the reason, where that is not built.
 */
import { fork as forkProcess } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forkNodeProcess, type Fork } from '../../../engine/processes/child.ts';
import { loadBackend } from '../../../engine/tensorflow/backend.ts';
import { createEmbedder } from '../../../engine/tensorflow/embedder.ts';
import { autoencoders } from '../../../engine/training/autoencoder.ts';
import { bytesOfPixels } from '../../../engine/training/rows-file.ts';
import { readResult, type EpochReport } from '../../../engine/training/run.ts';
import { Training, type TrainingOptions } from '../../../engine/training/training.ts';
import { autoencoderConv } from '../../../engine/methods/autoencoder-conv.ts';
import { autoencoderDense } from '../../../engine/methods/autoencoder-dense.ts';
import { temporaryFolder } from '../../support/photos.ts';
import { drawnPictures, drawnRun } from './pictures.ts';

const methods = { 'autoencoder-dense': autoencoderDense, 'autoencoder-conv': autoencoderConv };
const best = await loadBackend(null);
const open: Training[] = [];
afterEach(() => {
  for (const training of open.splice(0)) training.cancel();
});

function trainingWith(options: TrainingOptions = {}): Training {
  const training = new Training(options);
  open.push(training);
  return training;
}

/** A test of a kind, on the best backend that can train it. */
function itTrains(kind: keyof typeof autoencoders, name: string, test: () => Promise<void>): void {
  if (kind === 'autoencoder-conv' && best.name !== 'native')
    it.skip(`${name} (${best.reason ?? 'WebAssembly was asked for'})`, test);
  else it(name, test);
}

for (const kind of ['autoencoder-dense', 'autoencoder-conv'] as const)
  describe(kind, () => {
    itTrains(
      kind,
      'learns to draw pictures: its losses fall, and it says so each epoch',
      async () => {
        await using folder = await temporaryFolder();
        const epochs: EpochReport[] = [];
        const training = trainingWith({ onEpoch: (report) => epochs.push(report) });
        // Fewer would be learnt by heart, which validation shows.
        const run = await drawnRun(folder.path, kind, { count: 40, settings: { epochs: 4 } });
        const result = await training.start(run);
        expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
        expect(epochs[3]?.loss).toBeLessThan(0.7 * (epochs[0]?.loss ?? 0));
        expect(epochs[3]?.validationLoss).toBeLessThan(0.7 * (epochs[0]?.validationLoss ?? 0));
        expect(await readResult(folder.path)).toEqual(result);
        expect(result).toMatchObject({
          kind,
          backend: best.name,
          ended: 'complete',
          problem: null,
        });
      },
    );

    itTrains(kind, 'gives the same network from the same seed, another from another', async () => {
      await using folder = await temporaryFolder();
      const training = trainingWith();
      const trained = async (seed: number) => {
        const run = await drawnRun(folder.path, kind, { seed, settings: { epochs: 1 } });
        return (await training.start(run)).sha256;
      };
      const first = await trained(1);
      expect(await trained(1)).toBe(first);
      expect(await trained(2)).not.toBe(first);
    });

    itTrains(kind, 'goes on after its process was killed, to the very same network', async () => {
      await using whole = await temporaryFolder();
      await using killed = await temporaryFolder();
      const settings = { epochs: 4, patience: 4 };
      const expected = await trainingWith().start(await drawnRun(whole.path, kind, { settings }));

      const run = await drawnRun(killed.path, kind, { settings });
      let kill: () => void = () => undefined;
      const fork: Fork = (...started) => {
        const handle = forkNodeProcess(...started);
        kill = () => {
          handle.kill();
        };
        return handle;
      };
      const onEpoch = ({ epoch }: EpochReport) => {
        if (epoch === 2) kill();
      };
      await expect(trainingWith({ fork, onEpoch }).start(run)).rejects.toMatchObject({
        code: 'process-died',
        message: expect.stringMatching(/go on after its last epoch/) as string,
      });
      expect(await readResult(killed.path)).toBeUndefined();

      const epochs: number[] = [];
      const again = trainingWith({ onEpoch: ({ epoch }) => epochs.push(epoch) });
      const result = await again.start(run);
      expect(epochs[0]).toBeGreaterThan(2);
      expect(result.losses).toEqual(expected.losses);
      expect(result.sha256).toBe(expected.sha256);
    });
  });

it('trains the dense auto-encoder on WebAssembly as well', async () => {
  await using folder = await temporaryFolder();
  const run = await drawnRun(folder.path, 'autoencoder-dense', { settings: { epochs: 2 } });
  const result = await trainingWith({ backend: 'wasm' }).start(run);
  expect(result.backend).toBe('wasm');
  expect(result.losses[1]?.loss).toBeLessThan(result.losses[0]?.loss ?? 0);
});

it('says that the convolutional one needs native TensorFlow, and what can be done', async () => {
  await using folder = await temporaryFolder();
  const run = await drawnRun(folder.path, 'autoencoder-conv');
  await expect(trainingWith({ backend: 'wasm' }).start(run)).rejects.toMatchObject({
    code: 'training-needs-native',
    message: expect.stringMatching(/needs native TensorFlow.*autoencoder-dense/) as string,
  });
});

it('refuses too few photos, and data that is not what the host wrote', async () => {
  await using folder = await temporaryFolder();
  const few = await drawnRun(folder.path, 'autoencoder-dense', { count: 19 });
  await expect(trainingWith().start(few)).rejects.toMatchObject({ code: 'training-too-few' });
  const run = await drawnRun(folder.path, 'autoencoder-dense');
  const cut = { ...run, data: { ...run.data, count: run.data.count + 1 } };
  await expect(trainingWith().start(cut)).rejects.toMatchObject({ code: 'training-data-damaged' });
});

it('does one run at a time, in a process of low priority that ends with it', async () => {
  await using folder = await temporaryFolder();
  const run = await drawnRun(folder.path, 'autoencoder-dense', { settings: { epochs: 500 } });
  let pid = 0;
  const fork: Fork = (entry, args, on) => {
    const child = forkProcess(fileURLToPath(entry), args, { serialization: 'advanced' });
    pid = child.pid ?? 0;
    child.on('message', on.message).on('exit', on.exit);
    return { post: (message) => child.send(message), kill: () => child.kill('SIGKILL') };
  };
  const begun = Promise.withResolvers<undefined>();
  const training = trainingWith({
    fork,
    onEpoch: () => {
      begun.resolve(undefined);
    },
  });
  const result = training.start(run);
  const cancelled = expect(result).rejects.toMatchObject({ code: 'cancelled' });
  await begun.promise;
  expect(training.running).toBe(true);
  expect(getPriority(pid)).toBeGreaterThan(getPriority());
  await expect(training.start(run)).rejects.toMatchObject({ code: 'training-busy' });

  training.cancel();
  await cancelled;
  expect(training.running).toBe(false);
  await vi.waitFor(() => {
    expect(() => process.kill(pid, 0)).toThrow();
  });
  expect(await readdir(folder.path)).toContain('checkpoint.safetensors');

  // What was learnt is there: two more epochs than were done need no more than that.
  const epochs: number[] = [];
  const again = trainingWith({ onEpoch: ({ epoch }) => epochs.push(epoch) });
  const { losses } = await again.start({ ...run, settings: { ...run.settings, epochs: 2 } });
  expect(losses.length).toBeGreaterThanOrEqual(1);
  expect(epochs).not.toContain(1);
});

for (const kind of ['autoencoder-dense', 'autoencoder-conv'] as const)
  itTrains(
    kind,
    `${kind} becomes a method that embeds and draws, the same on both backends`,
    async () => {
      await using folder = await temporaryFolder();
      const run = await drawnRun(folder.path, kind, { settings: { epochs: 6 } });
      const { sha256 } = await trainingWith().start(run);
      const method = await methods[kind].load({
        modelsFolder: '',
        trainedFolder: folder.path,
      });
      expect(method).toMatchObject({
        id: kind,
        dimensions: autoencoders[kind].dimensions,
        inputSize: autoencoders[kind].side,
        version: sha256.slice(0, 12),
      });

      const pictures = Buffer.concat([...drawnPictures(40, method.inputSize)]);
      const on = async (backend: 'native' | 'wasm') => {
        const embedder = await createEmbedder({
          model: folder.path,
          cacheFolder: join(folder.path, 'cache'),
          backend,
          workers: 1,
        });
        const rows = await embedder.embed(new Uint8Array(pictures), 40);
        const drawn = await embedder.reconstruct(new Uint8Array(pictures), 40);
        await expect(embedder.lastMap(new Uint8Array(pictures), 40)).rejects.toThrow(/no lastMap/);
        await embedder.close();
        return { rows, drawn, method: embedder.method };
      };
      const wasm = await on('wasm');
      expect(wasm.method).toEqual({
        dimensions: method.dimensions,
        inputSize: method.inputSize,
        weightsSha256: sha256,
      });
      expect(wasm.rows).toHaveLength(40 * method.dimensions);
      for (let row = 0; row < 40; row++) {
        const numbers = wasm.rows.subarray(row * method.dimensions, (row + 1) * method.dimensions);
        expect(Math.hypot(...numbers)).toBeCloseTo(1, 5);
      }

      // What it draws is nearer to the photo than one even colour, the photo's own mean, would be.
      const size = bytesOfPixels(method.inputSize);
      let [drawnError, evenError] = [0, 0];
      for (let photo = 0; photo < 40; photo++) {
        const original = pictures.subarray(photo * size, (photo + 1) * size);
        const mean = original.reduce((sum, x) => sum + x, 0) / size;
        for (const [i, x] of original.entries()) {
          drawnError += (x - (wasm.drawn[photo * size + i] ?? 0)) ** 2;
          evenError += (x - mean) ** 2;
        }
      }
      expect(drawnError).toBeLessThan(evenError / 2);

      if (best.name !== 'native') return;
      const native = await on('native');
      const differences = native.rows.map((x, i) => Math.abs(x - (wasm.rows[i] ?? NaN)));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    },
  );

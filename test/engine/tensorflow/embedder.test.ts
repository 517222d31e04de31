import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { createEmbedder, type EmbedderOptions } from '../../../engine/tensorflow/embedder.ts';
import { cosine, modelFolder, temporaryFolder } from './models.ts';

const SIZE = 224;
const embedderFile = new URL('../../../engine/tensorflow/embedder.ts', import.meta.url);
const workerFile = new URL('../../../engine/tensorflow/worker.ts', import.meta.url);
const cache = await temporaryFolder();
afterAll(() => cache[Symbol.asyncDispose]());

function open(options: Partial<EmbedderOptions> = {}) {
  return createEmbedder({
    model: modelFolder,
    cacheFolder: cache.path,
    backend: 'wasm',
    workers: 1,
    ...options,
  });
}

/** `count` photos of stripes, each with stripes of another width. */
function stripes(count: number, first = 0): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(count * SIZE * SIZE * 3);
  for (let photo = 0; photo < count; photo++) {
    const start = photo * SIZE * SIZE * 3;
    const width = 4 * (first + photo + 1);
    for (let i = 0; i < SIZE * SIZE * 3; i++) {
      const x = Math.floor(i / 3) % SIZE;
      pixels[start + i] = Math.floor(x / width) % 2 === 0 ? 255 : 30 * (i % 3);
    }
  }
  return pixels;
}

function rowsOf(values: Float32Array, dimensions = 256): Float32Array[] {
  return Array.from({ length: values.length / dimensions }, (_, row) =>
    values.subarray(row * dimensions, (row + 1) * dimensions),
  );
}

/** Starts real workers and hands them out, so that a test can kill them. */
function watchedWorkers() {
  const started: Worker[] = [];
  const startWorker: EmbedderOptions['startWorker'] = (workerData) => {
    const worker = new Worker(workerFile, { workerData, stdout: true });
    started.push(worker);
    return worker;
  };
  return { started, startWorker };
}

/** Starts workers that say they are ready and then run `behaviour` for every request. */
function workersThat(behaviour: string) {
  let started = 0;
  const facts = { backend: 'wasm', reason: null, dimensions: 2, inputSize: 1, weightsSha256: '' };
  const source = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (request) => { ${behaviour} });
    parentPort.postMessage({ kind: 'ready', facts: ${JSON.stringify(facts)} });`;
  return {
    started: () => started,
    startWorker: () => {
      started++;
      return new Worker(source, { eval: true, stdout: true });
    },
  };
}

describe('an embedder', () => {
  it('gives one row of length 1 per photo', async () => {
    const embedder = await open();
    const rows = rowsOf(await embedder.embed(stripes(3), 3));
    await embedder.close();
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
  });

  it('gives a photo the same row alone and in the middle of more than a batch', async () => {
    const embedder = await open();
    const together = rowsOf(await embedder.embed(stripes(11), 11));
    const alone = await embedder.embed(stripes(1, 9), 1);
    await embedder.close();
    const similarities = together.map((row) => cosine(row, alone));
    expect(similarities[9]).toBeGreaterThan(0.99999);
    expect(similarities[8]).toBeLessThan(0.9999);
  });

  it('answers each request with its own photos when several workers share them', async () => {
    const embedder = await open({ workers: 2 });
    const answers = await Promise.all([0, 1, 2, 3].map((i) => embedder.embed(stripes(1, i), 1)));
    const again = await embedder.embed(stripes(4), 4);
    await embedder.close();
    const similarities = rowsOf(again).map((row, i) => cosine(row, answers[i] ?? []));
    for (const similarity of similarities) expect(similarity).toBeGreaterThan(0.99999);
  });

  it('takes pixels that are a part of a larger memory, and leaves the rest alone', async () => {
    const embedder = await open();
    const larger = stripes(2);
    const [row] = rowsOf(await embedder.embed(larger.subarray(larger.length / 2), 1));
    const whole = rowsOf(await embedder.embed(stripes(2), 2));
    await embedder.close();
    expect(larger.length).toBe(2 * SIZE * SIZE * 3);
    expect(cosine(row ?? [], whole[1] ?? [])).toBeGreaterThan(0.99999);
  });

  it('refuses pixels that are not as many as the photos need', async () => {
    const embedder = await open();
    await expect(embedder.embed(new Uint8Array(10), 1)).rejects.toThrow('10 bytes');
    await expect(embedder.embed(new Uint8Array(0), 0)).rejects.toThrow('0 photos');
    await embedder.close();
  });

  it('leaves the thread of its host free while it works', async () => {
    const embedder = await open();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await embedder.embed(stripes(8), 8);
    clearInterval(timer);
    await embedder.close();
    expect(ticks).toBeGreaterThan(5);
  });

  it('keeps standard output clean, whatever a library prints in its worker', async () => {
    const script = join(cache.path, 'embed-one.mjs');
    const chatter = join(cache.path, 'chatter.cjs');
    const options = { model: modelFolder, cacheFolder: cache.path };
    await writeFile(
      script,
      `import { createEmbedder } from '${embedderFile.href}';
      const embedder = await createEmbedder(${JSON.stringify(options)});
      await embedder.embed(new Uint8Array(${SIZE * SIZE * 3}).fill(90), 1);
      await embedder.close();
      process.stdout.write('done');`,
    );
    await writeFile(
      chatter,
      `if (!require('node:worker_threads').isMainThread) console.log('chatter');`,
    );
    const run = spawnSync(process.execPath, ['--require', chatter, script], { encoding: 'utf8' });
    expect([run.stdout, run.status], run.stderr).toEqual(['done', 0]);
    expect(run.stderr).toContain('chatter');
  });
});

describe('a worker that dies', () => {
  it('rejects what it worked on, and another one takes its place', async () => {
    const { started, startWorker } = watchedWorkers();
    const embedder = await open({ startWorker });
    const lost = expect(embedder.embed(stripes(8), 8)).rejects.toMatchObject({
      code: 'process-died',
    });
    await started[0]?.terminate();
    await lost;
    expect(rowsOf(await embedder.embed(stripes(2), 2))).toHaveLength(2);
    expect(started).toHaveLength(2);
    await embedder.close();
  });

  it('is started at most a few times in a row, and then the code stays', async () => {
    const { started, startWorker } = workersThat('process.exit(1)');
    const embedder = await open({ startWorker });
    for (let i = 0; i < 6; i++) {
      await expect(embedder.embed(new Uint8Array(3), 1)).rejects.toMatchObject({
        code: 'process-died',
      });
    }
    expect(started()).toBe(3);
    await embedder.close();
  });

  it('may die now and then for ever, as long as it answers in between', async () => {
    const { started, startWorker } = workersThat(`
      if (request.pixels[0] === 1) process.exit(1);
      const values = Float32Array.of(1, 0);
      parentPort.postMessage({ kind: 'result', id: request.id, values });`);
    const embedder = await open({ startWorker });
    for (let i = 0; i < 5; i++) {
      await expect(embedder.embed(Uint8Array.of(1, 0, 0), 1)).rejects.toMatchObject({
        code: 'process-died',
      });
      expect(Array.from(await embedder.embed(new Uint8Array(3), 1))).toEqual([1, 0]);
    }
    expect(started()).toBe(6);
    await embedder.close();
  });

  it('is replaced when it does not answer in time', async () => {
    const { started, startWorker } = workersThat('');
    const embedder = await open({ startWorker, timeoutMs: 20 });
    await expect(embedder.embed(new Uint8Array(3), 1)).rejects.toMatchObject({
      code: 'process-timeout',
    });
    expect(started()).toBe(2);
    await embedder.close();
  });

  it('is not started again by close(), which cancels what is waiting', async () => {
    const { started, startWorker } = watchedWorkers();
    const embedder = await open({ startWorker });
    const waiting = expect(embedder.embed(stripes(8), 8)).rejects.toMatchObject({
      code: 'cancelled',
    });
    await embedder.close();
    await waiting;
    await expect(embedder.embed(stripes(1), 1)).rejects.toMatchObject({ code: 'cancelled' });
    expect(started).toHaveLength(1);
  });
});

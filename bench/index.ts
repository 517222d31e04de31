/**
 * `npm run bench -- index`: how many twelve-megapixel JPEGs are indexed a second, on each backend,
 * beside what bounds it: decoding alone and embedding alone on the same cores in the same run. Both
 * use all cores, so together they cannot do better than 1 / (1/decode + 1/embedding).
 *
 * The event-loop delay of the host process is that of the indexing run.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { isLookalikeError } from '../engine/errors.ts';
import { openLibrary } from '../engine/library.ts';
import { loadMethod } from '../engine/methods/registry.ts';
import { Decoder } from '../engine/photos/decoder.ts';
import type { BackendName } from '../engine/tensorflow/backend.ts';
import { BATCH_SIZE } from '../engine/tensorflow/embedder.ts';
import { makePhotos, meanBytes } from './twelve-megapixels.ts';

const photos = 96;
const runs = 3;
const warmUp = 2 * BATCH_SIZE;

interface BackendRates {
  backend: BackendName;
  /** Photos a second, median of the runs. */
  embedding: number;
  indexing: number;
  /** Event-loop delay of the host while indexing, milliseconds, 99th percentile, worst of the runs. */
  delay: number;
}

const scratch = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
try {
  const folder = join(scratch, 'photos');
  console.log(`Making ${photos} photos of 12 megapixels …`);
  await makePhotos(folder, photos);
  const size = ((await meanBytes(folder, photos)) / 1e6).toFixed(1);
  const [cpu] = cpus();
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores (${cpu?.model ?? 'unknown'}); JPEGs of ${size} MB; medians of ${runs} runs`,
  );
  const decoding = await measureDecoding(folder);
  console.log(`\ndecode alone            ${decoding.toFixed(1)} photos a second\n`);
  for (const backend of ['native', 'wasm'] as const) {
    const rates = await measureBackend(backend, folder);
    if (rates) report(rates, decoding);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}

function report({ backend, embedding, indexing, delay }: BackendRates, decoding: number): void {
  const bound = 1 / (1 / decoding + 1 / embedding);
  console.log(`${backend}: embedding alone  ${embedding.toFixed(1)} photos a second`);
  console.log(`${backend}: bound            ${bound.toFixed(1)}`);
  console.log(
    `${backend}: indexing         ${indexing.toFixed(1)}  (${(indexing / bound).toFixed(2)} of the bound)`,
  );
  console.log(`${backend}: host's event loop, p99 delay  ${delay.toFixed(1)} ms\n`);
}

async function measureDecoding(folder: string): Promise<number> {
  const { inputSize } = await loadMethod();
  const decoder = new Decoder();
  const decode = async (count: number): Promise<void> => {
    const all = Array.from({ length: count }, (_, n) =>
      decoder.decode({ path: join(folder, `photo-${n}.jpg`) }, inputSize),
    );
    await Promise.all(all);
  };
  await decode(warmUp);
  const rate = await medianRate(() => decode(photos));
  decoder.close();
  return rate;
}

/** The rates of one backend, or nothing (and a line that says why) where it cannot be had. */
async function measureBackend(
  backend: BackendName,
  folder: string,
): Promise<BackendRates | undefined> {
  process.env['LOOKALIKE_TENSORFLOW'] = backend;
  try {
    const embedding = await measureEmbedding(backend);
    return { backend, embedding, ...(await measureIndexing(folder)) };
  } catch (error) {
    if (!isLookalikeError(error, 'tensorflow-unavailable')) throw error;
    console.log(`${backend}: left out. ${error.message}\n`);
    return undefined;
  }
}

async function measureEmbedding(backend: BackendName): Promise<number> {
  const method = await loadMethod();
  const embedder = await method.createEmbedder({ cacheFolder: join(scratch, 'cache'), backend });
  const bytes = method.inputSize ** 2 * 3;
  const embed = async (count: number): Promise<void> => {
    const batches = Array.from({ length: Math.ceil(count / BATCH_SIZE) }, () => {
      const pixels = new Uint8Array(bytes * BATCH_SIZE).map((_, i) => (i * 2654435761) >>> 24);
      return embedder.embed(pixels, BATCH_SIZE);
    });
    await Promise.all(batches);
  };
  await embed(warmUp);
  const rate = await medianRate(() => embed(photos));
  await embedder.close();
  return rate;
}

/** Whole runs into new libraries. The first photo of a run waits for the model; it is left out by a warm-up run. */
async function measureIndexing(folder: string): Promise<{ indexing: number; delay: number }> {
  const rates: number[] = [];
  let delay = 0;
  for (let run = 0; run < runs; run++) {
    const library = await openLibrary({ folder: await mkdtemp(join(scratch, 'library-')) });
    // One outside query starts decoder and model before the clock does.
    const bytes = await readFile(join(folder, 'photo-0.jpg'));
    await library.request('queries.add', { name: 'warm-up', bytes });
    await library.request('folders.add', { path: folder });
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    const { indexed, seconds } = await library.request('indexing.wait', {});
    histogram.disable();
    if (indexed !== photos) throw new Error(`${indexed} of ${photos} photos were indexed`);
    rates.push(indexed / seconds);
    delay = Math.max(delay, histogram.percentile(99) / 1e6);
    await library.close();
  }
  return { indexing: median(rates), delay };
}

async function medianRate(work: () => Promise<void>): Promise<number> {
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    rates.push((photos / (performance.now() - start)) * 1000);
  }
  return median(rates);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

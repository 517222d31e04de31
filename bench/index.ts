/**
 * `npm run bench -- index`: how many twelve-megapixel JPEGs are indexed a second, on each backend,
 * beside what bounds it and beside others that turn folders of photos into vectors.
 *
 * The bound is that of decoding alone and embedding alone on the same cores, perfectly overlapped.
 * Either keeps all cores busy when it is alone, so that together they can at best do the work of
 * both with no core ever idle: cores / (core seconds of decoding + core seconds of embedding) photos
 * a second. Where core seconds are not known, or the two alone waste none, that is the same as
 * 1 / (1/decoding + 1/embedding); the larger of the two is taken.
 *
 * The event-loop delay of the host process is that of the indexing run.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isLookalikeError } from '../engine/errors.ts';
import { openLibrary } from '../engine/library.ts';
import { loadMethod } from '../engine/methods/registry.ts';
import { Decoder } from '../engine/photos/decoder.ts';
import type { BackendName } from '../engine/tensorflow/backend.ts';
import { BATCH_SIZE } from '../engine/tensorflow/embedder.ts';
import { median, setting, timed } from './measuring.ts';
import { Peer, withoutPeers } from './peers/peer.ts';
import { coreSeconds, describePeaks, MemoryWatch } from './processes.ts';
import { keepReport, printed, type Row, type Table } from './report.ts';
import { makePhotos, meanBytes } from './twelve-megapixels.ts';

/** So many that the start and the end of a run, where only one of the two parts has work, weigh little. */
const photos = Number(process.argv[2] ?? 384);
const runs = 3;
const warmUp = 2 * BATCH_SIZE;
const leastOfBound = 0.9;

/** How fast something is on its own. */
interface Alone {
  /** Photos a second, median of the runs. */
  rate: number;
  /** Core seconds a photo, median of the runs. */
  cores: number;
}

interface Indexed extends Alone {
  /** Event-loop delay of the host, milliseconds, 99th percentile, worst of the runs. */
  delay: number;
  peaks: string;
}

const scratch = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
try {
  const folder = join(scratch, 'photos');
  console.error(`Making ${photos} photos of 12 megapixels …`);
  await makePhotos(folder, photos);
  const size = ((await meanBytes(folder, photos)) / 1e6).toFixed(1);
  const { inputSize } = await loadMethod();
  const decoding = await measureDecoding(folder, inputSize);
  const peers = await measurePeers(folder, inputSize);
  const tables: Table[] = [];
  for (const backend of ['native', 'wasm'] as const)
    tables.push(await measureBackend(backend, folder, decoding, peers.rates));
  const note = `${photos} JPEGs of 12 megapixels, ${size} MB each; medians of ${runs} runs.`;
  tables.at(-1)?.notes.push(note, ...peers.notes);
  const report = { subject: 'index', setting: setting(1, peers.versions), tables };
  keepReport(report);
  console.log(printed(report));
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** The figures of one backend, or a line that says why it cannot be had. */
async function measureBackend(
  backend: BackendName,
  folder: string,
  decoding: Alone,
  peers: Record<string, number>,
): Promise<Table> {
  process.env['LOOKALIKE_TENSORFLOW'] = backend;
  const title = `Indexing, ${backend}`;
  try {
    const embedding = await measureEmbedding(backend);
    const indexing = await measureIndexing(folder);
    const bounds = boundsOf(decoding, embedding);
    const bound = bounds.at(-1)?.rate ?? NaN;
    const row = (what: string, value: number, unit: Row['unit']): Row => ({
      ...{ what, value, unit },
      peer: null,
      goal: null,
    });
    const beside = Object.entries(peers).map(([name, value]) => ({
      ...row(`indexing, beside ${name}`, indexing.rate, 'photos/s'),
      peer: { name, value },
    }));
    return {
      title,
      rows: [
        row('decoding alone', decoding.rate, 'photos/s'),
        row('embedding alone', embedding.rate, 'photos/s'),
        ...bounds.map(({ what, rate }) => row(what, rate, 'photos/s')),
        row('indexing', indexing.rate, 'photos/s'),
        ...bounds
          .slice(0, -1)
          .map(({ what, rate }) => row(`of the ${what}`, indexing.rate / rate, '')),
        {
          ...row(`of the ${bounds.at(-1)?.what ?? 'bound'}`, indexing.rate / bound, ''),
          goal: { text: `≥ ${leastOfBound}`, met: indexing.rate / bound >= leastOfBound },
        },
        row('core time of both alone / of indexing', coresOf(decoding, embedding, indexing), ''),
        row("host's event loop, p99 delay", indexing.delay, 'ms'),
        ...beside,
      ],
      notes: [`Peaks of memory: ${indexing.peaks}.`],
    };
  } catch (error) {
    if (!isLookalikeError(error, 'tensorflow-unavailable')) throw error;
    return { title, rows: [], notes: [`Left out. ${error.message}`] };
  }
}

/** Those that are known, the highest last: that is the one to come near to. */
function boundsOf(decoding: Alone, embedding: Alone): { what: string; rate: number }[] {
  return [
    { what: 'bound by both rates', rate: 1 / (1 / decoding.rate + 1 / embedding.rate) },
    {
      what: 'bound with no core ever idle',
      rate: availableParallelism() / (decoding.cores + embedding.cores),
    },
  ]
    .filter(({ rate }) => !Number.isNaN(rate))
    .sort((a, b) => a.rate - b.rate);
}

/** 1 where indexing costs no more than its two large parts; it says so on a busy machine, too. */
function coresOf(decoding: Alone, embedding: Alone, indexing: Alone): number {
  return (decoding.cores + embedding.cores) / indexing.cores;
}

async function measureDecoding(folder: string, inputSize: number): Promise<Alone> {
  const decoder = new Decoder();
  const decode = async (count: number): Promise<void> => {
    const all = Array.from({ length: count }, (_, n) =>
      decoder.decode({ path: join(folder, `photo-${n}.jpg`) }, inputSize),
    );
    await Promise.all(all);
  };
  await decode(warmUp);
  const alone = await measureAlone(() => decode(photos));
  decoder.close();
  return alone;
}

async function measureEmbedding(backend: BackendName): Promise<Alone> {
  const method = await loadMethod();
  const embedder = await method.createEmbedder({ cacheFolder: join(scratch, 'cache'), backend });
  const bytes = method.inputSize ** 2 * 3;
  const noise = new Uint8Array(bytes * BATCH_SIZE).map((_, i) => (i * 2654435761) >>> 24);
  const embed = async (count: number): Promise<void> => {
    // The embedder takes over what it is given.
    const batches = Array.from({ length: Math.ceil(count / BATCH_SIZE) }, () =>
      embedder.embed(noise.slice(), BATCH_SIZE),
    );
    await Promise.all(batches);
  };
  await embed(warmUp);
  const alone = await measureAlone(() => embed(photos));
  await embedder.close();
  return alone;
}

async function measureAlone(work: () => Promise<void>): Promise<Alone> {
  const rates: number[] = [];
  const cores: number[] = [];
  for (let run = 0; run < runs; run++) {
    const before = await coreSeconds(process.pid);
    rates.push((photos / (await timed(work))) * 1000);
    cores.push(((await coreSeconds(process.pid)) - before) / photos);
  }
  return { rate: median(rates), cores: median(cores) };
}

/** Whole runs into new libraries. The first photo of a run waits for the model; it is left out by a warm-up run. */
async function measureIndexing(folder: string): Promise<Indexed> {
  const rates: number[] = [];
  const cores: number[] = [];
  let [delay, peaks] = [0, ''];
  for (let run = 0; run < runs; run++) {
    const library = await openLibrary({ folder: await mkdtemp(join(scratch, 'library-')) });
    // One outside query starts decoder and model before the clock does.
    const bytes = await readFile(join(folder, 'photo-0.jpg'));
    await library.request('queries.add', { name: 'warm-up', bytes });
    const memory = new MemoryWatch(process.pid);
    await memory.begin();
    const before = await coreSeconds(process.pid);
    await library.request('folders.add', { path: folder });
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    const { indexed, seconds } = await library.request('indexing.wait', {});
    histogram.disable();
    cores.push(((await coreSeconds(process.pid)) - before) / photos);
    if (indexed !== photos) throw new Error(`${indexed} of ${photos} photos were indexed`);
    rates.push(indexed / seconds);
    delay = Math.max(delay, histogram.percentile(99) / 1e6);
    peaks = describePeaks(await memory.stop());
    await library.close();
  }
  return { rate: median(rates), cores: median(cores), delay, peaks };
}

interface PeerRates {
  /** Photos a second by the name of the peer. */
  rates: Record<string, number>;
  versions: Record<string, string>;
  notes: string[];
}

/** Each after one run that warms it up. */
async function measurePeers(folder: string, inputSize: number): Promise<PeerRates> {
  const process = Peer.start('index.py', [folder, String(inputSize)]);
  const introduced = await process
    ?.said<{ peers: string[]; versions: Record<string, string> }>()
    .catch(() => undefined);
  if (!process || !introduced)
    return { rates: {}, versions: {}, notes: [`${withoutPeers} (group index)`] };
  const rates: Record<string, number> = {};
  const notes: string[] = [
    'The PyTorch loop has the same weights; imagededup has its own network with random ones, which is as fast.',
  ];
  for (const peer of introduced.peers) {
    const seconds: number[] = [];
    let memory = 0;
    for (let run = 0; run <= runs; run++) {
      const answer = await process.ask<{ seconds: number; memory: number }>({ peer });
      if (run > 0) seconds.push(answer.seconds);
      memory = answer.memory;
    }
    rates[peer] = photos / median(seconds);
    notes.push(`${peer}: ${Math.round(memory)} MB at most.`);
  }
  process.close();
  return { rates, versions: introduced.versions, notes };
}

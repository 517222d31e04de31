/**
 * `npm run bench -- clusters`: DBSCAN for every ε from one pass, beside one DBSCAN of scikit-learn
 * (brute force, cosine) for one ε, in one run on the same rows; and labels of random sets, which have to
 * be scikit-learn's at every ε that is tried.
 *
 * The pass runs in the search process on a library in a real database: once alone, as the peer does,
 * and once with queries meanwhile.
 * `--sizes 20000` measures fewer rows; for 100,000, scikit-learn takes some minutes.
 */
import { Command } from 'commander';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildHierarchy } from '../engine/clusters/build.ts';
import { labelsAt } from '../engine/clusters/cut.ts';
import type { FoundClusters } from '../engine/clusters/finder.ts';
import { unpackClusters } from '../engine/clusters/packed.ts';
import { forkNodeProcess, type Fork } from '../engine/processes/child.ts';
import { Random } from '../engine/random.ts';
import type { SearchedMethod } from '../engine/search/process.ts';
import { Search } from '../engine/search/search.ts';
import { openStore } from '../engine/store/store.ts';
import { median, setting, timed } from './measuring.ts';
import { Peer, withoutPeers } from './peers/peer.ts';
import { atMost, keepReport, printed, type Row, type Table } from './report.ts';
import { madeRows, type RowsFile } from './rows/made-rows.ts';
import { realRows } from './rows/real-rows.ts';
import { fillLibrary, photo, residentMegabytes } from './search-process.ts';

const minPhotos = 5;
/** Photos that come after the first pass. */
const more = 100;
/** How many times scikit-learn's time the first pass may take, by rows. */
const timesAllowed: Record<number, number> = { 20_000: 1, 100_000: 1.5 };
const queryEveryMs = 25;
/** Up to so many rows, passes are short enough to be measured several times. */
const fewRows = 20_000;
const fewRuns = 5;

interface ByScikitLearn {
  labels: Int32Array;
  seconds: number;
  megabytes: number;
}

async function scikitLearn(
  peer: Peer,
  folder: string,
  { path, dimensions }: RowsFile,
  epsilon: number,
  minimum: number,
): Promise<ByScikitLearn> {
  const labels = join(folder, 'labels.i32');
  const asked = { file: path, dimensions, epsilon, min_photos: minimum, labels };
  const took = await peer.ask<Omit<ByScikitLearn, 'labels'>>(asked);
  return { ...took, labels: new Int32Array(new Uint8Array(readFileSync(labels)).buffer) };
}

/** A library of these rows, but for the last ones, and its search process. */
class Process {
  readonly store: ReturnType<typeof openStore>;
  readonly search: Search;
  readonly method: SearchedMethod;
  #pid = 0;

  constructor(folder: string, { dimensions }: RowsFile) {
    this.store = openStore(folder);
    this.method = {
      id: this.store.writer.method('made', '1', dimensions),
      dimensions,
      metric: 'cosine',
      similarFrom: { score: 1, similarity: 1 },
      finds: 'photos',
    };
    const fork: Fork = (entry, args, on) => {
      const handle = forkNodeProcess(entry, args, on);
      this.#pid = handle.pid ?? 0;
      return handle;
    };
    this.search = new Search({ databasePath: this.store.databasePath, fork });
  }

  async clusters(epsilon: number | 'automatic'): Promise<FoundClusters> {
    const settings = { algorithm: 'dbscan', epsilon, minPhotos } as const;
    return unpackClusters(await this.search.ask('cluster', this.method, { settings }));
  }

  query(photoId: number): Promise<number> {
    const queries = [{ of: { photo: photoId }, except: [] }];
    return timed(() => this.search.ask('nearest', this.method, { queries, k: 5, hidden: [] }));
  }

  get memory(): number {
    return residentMegabytes(this.#pid) ?? NaN;
  }

  close(): void {
    this.search.close();
    this.store.close();
  }
}

/** Work, and how long queries take and how much memory there is meanwhile. */
async function during<Result>(
  process: Process,
  work: Promise<Result>,
): Promise<{ result: Result; queries: number[]; memory: number }> {
  const queries: number[] = [];
  let memory = 0;
  let isDone = false;
  const ended = work.finally(() => {
    isDone = true;
  });
  for (let n = 1; !(isDone as boolean); n++) {
    queries.push(await process.query(n));
    if (n % 10 === 0) memory = Math.max(memory, process.memory);
    await setTimeout(queryEveryMs);
  }
  return { result: await ended, queries, memory };
}

/** One pass, in a process of its own. */
async function firstPass(
  library: string,
  file: RowsFile,
): Promise<{ seconds: number; epsilon: number }> {
  const process = await readyProcess(library, file);
  const from = performance.now();
  const found = await process.clusters('automatic');
  const seconds = (performance.now() - from) / 1000;
  process.close();
  if (found.algorithm !== 'dbscan') throw new Error('another algorithm answered');
  return { seconds, epsilon: found.epsilon };
}

/** Passes and scikit-learn's in turn, as the machine may be slower for a while: medians of both. */
async function passesInTurn(
  library: string,
  file: RowsFile,
  peer: Peer | undefined,
  folder: string,
): Promise<{ seconds: number; theirs: ByScikitLearn | undefined }> {
  const ours: number[] = [];
  const theirs: ByScikitLearn[] = [];
  for (let run = 0; run < (file.size <= fewRows ? fewRuns : 1); run++) {
    const { seconds, epsilon } = await firstPass(library, file);
    ours.push(seconds);
    if (peer) theirs.push(await scikitLearn(peer, folder, file, epsilon, minPhotos));
  }
  const [first] = theirs;
  return {
    seconds: median(ours),
    // The memory is that of the first, as later ones find it there.
    theirs: first && { ...first, seconds: median(theirs.map((run) => run.seconds)) },
  };
}

/** A search process that has loaded the rows, and prepared what it prepares in the background. */
async function readyProcess(library: string, file: RowsFile): Promise<Process> {
  const process = new Process(library, file);
  await process.query(1);
  await setTimeout(file.size / 10);
  return process;
}

async function sizeTable(file: RowsFile, peer: Peer | undefined, folder: string): Promise<Table> {
  const { size, dimensions } = file;
  const library = join(folder, String(size));
  fillLibrary(library, { ...file, size: size - more });
  const rows: Row[] = [];
  const notes: string[] = [];
  const { seconds, theirs } = await passesInTurn(library, file, peer, folder);

  const process = await readyProcess(library, file);
  const memoryBefore = process.memory;
  const from = performance.now();
  const { result: found, queries, memory } = await during(process, process.clusters('automatic'));
  notes.push(`With queries meanwhile: ${((performance.now() - from) / 1000).toFixed(1)} s.`);
  if (found.algorithm !== 'dbscan') throw new Error('another algorithm answered');
  notes.push(
    `ε = ${found.epsilon} was chosen: ${found.clusters.length} clusters, ${found.noise.length} photos in none.`,
  );
  const steps: number[] = [];
  for (let step = -8; step <= 8; step++)
    steps.push(await timed(() => process.clusters(found.epsilon + step / 100)));

  const allRows = new Float32Array(new Uint8Array(readFileSync(file.path)).buffer);
  const ids = process.store.writer.addPhotos(
    process.method.id,
    Array.from({ length: more }, (_, n) => {
      const row = size - more + n;
      return photo(1, row, allRows.slice(row * dimensions, (row + 1) * dimensions));
    }),
  );
  await process.search.changed(ids, []);
  let grown: FoundClusters | undefined;
  const grew = await timed(async () => {
    grown = await process.clusters(found.epsilon);
  });
  process.close();

  const allowed = timesAllowed[size];
  rows.push({
    what: 'first pass, all ε',
    value: seconds,
    unit: 's',
    peer: theirs ? { name: 'scikit-learn, one ε', value: theirs.seconds } : null,
    goal:
      allowed === undefined || !theirs
        ? null
        : { text: `≤ ${allowed} × its time`, met: seconds <= allowed * theirs.seconds },
  });
  const extra = memory - memoryBefore;
  rows.push({
    what: 'memory of the pass',
    value: extra,
    unit: 'MB',
    peer: theirs ? { name: 'scikit-learn', value: theirs.megabytes } : null,
    goal: size === 100_000 ? atMost(300, extra, 'MB') : null,
  });
  const sorted = queries.toSorted((a, b) => a - b);
  const slow = sorted[Math.floor(sorted.length * 0.95)] ?? NaN;
  rows.push({
    what: 'a query meanwhile, 95th percentile',
    value: slow,
    unit: 'ms',
    peer: null,
    goal: atMost(30, slow, 'ms'),
  });
  notes.push(
    `The slowest of ${queries.length} queries meanwhile: ${Math.max(...queries).toFixed(0)} ms.`,
  );
  const step = median(steps);
  rows.push(
    {
      what: 'another ε',
      value: step,
      unit: 'ms',
      peer: theirs ? { name: 'scikit-learn', value: 1000 * theirs.seconds } : null,
      goal: size === 100_000 ? atMost(100, step, 'ms') : null,
    },
    {
      what: `${more} more photos`,
      value: grew / 1000,
      unit: 's',
      peer: null,
      goal: size === 100_000 ? atMost(3, grew / 1000, 's') : null,
    },
  );
  if (theirs && grown) {
    const differing = differences(grown, theirs.labels);
    notes.push(
      differing === 0
        ? `With all ${size.toLocaleString('en')} photos, every cluster is as scikit-learn's.`
        : `${differing} photos are in another cluster than scikit-learn's: it sums in float32, and differs where a distance is ε to seven digits.`,
    );
  }
  return {
    title: `${size.toLocaleString('en')} × ${dimensions}, ${minPhotos} photos minimum`,
    rows,
    notes,
  };
}

/** Photos whose cluster has other photos than by the labels; ids are rows + 1. */
function differences({ clusters, noise }: FoundClusters, labels: Int32Array): number {
  let count = noise.reduce((sum, id) => sum + Number(labels[id - 1] !== -1), 0);
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  for (const { photoIds } of clusters) {
    const [first = 0] = photoIds;
    const label = labels[first - 1] ?? -1;
    const same = photoIds.reduce((sum, id) => sum + Number(labels[id - 1] === label), 0);
    const isSame = label !== -1 && same === photoIds.length && sizes.get(label) === same;
    if (!isSame) count += photoIds.length;
  }
  return count;
}

/** Random sets against scikit-learn's labels, its numbering included. */
async function labelsTable(peer: Peer, folder: string, seed: number): Promise<Table> {
  const random = new Random(`labels ${seed}`);
  const notes: string[] = [];
  let compared = 0;
  let equal = 0;
  for (const [size, dimensions] of [
    ...[
      [400, 3],
      [900, 8],
      [1500, 72],
    ],
    ...[
      [2500, 128],
      [4000, 256],
    ],
  ] as [number, number][]) {
    const rows = randomRows(random, size, dimensions);
    const path = join(folder, 'random.f32');
    writeFileSync(path, rows);
    for (const minimum of [1, 3, 6]) {
      const form = { size, dimensions, metric: 'cosine', minPhotos: minimum, threads: 2 } as const;
      const calm = { pause: () => Promise.resolve(), onProgress: () => undefined };
      const hierarchy = await buildHierarchy(rows, form, calm);
      for (const epsilon of [0.0137, 0.0613, 0.1271, 0.2039, 0.3517, 0.6091]) {
        const theirs = await scikitLearn(
          peer,
          folder,
          { path, size, dimensions },
          epsilon,
          minimum,
        );
        const ours = labelsAt(hierarchy, epsilon);
        compared += 1;
        if (ours.every((label, row) => label === theirs.labels[row])) equal += 1;
        else notes.push(`Not the same: ${size} × ${dimensions}, ε ${epsilon}, minimum ${minimum}.`);
      }
    }
  }
  notes.unshift(`${equal} of ${compared} settings have scikit-learn's labels, number by number.`);
  return { title: 'Labels of random sets', rows: [], notes };
}

/** Rows of length 1 in groups, some of them copies. */
function randomRows(random: Random, size: number, dimensions: number): Float32Array {
  const centres = Array.from({ length: 12 }, () =>
    Float64Array.from({ length: dimensions }, () => random.between(-1, 1)),
  );
  const rows = new Float32Array(size * dimensions);
  for (let row = 0; row < size; row++) {
    const start = row * dimensions;
    if (row > 0 && random.next() < 0.05) {
      const original = Math.floor(random.next() * row) * dimensions;
      rows.copyWithin(start, original, original + dimensions);
      continue;
    }
    const centre = centres[Math.floor(random.next() * centres.length)];
    const spread = random.between(0.1, 1.2);
    const made = Float64Array.from(centre ?? [], (x) => x + spread * random.between(-1, 1));
    const length = Math.hypot(...made);
    rows.set(
      made.map((x) => x / length),
      start,
    );
  }
  return rows;
}

await new Command('clusters')
  .option(
    '--sizes <numbers>',
    'how many rows',
    (text) => text.split(',').map(Number),
    [20_000, 100_000],
  )
  .option('--seed <number>', 'other rows', Number, 1)
  .action(async ({ sizes, seed }: { sizes: number[]; seed: number }) => {
    const folder = mkdtempSync(join(tmpdir(), 'lookalike-bench-'));
    const peer = Peer.start('clusters.py', []);
    try {
      const { versions = {} } = peer ? await peer.said<{ versions: Record<string, string> }>() : {};
      const tables: Table[] = [];
      if (peer) tables.push(await labelsTable(peer, folder, seed));
      else tables.push({ title: 'Labels of random sets', rows: [], notes: [withoutPeers] });
      const real = await realRows();
      for (const size of sizes) {
        console.error(`… ${size.toLocaleString('en')} rows`);
        tables.push(await sizeTable(await madeRows(real, size, seed), peer, folder));
      }
      const report = { subject: 'clusters', setting: setting(seed, versions), tables };
      console.log(printed(report));
      keepReport(report);
    } finally {
      peer?.close();
      rmSync(folder, { recursive: true, force: true });
    }
  })
  .parseAsync();

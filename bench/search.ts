/**
 * `npm run bench -- search`: exact nearest neighbours, beside NumPy's BLAS product, sqlite-vec,
 * hnswlib (approximate) and Lookalike's own plain kernel, on rows as real ones are and on rows of
 * which none can be ruled out. Everything is measured in turn in one run, and every result is checked
 * against a brute force in float64.
 *
 * `--sizes 10000,100000` measures fewer rows; a million take some minutes and 4 GB of disk.
 */
import { Command } from 'commander';
import { Companion } from '../engine/search/companion.ts';
import { Sketcher } from '../engine/search/sketcher.ts';
import { Vectors } from '../engine/search/vectors.ts';
import { inTurn, setting, type Contender } from './measuring.ts';
import { Peer, withoutPeers } from './peers/peer.ts';
import { atMost, keepReport, printed, timesFaster, type Row, type Table } from './report.ts';
import { likeness, type Likeness } from './rows/likeness.ts';
import { eachBlock, madeRows, sphereRows, type RowsFile } from './rows/made-rows.ts';
import { realRows, type RealRows } from './rows/real-rows.ts';
import { measureProcess } from './search-process.ts';

const companion = new Companion();
const k = 5;
/** Photos that come to a library, one after the other. */
const newcomers = 9;
/** Single queries until what is measured is compiled, and batches until it is in the other thread too. */
const warmUps = 8;
const warmUpBatches = 4;
const together = 64;
/** The number of real photos of which is known what can be ruled out, and that: after 32, 48, 64 numbers. */
const studied = { size: 8677, alive: [0.2, 0.095, 0.049] };
/** The rows that most goals are about. */
const aimedAt = 100_000;
/** hnswlib takes minutes to build for more. */
const mostForHnswlib = 100_000;

interface Introduced {
  built: Record<string, number | string>;
  versions: Record<string, string>;
  blas: string;
}

interface Answered {
  ms: number;
  found: number[][];
}

function vectorsOf(file: RowsFile): Vectors {
  const vectors = new Vectors(file.dimensions);
  vectors.reserve(file.size);
  eachBlock(file, (rows, start, count) => {
    for (let row = 0; row < count; row++)
      vectors.add(
        start + row + 1,
        rows.subarray(row * file.dimensions, (row + 1) * file.dimensions),
      );
  });
  return vectors;
}

/** Searches for some rows, as rows. */
function search(vectors: Vectors, queries: readonly number[]): number[][] {
  const asked = queries.map((row) => ({ vector: vectors.row(row), except: new Set([row + 1]) }));
  return companion.nearest(vectors, asked, k).map((found) => found.map(({ id }) => id - 1));
}

async function searchTable(
  file: RowsFile,
  runs: number,
  versions: Record<string, string>,
): Promise<Table> {
  const { size, dimensions } = file;
  const vectors = vectorsOf(file);
  await new Sketcher(vectors, () => Promise.resolve()).refresh();
  const { pruner } = vectors;
  const notes: string[] = [];
  const names = [
    'numpy-product',
    'numpy',
    'sqlite-vec',
    ...(size > mostForHnswlib ? [] : ['hnswlib']),
  ];
  const peer = Peer.start('search.py', [file.path, String(dimensions), ...names]);
  const there: string[] = [];
  if (peer) {
    const { built, versions: of, blas } = await peer.said<Introduced>();
    Object.assign(versions, of, { BLAS: blas });
    for (const [name, seconds] of Object.entries(built))
      if (typeof seconds === 'number') there.push(name);
      else notes.push(`${name} is left out: ${seconds}`);
    if (typeof built['hnswlib'] === 'number')
      notes.push(`hnswlib took ${built['hnswlib'].toFixed(1)} s to build its index.`);
    else if (size > mostForHnswlib) notes.push('hnswlib is left out: it would build for minutes.');
  } else notes.push(withoutPeers);

  const one = (run: number): number[] => [(run * 104_729 + 7919) % size];
  const many = (run: number): number[] =>
    Array.from({ length: together }, (_, i) => (i * 7919 + run * 104_729) % size);
  const wrong = new Set<string>();
  const recalls = new Map<string, number[]>();
  const rounds = async (
    queriesOf: (run: number) => number[],
    times: number,
    of: string[],
    warmUps: number,
  ) => {
    let exact: number[][] = [];
    const ours =
      (pruned: boolean): Contender =>
      (run) => {
        const queries = queriesOf(run);
        vectors.pruner = pruned ? pruner : undefined;
        const start = performance.now();
        const found = search(vectors, queries);
        const ms = (performance.now() - start) / queries.length;
        if (!pruned) exact = found;
        else if (JSON.stringify(found) !== JSON.stringify(exact)) wrong.add('Lookalike');
        return ms;
      };
    const theirs =
      (name: string): Contender =>
      async (run) => {
        const answer = await peer?.ask<Answered>({ peer: name, queries: queriesOf(run), k });
        if (!answer) return NaN;
        if (answer.found.length > 0)
          recalls.set(name, [...(recalls.get(name) ?? []), recall(answer.found, exact)]);
        return answer.ms;
      };
    const contenders: Record<string, Contender> = { plain: ours(false), Lookalike: ours(true) };
    for (const name of of) contenders[name] = theirs(name);
    return inTurn(times, contenders, warmUps);
  };
  const single = await rounds(one, runs, there, warmUps);
  const batch = await rounds(
    many,
    Math.max(3, Math.round(runs / 2)),
    there.filter((name) => name.startsWith('numpy')),
    warmUpBatches,
  );
  peer?.close();
  vectors.pruner = pruner;
  notes.push(
    wrong.size === 0
      ? 'Every result of Lookalike is the same as by brute force in float64, ids and order.'
      : 'WRONG: results of Lookalike differ from brute force.',
  );
  for (const [name, of] of recalls)
    notes.push(`${name} found ${((100 * sum(of)) / of.length).toFixed(1)} % of the exact results.`);

  const ours = single['Lookalike'] ?? NaN;
  const limit = size === aimedAt ? 4 : size === 1_000_000 ? 30 : undefined;
  const rows: Row[] = [
    {
      what: 'top 5, one query',
      value: ours,
      unit: 'ms',
      peer: { name: 'plain kernel', value: single['plain'] ?? NaN },
      goal: limit === undefined ? null : atMost(limit, ours, 'ms'),
    },
    ...there.map((name): Row => {
      const value = single[name] ?? NaN;
      const factor = name === 'sqlite-vec' ? 7 : name === 'hnswlib' ? undefined : 1;
      return {
        what: 'top 5, one query',
        value: ours,
        unit: 'ms',
        peer: { name: peerNames[name] ?? name, value },
        goal: factor === undefined || size !== aimedAt ? null : timesFaster(factor, ours, value),
      };
    }),
  ];
  const oursTogether = batch['Lookalike'] ?? NaN;
  rows.push({
    what: `${together} queries at once, each`,
    value: oursTogether,
    unit: 'ms',
    peer: { name: 'plain kernel', value: batch['plain'] ?? NaN },
    goal: size === aimedAt ? atMost(2, oursTogether, 'ms') : null,
  });
  for (const name of there.filter((known) => known.startsWith('numpy')))
    rows.push({
      what: `${together} queries at once, each`,
      value: oursTogether,
      unit: 'ms',
      peer: { name: peerNames[name] ?? name, value: batch[name] ?? NaN },
      goal: size === aimedAt ? timesFaster(1, oursTogether, batch[name] ?? NaN) : null,
    });
  return { title: `${size.toLocaleString('en')} × ${dimensions}, as real rows are`, rows, notes };
}

const peerNames: Record<string, string> = {
  'numpy-product': 'NumPy, product alone',
  numpy: 'NumPy, top 5',
};

function recall(found: readonly number[][], exact: readonly number[][]): number {
  const hits = exact.map((rows, q) => rows.filter((row) => found[q]?.includes(row)).length);
  return sum(hits) / sum(exact.map((rows) => rows.length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0);
}

/** Rows of which nothing can be ruled out. */
async function hardTable(file: RowsFile, runs: number): Promise<Table> {
  const vectors = vectorsOf(file);
  await new Sketcher(vectors, () => Promise.resolve()).refresh();
  const { pruner } = vectors;
  const ours =
    (pruned: boolean): Contender =>
    (run) => {
      vectors.pruner = pruned ? pruner : undefined;
      const start = performance.now();
      search(vectors, [(run * 7919) % file.size]);
      return performance.now() - start;
    };
  const { plain, Lookalike } = await inTurn(2 * runs, {
    plain: ours(false),
    Lookalike: ours(true),
  });
  return {
    title: `${file.size.toLocaleString('en')} × ${file.dimensions}, uniform on the sphere: the hard case`,
    rows: [
      {
        what: 'top 5, one query',
        value: Lookalike,
        unit: 'ms',
        peer: { name: 'plain kernel', value: plain },
        goal: timesFaster(0.9, Lookalike, plain),
      },
    ],
    notes: [],
  };
}

/** Whether the made rows are as the real ones. */
async function likenessTable(real: RealRows, seed: number): Promise<Table> {
  const { size, dimensions } = real;
  const same = await likeness(vectorsOf(await madeRows(real, size, seed)));
  const many = await likeness(vectorsOf(await madeRows(real, studied.size, seed)));
  const vectors = new Vectors(dimensions);
  for (let row = 0; row < size; row++)
    vectors.add(row + 1, real.rows.subarray(row * dimensions, (row + 1) * dimensions));
  const of = await likeness(vectors);
  const three = (numbers: readonly number[]): string =>
    numbers.map((x) => x.toFixed(3).slice(1)).join(' ');
  const line = (name: string, { left, first, fifth, alive }: Likeness): string =>
    `${name}: length² left after 16, 32, 64, 128 directions ${three(left)}; similarity of the nearest ` +
    `(10th, 50th, 90th percentile) ${three(first)}, of the 5th nearest ${three(fifth)}; ` +
    `rows that may be among the first five after 32, 48, 64 numbers ${three(alive)}`;
  return {
    title: 'How like real rows the made ones are',
    rows: [],
    notes: [
      line(real.source, of),
      line(`${size} made rows`, same),
      line(`${studied.size} made rows`, many),
      `8,677 real photos (Caltech-101), measured before: rows after 32, 48, 64 numbers ${three(studied.alive)}`,
    ],
  };
}

await new Command('search')
  .option(
    '--sizes <numbers>',
    'how many rows',
    (text) => text.split(',').map(Number),
    [10_000, 100_000, 1_000_000],
  )
  .option('--runs <number>', 'runs of which medians are taken', Number, 15)
  .option('--seed <number>', 'other rows', Number, 1)
  .action(async ({ sizes, runs, seed }: { sizes: number[]; runs: number; seed: number }) => {
    const real = await realRows();
    const versions: Record<string, string> = {};
    const tables = [await likenessTable(real, seed)];
    const progress = (text: string): void => {
      console.error(`… ${text}`);
    };
    for (const size of sizes) {
      progress(`${size.toLocaleString('en')} rows`);
      const file = await madeRows(real, size, seed);
      tables.push(await searchTable(file, runs, versions));
      tables.push(await measureProcess(file, await madeRows(real, newcomers, seed + 1)));
    }
    const hardSize = Math.min(100_000, Math.max(...sizes));
    progress(`${hardSize.toLocaleString('en')} rows on the sphere`);
    tables.push(await hardTable(await sphereRows(hardSize, real.dimensions, seed), runs));
    const report = { subject: 'search', setting: setting(seed, versions), tables };
    console.log(printed(report));
    keepReport(report);
  })
  .parseAsync();

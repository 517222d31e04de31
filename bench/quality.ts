/**
 * How good the results are on photos whose kinds are known: `npm run bench:quality -- FOLDER…`, where
 * a folder has one sub-folder per kind. The photos are indexed as a person would index them, into a
 * temporary library; then the whole folder and five subsets of it are measured (see measures.ts for
 * what the figures are).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { defaultMethod } from '../engine/default-method.ts';
import { isLookalikeError } from '../engine/errors.ts';
import { openLibrary } from '../engine/library.ts';
import { loadMethod, type Method } from '../engine/methods/registry.ts';
import { openStore } from '../engine/store/store.ts';
import { asScored, decisionsOf, measureSet, type Judged, type SetQuality } from './judge-set.ts';
import { bestThreshold, type Decisions, type LabelledSet } from './measures.ts';
import { subsetsOf } from './subsets.ts';
import { aligned } from '../cli/columns.ts';

/** What a folder's sets came to with a method. */
interface FolderQuality {
  folder: string;
  method: string;
  sets: (SetQuality & { name: string })[];
  /**
   * "Really similar" over all sets, with strangers: what the program says, and what the best of all
   * fixed similarities would, chosen with hindsight.
   */
  judgement: Decisions;
  bestFixedSimilarity: Decisions & { threshold: number };
}

const program = new Command('bench:quality')
  .description('Measures the results on folders with one sub-folder per kind of photo.')
  .argument('<folders...>')
  .option('--json', 'print one JSON document')
  .option('--seed <number>', 'other subsets', Number, 1)
  .option('--method <id>', 'the method that turns photos into vectors', defaultMethod)
  .action(async (folders: string[], options: { json?: true; seed: number; method: string }) => {
    const method = await loadMethod(options.method);
    const measured: FolderQuality[] = [];
    for (const folder of folders)
      measured.push(await measureFolder(resolve(folder), method, options.seed));
    if (options.json) console.log(JSON.stringify({ seed: options.seed, measured }, null, 2));
    else console.log(measured.flatMap(tables).join('\n'));
  });

async function measureFolder(folder: string, method: Method, seed: number): Promise<FolderQuality> {
  const whole = await labelledSetOf(folder, method);
  const sets: FolderQuality['sets'] = [];
  const judged: Judged[] = [];
  for (const set of [{ name: basename(folder), ...whole }, ...subsetsOf(whole, seed)]) {
    const { judged: ofSet, ...quality } = await measureSet(set, method.similarFrom);
    judged.push(...ofSet);
    sets.push({ name: set.name, ...quality });
  }
  return {
    folder,
    method: method.id,
    sets,
    judgement: decisionsOf(judged),
    bestFixedSimilarity: bestThreshold(asScored(judged, 'similarity')),
  };
}

/** Indexes `folder` and takes the vectors out of the library; the kind of a photo is its sub-folder. */
async function labelledSetOf(folder: string, method: Method): Promise<LabelledSet> {
  const directory = await mkdtemp(join(tmpdir(), 'lookalike-quality-'));
  try {
    const library = await openLibrary({ folder: directory });
    try {
      await library.request('folders.add', { path: folder });
      await library.request('indexing.start', {});
      const { failed } = await library.request('indexing.wait', {});
      if (failed > 0) console.error(`${failed} files could not be read and are left out.`);
      await library.request('methods.prepare', { method: method.id });
    } finally {
      await library.close();
    }
    return readVectors(directory, method);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function readVectors(directory: string, { id, version, dimensions, metric }: Method): LabelledSet {
  const store = openStore(directory);
  try {
    // By path: photo ids depend on which photo was decoded first, and subsets on the order.
    const photos = [...store.reader.vectors(store.writer.method(id, version, dimensions))]
      .map(({ photoId, vector }) => ({
        path: store.reader.photo(photoId)?.relativePath ?? '',
        vector,
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    const kinds = photos.map(({ path }) => {
      const [kind, ...rest] = path.split('/');
      if (kind === undefined || rest.length === 0)
        throw new Error('There are photos outside the sub-folders, so their kind is not known.');
      return kind;
    });
    const rows = new Float32Array(photos.length * dimensions);
    for (const [index, { vector }] of photos.entries()) rows.set(vector, index * dimensions);
    return { kinds, rows, dimensions, metric };
  } finally {
    store.close();
  }
}

/** Three tables of one line per set. */
function tables(measured: FolderQuality): string[] {
  const { folder, method, sets, judgement, bestFixedSimilarity } = measured;
  const retrieval = sets.map(({ name, photos, retrieval: found }) => [
    name,
    String(photos),
    ...[found.precisionAt1, found.precisionAtK, found.meanAveragePrecision].map(three),
  ]);
  const clusters = sets.map(({ name, clusters: found }) => [
    name,
    String(found.clusters),
    String(found.noise),
    found.epsilon.toFixed(2),
    three(found.adjustedRandIndex),
    found.bestEpsilon.toFixed(2),
    three(found.bestAdjustedRandIndex),
    three(found.adjustedRandIndex / found.bestAdjustedRandIndex),
  ]);
  const judgements = sets.map(({ name, judgement: { area, areaWithStrangers, decisions } }) => [
    name,
    ...[area.similarity, area.score, areaWithStrangers.similarity, areaWithStrangers.score],
    ...[decisions.sensitivity, decisions.specificity],
  ]);
  const fixed = bestFixedSimilarity;
  return [
    `${folder}, ${method}`,
    '',
    'Lookalikes: precision at 1 and 5, mean average precision (leave-one-out)',
    ...aligned([['', 'photos', 'P@1', 'P@5', 'mAP'], ...retrieval]),
    '',
    'Clusters: adjusted Rand index (ARI, noise as one group) of the chosen ε and of the best',
    ...aligned([
      ['', 'clusters', 'noise', 'ε', 'ARI', 'best ε', 'its ARI', 'reached'],
      ...clusters,
    ]),
    '',
    'Really similar: area under the ROC curve for "same kind" among the first five, by similarity',
    'alone and by the judgement; the same with strangers; of the same kind and of another: share judged so',
    ...aligned([
      ['', 'similarity', 'judgement', 'similarity', 'judgement', 'same', 'other'],
      ...judgements.map(([name, ...figures]) => [String(name), ...figures.map(Number).map(three)]),
    ]),
    `All sets together: ${three(judgement.sensitivity)} and ${three(judgement.specificity)}; ` +
      `the best fixed similarity, ${three(fixed.threshold)}, chosen with hindsight: ` +
      `${three(fixed.sensitivity)} and ${three(fixed.specificity)}.`,
    '',
  ];
}

const three = (value: number): string => value.toFixed(3);

try {
  await program.parseAsync();
} catch (error) {
  console.error(isLookalikeError(error) ? error.message : error);
  process.exitCode = 1;
}

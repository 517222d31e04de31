/**
 * Measures how well vectors find photos of the same label: each query ranks all searched photos by
 * similarity, most similar first, ties in the order of the rows, and what the rankings are worth is
 * averaged over the queries.
 */
import { similarities as similaritiesOf, type Metric } from '../search/metric.ts';
import { Top } from '../search/top.ts';
import { averagePrecision, mean, precisionAt, votedLabel } from './measures.ts';
import type { Split } from './split.ts';

/** Photos whose labels are known: row i of `rows` has the label `labels[i]`. */
export interface LabelledRows {
  /** float32 [labels.length × dimensions], as the metric wants them. */
  rows: Float32Array;
  dimensions: number;
  metric?: Metric;
  labels: ArrayLike<number>;
}

/** Means over the queries, each 0…1. */
export interface Retrieval {
  /** Also the accuracy of the label of the one nearest neighbour. */
  precisionAt1: number;
  precisionAtK: number;
  meanAveragePrecision: number;
  /** How often the label that the k nearest vote for is right. */
  labelAccuracy: number;
}

/** How a long run lets others have their turn, and tells how far it is. */
export interface Work {
  /** Called between short stretches of work; may throw to end the run. */
  pause: () => Promise<void>;
  /** Queries done, and in all. */
  onProgress: (done: number, total: number) => void;
}

/** Queries ranked at a time: the kernel is fastest in blocks, and memory grows with it. */
const queriesAtOnce = 8;
/** Rows multiplied between two pauses; half a million multiplications at 256 dimensions. */
const rowsAtOnce = 256;

/**
 * @param split every query has at least one other searched photo of its label
 * @param k at least 1, at most as many as are searched for each query
 * @throws what `work.pause` throws
 */
export async function measureRetrieval(
  set: LabelledRows,
  { queries, searched }: Split,
  k: number,
  work: Work,
): Promise<Retrieval> {
  const { dimensions, metric = 'cosine' } = set;
  const asked = new Float32Array(queriesAtOnce * dimensions);
  const rows = gathered(set, searched);
  const block = new Float64Array(queriesAtOnce * rowsAtOnce);
  const similarities = Array.from(
    { length: Math.min(queriesAtOnce, queries.length) },
    () => new Float64Array(searched.length),
  );
  const measured: Retrieval[] = [];
  for (let start = 0; start < queries.length; start += queriesAtOnce) {
    const some = queries.subarray(start, start + queriesAtOnce);
    asked.set(gathered(set, some));
    for (let row = 0; row < searched.length; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, searched.length - row);
      similaritiesOf(metric, asked, 0, some.length, rows, row, count, dimensions, block);
      for (const q of some.keys())
        similarities[q]?.set(block.subarray(q * count, (q + 1) * count), row);
      await work.pause();
    }
    for (const [q, query] of some.entries()) {
      const ofQuery = similarities[q];
      if (ofQuery) measured.push(measureQuery(set.labels, query, searched, ofQuery, k));
      await work.pause();
    }
    work.onProgress(start + some.length, queries.length);
  }
  const over = (figure: keyof Retrieval): number => mean(measured.map((one) => one[figure]));
  return {
    precisionAt1: over('precisionAt1'),
    precisionAtK: over('precisionAtK'),
    meanAveragePrecision: over('meanAveragePrecision'),
    labelAccuracy: over('labelAccuracy'),
  };
}

/** The measures of one query; `similarities[i]` is that of `searched[i]`. */
function measureQuery(
  labels: ArrayLike<number>,
  query: number,
  searched: Uint32Array,
  similarities: Float64Array,
  k: number,
): Retrieval {
  const label = labels[query] ?? NaN;
  const top = new Top(k);
  const relevant: number[] = [];
  for (const [place, index] of searched.entries()) {
    if (index === query) continue;
    top.add(place, similarities[place] ?? NaN);
    if (labels[index] === label) relevant.push(place);
  }
  const nearest = top.sorted().map(({ id: place }) => labels[searched[place] ?? NaN]);
  const isRelevant = nearest.map((each) => each === label);
  const skipped = searched.indexOf(query);
  return {
    precisionAt1: precisionAt(isRelevant, 1),
    precisionAtK: precisionAt(isRelevant, k),
    meanAveragePrecision: averagePrecision(ranksOf(relevant, similarities, skipped)),
    labelAccuracy: Number(votedLabel(nearest) === label),
  };
}

/**
 * The ranks of some places in the order of similarity (most similar first, ties by place), rising,
 * from 1; the place `skipped` has no rank.
 *
 * Each place is counted at the first of the wanted ones that comes after it. That takes one search in
 * the few wanted ones for each place, where sorting all of them would take many times as long.
 */
function ranksOf(wanted: number[], similarities: Float64Array, skipped: number): number[] {
  const isBefore = (a: number, b: number): boolean => {
    const difference = (similarities[a] ?? NaN) - (similarities[b] ?? NaN);
    return difference > 0 || (difference === 0 && a < b);
  };
  const ordered = wanted.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const before = new Float64Array(ordered.length);
  for (const place of similarities.keys()) {
    if (place === skipped) continue;
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(place, ordered[middle] ?? -1)) high = middle;
      else low = middle + 1;
    }
    if (low < before.length) before[low] = (before[low] ?? 0) + 1;
  }
  // A wanted place is itself counted at the next wanted one, so that the sums are ranks from 0.
  let rank = 1;
  return Array.from(before, (count) => (rank += count));
}

function gathered({ rows, dimensions }: LabelledRows, indices: Uint32Array): Float32Array {
  const taken = new Float32Array(indices.length * dimensions);
  for (const [place, index] of indices.entries())
    taken.set(rows.subarray(index * dimensions, (index + 1) * dimensions), place * dimensions);
  return taken;
}

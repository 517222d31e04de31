/**
 * Measures of clustering and of decisions, and a ranking, from their definitions and without regard
 * to speed. Those of retrieval are the program's own (engine/evaluation).
 */
import { mean } from '../engine/evaluation/measures.ts';
import { similarityOf, type Metric } from '../engine/search/metric.ts';

/** A set of photos whose kinds are known: row i of `rows` has the kind `kinds[i]`. */
export interface LabelledSet {
  kinds: readonly string[];
  /** float32 [kinds.length × dimensions], as the metric wants them. */
  rows: Float32Array;
  dimensions: number;
  metric: Metric;
}

/** All rows but `query` with their similarity to it, most similar first, ties by row. */
export function ranking(set: LabelledSet, query: number): { row: number; similarity: number }[] {
  const { kinds, rows, dimensions, metric } = set;
  return kinds
    .map((_, row) => ({
      row,
      similarity: similarityOf(metric, rows, query, rows, row, dimensions),
    }))
    .filter(({ row }) => row !== query)
    .sort((a, b) => b.similarity - a.similarity || a.row - b.row);
}

/**
 * Adjusted Rand index of two labellings of the same things (Hubert and Arabie 1985, equation 5):
 * 1 for the same grouping, about 0 for chance. A label is only a label: where −1 stands for noise,
 * noise counts as one group, as in scikit-learn's `adjusted_rand_score` of DBSCAN's labels.
 */
export function adjustedRandIndex<A, B>(a: ArrayLike<A>, b: ArrayLike<B>): number {
  const pairLabels = Array.from(a, (label, index) => `${String(label)} ${String(b[index])}`);
  const together = pairsWithin(pairLabels);
  const [inA, inB] = [pairsWithin(Array.from(a)), pairsWithin(Array.from(b))];
  const expected = (inA * inB) / pairsOf(a.length);
  const highest = (inA + inB) / 2;
  return highest === expected ? 1 : (together - expected) / (highest - expected);
}

/** How many pairs have the same label. */
function pairsWithin(labels: readonly unknown[]): number {
  const sizes = new Map<unknown, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + pairsOf(size), 0);
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** A thing that was given a score, and whether it is one of those that should have a high one. */
export interface Scored {
  score: number;
  isPositive: boolean;
}

/**
 * Area under the receiver operating characteristic: the chance that a positive has a higher score
 * than a negative, ties counting half (Mann and Whitney). NaN if there are none of either.
 */
export function areaUnderCurve(scored: readonly Scored[]): number {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  const positives = sorted.filter(({ isPositive }) => isPositive).length;
  let lower = 0;
  let wins = 0;
  for (let start = 0; start < sorted.length;) {
    const end = endOfTies(sorted, start);
    const tied = sorted.slice(start, end);
    const positive = tied.filter(({ isPositive }) => isPositive).length;
    const negative = tied.length - positive;
    wins += positive * (lower + negative / 2);
    lower += negative;
    start = end;
  }
  return wins / (positives * (sorted.length - positives));
}

/** How often a decision is right: among the positives, and among the negatives. */
export interface Decisions {
  /** Share of the positives that were called positive. */
  sensitivity: number;
  /** Share of the negatives that were called negative. */
  specificity: number;
}

export function measureDecisions(
  decided: readonly { isPositive: boolean; calledPositive: boolean }[],
): Decisions {
  const share = (among: boolean): number =>
    mean(
      decided
        .filter(({ isPositive }) => isPositive === among)
        .map(({ calledPositive }) => Number(calledPositive === among)),
    );
  return { sensitivity: share(true), specificity: share(false) };
}

/**
 * The decisions of the one threshold that is best for these scores by the mean of sensitivity and
 * specificity (Youden 1950), everything from it on being called positive. It is chosen with
 * hindsight: no fixed threshold could do better.
 */
export function bestThreshold(scored: readonly Scored[]): Decisions & { threshold: number } {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  const positives = sorted.filter(({ isPositive }) => isPositive).length;
  const negatives = sorted.length - positives;
  let [positivesBelow, negativesBelow] = [0, 0];
  let best = { threshold: -Infinity, sensitivity: 1, specificity: 0 };
  for (let start = 0; start < sorted.length;) {
    const sensitivity = 1 - positivesBelow / positives;
    const specificity = negativesBelow / negatives;
    if (sensitivity + specificity > best.sensitivity + best.specificity)
      best = { threshold: sorted[start]?.score ?? NaN, sensitivity, specificity };
    const end = endOfTies(sorted, start);
    for (const { isPositive } of sorted.slice(start, end)) {
      if (isPositive) positivesBelow++;
      else negativesBelow++;
    }
    start = end;
  }
  return best;
}

/** The index after the last that has the same score as the one at `start`. */
function endOfTies(sorted: readonly Scored[], start: number): number {
  let end = start;
  while (end < sorted.length && sorted[end]?.score === sorted[start]?.score) end++;
  return end;
}

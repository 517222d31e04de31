/**
 * Measures how well the similarities of a method tell pairs of photos that a person marked as alike
 * from pairs marked as not alike, and how far that may be chance.
 *
 * - The measure is the area under the ROC curve: how likely it is that a pair marked as alike is more
 *   similar than one marked as not alike, ties counting half (Hanley and McNeil 1982, "The meaning and
 *   use of the area under a receiver operating characteristic (ROC) curve").
 * - Its interval is the wider one, at each end, of two. Photos are drawn with replacement and a pair
 *   counts as often as both its photos came up together, because pairs that share a photo do not tell
 *   two independent things (Owen 2007, "The pigeonhole bootstrap", which errs on the wide side). That
 *   says nothing where all pairs are told apart; so method 5 of Newcombe 2006, "Confidence intervals
 *   for an effect size measure based on the Mann-Whitney statistic", part 2, holds as well.
 * - Two methods are compared on the same draws, so that what is hard for both cancels out.
 */
import { Random } from '../random.ts';

/** Pair i is of the photos `first[i]` and `second[i]`, any numbers that differ between photos. */
export interface MarkedPairs {
  first: readonly number[];
  second: readonly number[];
  alike: readonly boolean[];
}

export interface Interval {
  low: number;
  high: number;
}

/** What the pairs say of one method. */
export interface PairsMeasure {
  /** Area under the ROC curve, 0…1; .5 is what guessing comes to. */
  area: number;
  /** 95 %. */
  interval: Interval;
  /**
   * Of the photos that have marks of both kinds, the mean share of their pairs of marks, one of each
   * kind, whose alike photo is the more similar one; null without such photos.
   */
  ordered: number | null;
  /** How many such photos there are. */
  anchors: number;
}

/** Draws of the bootstrap. */
const draws = 1000;
/** Two-sided, 95 %. */
const z = 1.959964;

/**
 * The area under the ROC curve with weights.
 * @param similarities of the pairs
 * @param weights how often each pair counts
 * @returns NaN when all that counts is of one kind
 */
export function weightedArea(
  similarities: ArrayLike<number>,
  alike: readonly boolean[],
  weights: ArrayLike<number>,
  order: readonly number[] = bySimilarity(similarities),
): number {
  let [below, ofAlike, won] = [0, 0, 0];
  for (let at = 0; at < order.length;) {
    const similarity = similarities[order[at] ?? NaN];
    let [tiedAlike, tiedNot] = [0, 0];
    for (; at < order.length && similarities[order[at] ?? NaN] === similarity; at++) {
      const pair = order[at] ?? NaN;
      if (alike[pair]) tiedAlike += weights[pair] ?? 0;
      else tiedNot += weights[pair] ?? 0;
    }
    won += tiedAlike * (below + tiedNot / 2);
    below += tiedNot;
    ofAlike += tiedAlike;
  }
  return won / (ofAlike * below);
}

/**
 * Measures several methods on the same pairs.
 * @param methods the similarities of the pairs by each, and whether it may be the best one; at least
 *   one may
 * @param pause called between draws, as pairs may be very many
 * @returns for each method its measure, and the interval of how much less its area is than that of
 *   the best one
 */
export async function measurePairs(
  pairs: MarkedPairs,
  methods: readonly { similarities: ArrayLike<number>; mayWin: boolean }[],
  seed: number,
  pause: () => Promise<void>,
): Promise<{ measures: (PairsMeasure & { behind: Interval })[]; best: number }> {
  const { alike } = pairs;
  const orders = methods.map(({ similarities }) => bySimilarity(similarities));
  const areaOf = (m: number, weights: ArrayLike<number>): number =>
    weightedArea(methods[m]?.similarities ?? [], alike, weights, orders[m]);
  const once = alike.map(() => 1);
  const areas = methods.map((_, m) => areaOf(m, once));
  const best = areas.indexOf(Math.max(...areas.filter((_, m) => methods[m]?.mayWin)));
  const drawn: number[][] = methods.map(() => []);
  const photos = [...new Set([...pairs.first, ...pairs.second])];
  for (let draw = 0; draw < draws; draw++) {
    const weights = drawnWeights(pairs, photos, new Random('pairs', seed, draw));
    const ofDraw = methods.map((_, m) => areaOf(m, weights));
    // A draw without pairs of both kinds tells nothing.
    if (ofDraw.every((area) => !Number.isNaN(area)))
      for (const [m, area] of ofDraw.entries()) drawn[m]?.push(area);
    await pause();
  }
  const positives = alike.filter(Boolean).length;
  const measures = methods.map(({ similarities }, m) => {
    const [area = NaN, ofMethod = [], ofBest = []] = [areas[m], drawn[m], drawn[best]];
    const analytic = newcombe(area, positives, alike.length - positives);
    const bootstrap = percentiles(ofMethod);
    return {
      area,
      interval: {
        low: Math.min(analytic.low, bootstrap.low),
        high: Math.max(analytic.high, bootstrap.high),
      },
      ...orderedBy(pairs, similarities),
      behind: percentiles(ofBest.map((other, draw) => other - (ofMethod[draw] ?? NaN))),
    };
  });
  return { measures, best };
}

/** How often each pair came up when as many photos are drawn, with replacement, as there are. */
function drawnWeights(
  { first, second }: MarkedPairs,
  photos: readonly number[],
  random: Random,
): number[] {
  const times = new Map<number, number>();
  for (let i = 0; i < photos.length; i++) {
    const photo = photos[random.integer(0, photos.length - 1)] ?? NaN;
    times.set(photo, (times.get(photo) ?? 0) + 1);
  }
  return first.map(
    (photo, pair) => (times.get(photo) ?? 0) * (times.get(second[pair] ?? NaN) ?? 0),
  );
}

/**
 * The interval of an area by method 5 of Newcombe 2006: the ends are the areas whose own standard
 * error, after Hanley and McNeil with both sizes replaced by their mean, just reaches what was found.
 */
export function newcombe(area: number, positives: number, negatives: number): Interval {
  const mean = (positives + negatives) / 2 - 1;
  const error = (at: number): number =>
    Math.sqrt(
      (at * (1 - at) * (1 + (mean * (1 - at)) / (2 - at) + (mean * at) / (1 + at))) /
        (positives * negatives),
    );
  const isBelow = (at: number): boolean => area - at > z * error(at);
  const isAbove = (at: number): boolean => at - area > z * error(at);
  return { low: bisect(0, area, isBelow), high: 1 - bisect(0, 1 - area, (at) => isAbove(1 - at)) };
}

/** Where `isOutside`, true at `low` if anywhere, stops being true. */
function bisect(low: number, high: number, isOutside: (at: number) => boolean): number {
  let [outside, inside] = [low, high];
  // Fifty halves are more than the digits of a number.
  for (let i = 0; i < 50; i++) {
    const middle = (outside + inside) / 2;
    if (isOutside(middle)) outside = middle;
    else inside = middle;
  }
  return inside;
}

/** The middle 95 % of some values; everything where there are none. */
function percentiles(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return sorted.length === 0 ? { low: 0, high: 1 } : { low: at(0.025), high: at(0.975) };
}

function orderedBy(
  { first, second, alike }: MarkedPairs,
  similarities: ArrayLike<number>,
): Pick<PairsMeasure, 'ordered' | 'anchors'> {
  const ofPhoto = new Map<number, number[]>();
  for (const ends of [first, second])
    for (const [pair, photo] of ends.entries())
      ofPhoto.set(photo, [...(ofPhoto.get(photo) ?? []), pair]);
  const shares: number[] = [];
  for (const marked of ofPhoto.values()) {
    const share = weightedArea(
      marked.map((pair) => similarities[pair] ?? NaN),
      marked.map((pair) => alike[pair] ?? false),
      marked.map(() => 1),
    );
    if (!Number.isNaN(share)) shares.push(share);
  }
  const sum = shares.reduce((total, share) => total + share, 0);
  return { ordered: shares.length === 0 ? null : sum / shares.length, anchors: shares.length };
}

function bySimilarity(similarities: ArrayLike<number>): number[] {
  return Array.from({ length: similarities.length }, (_, pair) => pair).sort(
    (a, b) => (similarities[a] ?? NaN) - (similarities[b] ?? NaN),
  );
}

/**
 * What is known not to be alike, where not everything with another label is: labels from marks of
 * pairs. Two photos that nobody compared may well be alike although they have different labels, so
 * they are only taken as different where they are far apart to begin with.
 *
 * A pair that is known not to be alike need not be part of a triplet, as neither photo may have been
 * marked as like any other. So each such pair of a batch adds to the loss what it lacks to a distance
 * (the contrastive loss of Hadsell, Chopra and LeCun 2006, "Dimensionality reduction by learning an
 * invariant mapping", of distances already squared).
 *
 * Measured on `photos/objects` with 150 marks of each kind of pairs among the nearest ten, four draws,
 * queries held out: precision at 5 of ImageNet features .929, mean average precision .860; of this
 * .942 and .888; with every other label taken as different, and no pairs, .935 and .874.
 */
import type { Random } from '../random.ts';

/** Squared distance of ImageNet features from which on unmarked photos are taken as different. */
const differentFrom = 1.4;
/** Squared distance that photos marked as not alike are to keep. */
const keptApart = 1.6;

/** Tells by two labels whether their photos are known not to be alike. */
export type KnownApart = (a: number, b: number) => boolean;

export function knownApart(pairs: readonly (readonly [number, number])[]): KnownApart {
  const known = new Map<number, Set<number>>();
  const add = (a: number, b: number): void => {
    const others = known.get(a);
    if (others) others.add(b);
    else known.set(a, new Set([b]));
  };
  for (const [a, b] of pairs) {
    add(a, b);
    add(b, a);
  }
  return (a, b) => known.get(a)?.has(b) ?? false;
}

/**
 * Groups of examples in an order in which a group is followed by one that is known not to be like it,
 * where there is such a one, so that they come into one batch.
 * @param labelOf the label of a group
 */
export function besideKnown<Group>(
  groups: readonly Group[],
  labelOf: (group: Group) => number,
  isApart: KnownApart,
  random: Random,
): Group[] {
  const left = new Set(random.shuffled(groups));
  const ordered: Group[] = [];
  for (const group of left) {
    left.delete(group);
    ordered.push(group);
    for (const other of left) {
      if (!isApart(labelOf(group), labelOf(other))) continue;
      left.delete(other);
      ordered.push(other);
      break;
    }
  }
  return ordered;
}

/**
 * Tells by their places in a batch whether two photos of different labels are different: known to be,
 * or far apart before anything was learnt.
 * @param before squared distances of all pairs of the batch then, row by row
 */
export function differentBy(
  isApart: KnownApart,
  labels: ArrayLike<number>,
  before: ArrayLike<number>,
): (photo: number, other: number) => boolean {
  return (photo, other) =>
    isApart(labels[photo] ?? NaN, labels[other] ?? NaN) ||
    (before[photo * labels.length + other] ?? 0) > differentFrom;
}

/**
 * Adds to the loss of a batch the mean of what pairs that are known not to be alike lack to
 * `keptApart`.
 * @param factors of the products of all pairs, row by row; they are changed
 * @param distances squared, of all pairs
 * @returns what is added beside the products
 */
export function addKnownApart(
  factors: Float32Array,
  distances: ArrayLike<number>,
  labels: ArrayLike<number>,
  isApart: KnownApart,
): number {
  const count = labels.length;
  const pairs: number[] = [];
  for (let photo = 0; photo < count; photo++)
    for (let other = 0; other < photo; other++)
      if (isApart(labels[photo] ?? NaN, labels[other] ?? NaN)) pairs.push(photo * count + other);
  let constant = 0;
  for (const pair of pairs) {
    if ((distances[pair] ?? NaN) >= keptApart) continue;
    // keptApart − (2 − 2 product)
    constant += (keptApart - 2) / pairs.length;
    factors[pair] = (factors[pair] ?? 0) + 2 / pairs.length;
  }
  return constant;
}

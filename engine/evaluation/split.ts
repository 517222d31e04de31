/**
 * Which labelled photos are queries, and which are searched.
 *
 * A photo that is the only one of its label has nothing to be found and is no query; among the
 * searched it stays, as one more that could be mistaken for another.
 */
import { Random } from '../random.ts';

/** Indices of photos, rising. A query that is among the searched as well never finds itself. */
export interface Split {
  queries: Uint32Array;
  searched: Uint32Array;
}

/** The share of each label that `heldOut` takes as queries. */
export const heldOutShare = 0.2;

/** Every photo in turn is the query, searched among all others. `labels[i]` is that of photo i. */
export function leaveOneOut(labels: ArrayLike<number>): Split {
  const queries = [...indicesByLabel(labels).values()].filter(({ length }) => length > 1).flat();
  return {
    queries: Uint32Array.from(queries).sort(),
    searched: Uint32Array.from(labels, (_, index) => index),
  };
}

/**
 * A fifth of each label are queries, searched among the other photos: of every label with at least
 * two photos at least one, and never all. The same labels and seed draw the same photos.
 */
export function heldOut(labels: ArrayLike<number>, seed: number): Split {
  const queries = new Set<number>();
  for (const [label, indices] of indicesByLabel(labels)) {
    if (indices.length < 2) continue;
    const count = Math.max(1, Math.round(indices.length * heldOutShare));
    for (const index of drawn(indices, count, new Random('split', seed, label))) queries.add(index);
  }
  const all = Uint32Array.from(labels, (_, index) => index);
  return {
    queries: all.filter((index) => queries.has(index)),
    searched: all.filter((index) => !queries.has(index)),
  };
}

function indicesByLabel(labels: ArrayLike<number>): Map<number, number[]> {
  return Map.groupBy(Array.from(labels).keys(), (index) => labels[index] ?? -1);
}

/** `count` of `items`, each set of them as likely as any other (Fisher and Yates, as far as needed). */
function drawn(items: readonly number[], count: number, random: Random): number[] {
  const left = [...items];
  return Array.from({ length: count }, () => {
    const place = random.integer(0, left.length - 1);
    const item = left[place] ?? NaN;
    left[place] = left.at(-1) ?? NaN;
    left.pop();
    return item;
  });
}

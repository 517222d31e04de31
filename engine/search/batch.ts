/**
 * A batch of queries that two threads work through: each takes the next few that nobody has taken,
 * until none is left. The rows are in memory that both read.
 */
import type { NearestQuery } from './nearest.ts';
import { nearest } from './nearest.ts';
import { Pruner } from './pruner.ts';
import { mostQueries, Sketch, type SharedSketch } from './sketch.ts';
import type { Neighbour } from './top.ts';
import { Vectors, type SharedVectors } from './vectors.ts';

/** Queries that are taken together: a pass of a sketch, and enough for looking at all. */
export const takenAtOnce = mostQueries;

/** What the other thread has to know. */
export interface Batch {
  vectors: SharedVectors;
  sketch: SharedSketch | undefined;
  queries: readonly NearestQuery[];
  k: number;
  hidden: ReadonlySet<number> | undefined;
  within: number | undefined;
}

/** Results of some of the queries, by the place of the first of them. */
export type Found = Map<number, Neighbour[][]>;

/** Places in the memory that both threads see, as int32. */
export const control = { state: 0, next: 1, length: 2 };

/** What is in `control.state`: nothing to do, a batch that is not begun, one that is. */
export const state = { idle: 0, posted: 1, begun: 2 };

/** The vectors of a batch, as the other thread reads them. */
export function vectorsOf({ vectors: shared, sketch }: Batch): Vectors {
  const vectors = Vectors.of(shared);
  if (sketch) vectors.pruner = new Pruner(vectors, Sketch.of(sketch));
  return vectors;
}

/** Answers queries, until none is left that nobody has taken. */
export function workOn(
  memory: Int32Array,
  vectors: Vectors,
  { queries, k, hidden, within }: Pick<Batch, 'queries' | 'k' | 'hidden' | 'within'>,
): Found {
  const found: Found = new Map();
  for (;;) {
    const start = Atomics.add(memory, control.next, takenAtOnce);
    if (start >= queries.length) return found;
    const some = queries.slice(start, start + takenAtOnce);
    found.set(start, nearest(vectors, some, k, hidden, within));
  }
}

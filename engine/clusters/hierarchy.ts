/**
 * What one exact pass over a library finds, from which DBSCAN is answered for every ε.
 *
 * A photo is a core photo at ε when at least minPhotos − 1 others are within ε of it, that is from
 * its *core distance* on. Two core photos are connected at ε from max(core distance of either,
 * distance) on: their *mutual reachability* (Campello, Moulavi, Sander 2013, section 3). So the
 * clusters' core photos at any ε are what a minimum spanning forest over mutual reachability leaves
 * connected when its edges above ε are cut. Photos that are not core at ε have fewer than minPhotos
 * neighbours, all of them among the nearest that the pass kept, so borders follow from those.
 */
import type { Edges } from './forest.ts';

export interface Hierarchy {
  size: number;
  minPhotos: number;
  /**
   * [size × `listedFor(minPhotos)`]: the nearest other rows of each row, nearest first (−1 for none), and
   * their distances (∞ for none).
   */
  neighbours: { rows: Int32Array; distances: Float64Array };
  /** Minimum spanning forest over mutual reachability, rising in weight. */
  edges: Edges;
}

/**
 * minPhotos − 1 say when a row is core. More of them make a better first forest, and spare most pairs of
 * a first pass's last step: with 4, that step takes as long as finding the lists; with 16, that takes a
 * quarter longer. And whoever asks for the nearest photos of all has them already.
 */
const leastListed = 10;

/** How many of the nearest rows are listed of each. */
export function listedFor(minPhotos: number): number {
  return Math.max(minPhotos - 1, leastListed);
}

/** Distance from which on each row is core; ∞ where there are too few rows, 0 where one is enough. */
export function coreDistancesOf({ size, minPhotos, neighbours }: Hierarchy): Float64Array {
  const cores = new Float64Array(size);
  const listed = listedFor(minPhotos);
  if (minPhotos > 1)
    for (let row = 0; row < size; row++)
      cores[row] = neighbours.distances[row * listed + minPhotos - 2] ?? Infinity;
  return cores;
}

/** What a pass needs to know of its surroundings. */
export interface Pace {
  /** Called between slices of work; waiting here lets others run, throwing ends the pass. */
  pause: () => Promise<void>;
  /** Work done so far and in all. */
  onProgress: (done: number, total: number) => void;
}

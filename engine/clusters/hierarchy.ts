/**
 * One exact pass over a library that answers DBSCAN for every ε at once.
 *
 * A photo is a core photo at ε when at least minPhotos − 1 others are within ε of it, that is from
 * its *core distance* on. Two core photos are connected at ε from max(core distance of either,
 * distance) on: their *mutual reachability* (Campello, Moulavi, Sander 2013, section 3). So the
 * clusters' core photos at any ε are what a minimum spanning forest over mutual reachability leaves
 * connected when its edges above ε are cut. Photos that are not core at ε have fewer than minPhotos
 * neighbours, all of them among the nearest that the first pass kept, so borders follow from those.
 *
 * The forest is found in one stream over all pairs: edges are gathered into a buffer, and whenever it
 * is full, Kruskal's algorithm keeps the forest of what was seen. Pairs that the forest already
 * connects at a lower level are passed over before they reach the buffer.
 */
import { similarities, type Metric } from '../search/metric.ts';
import { UnionFind } from './union-find.ts';

export interface Hierarchy {
  size: number;
  minPhotos: number;
  /** Distance from which on each row is core; ∞ when there are too few rows. */
  coreDistances: Float64Array;
  /** The nearest minPhotos − 1 other rows of each row (−1 for none), and their distances. */
  neighbours: { rows: Int32Array; distances: Float64Array };
  /** Minimum spanning forest over mutual reachability, rising in weight. */
  edges: Edges;
}

export interface Edges {
  from: Uint32Array;
  to: Uint32Array;
  weights: Float64Array;
}

/** What the pass needs to know of its surroundings. */
export interface Pace {
  /** Called between slices of work; waiting here lets others run, throwing ends the pass. */
  pause: () => Promise<void>;
  /** Pairs compared so far and in all. */
  onProgress: (done: number, total: number) => void;
}

const tile = 128;
const smallestBuffer = 1 << 16;

/**
 * @param rows float32 [size × dimensions], as the metric wants them
 * @param minPhotos at least 1
 */
export async function buildHierarchy(
  rows: Float32Array,
  size: number,
  dimensions: number,
  minPhotos: number,
  pace: Pace,
  metric: Metric = 'cosine',
): Promise<Hierarchy> {
  const total = size * (size - 1);
  let done = 0;
  const pairs = async (visit: PairVisitor): Promise<void> => {
    await forEachPair(metric, rows, size, dimensions, visit, async (compared) => {
      done += compared;
      pace.onProgress(done, total);
      await pace.pause();
    });
  };

  const nearest = new NearestFew(size, minPhotos - 1);
  await pairs((i, j, distance) => {
    nearest.offer(i, j, distance);
    nearest.offer(j, i, distance);
  });
  const coreDistances = nearest.coreDistances();

  const forest = new GrowingForest(size);
  await pairs((i, j, distance) => {
    const core = Math.max(coreDistances[i] ?? Infinity, coreDistances[j] ?? Infinity);
    forest.offer(i, j, Math.max(core, distance));
  });
  return {
    size,
    minPhotos,
    coreDistances,
    neighbours: { rows: nearest.rows, distances: nearest.distances },
    edges: forest.finish(),
  };
}

type PairVisitor = (i: number, j: number, distance: number) => void;

/** Visits every pair i < j with its distance, tile by tile. */
async function forEachPair(
  metric: Metric,
  rows: Float32Array,
  size: number,
  dimensions: number,
  visit: PairVisitor,
  afterTile: (compared: number) => Promise<void>,
): Promise<void> {
  const found = new Float64Array(tile * tile);
  for (let a = 0; a < size; a += tile) {
    const aCount = Math.min(tile, size - a);
    for (let b = a; b < size; b += tile) {
      const bCount = Math.min(tile, size - b);
      similarities(metric, rows, a, aCount, rows, b, bCount, dimensions, found);
      let compared = 0;
      for (let i = 0; i < aCount; i++) {
        const first = a === b ? i + 1 : 0;
        compared += bCount - first;
        for (let j = first; j < bCount; j++)
          visit(a + i, b + j, distanceOf(found[i * bCount + j] ?? NaN));
      }
      await afterTile(compared);
    }
  }
}

/** 1 − similarity, kept within 0…2 against rounding. */
export function distanceOf(similarity: number): number {
  return Math.min(2, Math.max(0, 1 - similarity));
}

/** The `count` nearest other rows of every row, in sorted lists. */
class NearestFew {
  readonly rows: Int32Array;
  readonly distances: Float64Array;
  readonly #count: number;
  readonly #size: number;

  constructor(size: number, count: number) {
    this.#size = size;
    this.#count = count;
    this.rows = new Int32Array(size * count).fill(-1);
    this.distances = new Float64Array(size * count).fill(Infinity);
  }

  offer(row: number, other: number, distance: number): void {
    const { rows, distances } = this;
    const start = row * this.#count;
    let place = start + this.#count - 1;
    if (place < start || distance >= (distances[place] ?? Infinity)) return;
    while (place > start && (distances[place - 1] ?? Infinity) > distance) {
      distances[place] = distances[place - 1] ?? Infinity;
      rows[place] = rows[place - 1] ?? -1;
      place -= 1;
    }
    distances[place] = distance;
    rows[place] = other;
  }

  /** The distance of the last of each list; 0 where the photo alone is enough. */
  coreDistances(): Float64Array {
    if (this.#count === 0) return new Float64Array(this.#size);
    return Float64Array.from(
      { length: this.#size },
      (_, row) => this.distances[(row + 1) * this.#count - 1] ?? Infinity,
    );
  }
}

/** Levels at which it is known which rows the forest connects, for passing over useless pairs. */
const levelCount = 12;

/** A minimum spanning forest of a stream of edges. */
class GrowingForest {
  readonly #size: number;
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  readonly #weights: Float64Array;
  #count = 0;
  /** Rising weights, and for each the component of every row when edges up to it are used. */
  #levels: { weight: number; component: Uint32Array }[] = [];

  constructor(size: number) {
    this.#size = size;
    const room = Math.max(smallestBuffer, size * 8);
    this.#from = new Uint32Array(room);
    this.#to = new Uint32Array(room);
    this.#weights = new Float64Array(room);
  }

  offer(from: number, to: number, weight: number): void {
    if (weight === Infinity) return;
    let lower: Uint32Array | undefined;
    for (const level of this.#levels) {
      if (level.weight > weight) break;
      lower = level.component;
    }
    if (lower && lower[from] === lower[to]) return;
    this.#from[this.#count] = from;
    this.#to[this.#count] = to;
    this.#weights[this.#count] = weight;
    this.#count += 1;
    if (this.#count === this.#weights.length) this.#reduce();
  }

  finish(): Edges {
    this.#reduce();
    return {
      from: this.#from.slice(0, this.#count),
      to: this.#to.slice(0, this.#count),
      weights: this.#weights.slice(0, this.#count),
    };
  }

  /** Kruskal: keeps of the buffer what joins something, lightest first. */
  #reduce(): void {
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i);
    const weights = this.#weights;
    order.sort((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0));
    const sets = new UnionFind(this.#size);
    const kept: number[] = [];
    for (const edge of order)
      if (sets.join(this.#from[edge] ?? 0, this.#to[edge] ?? 0)) kept.push(edge);
    const from = kept.map((edge) => this.#from[edge] ?? 0);
    const to = kept.map((edge) => this.#to[edge] ?? 0);
    const keptWeights = kept.map((edge) => weights[edge] ?? 0);
    this.#from.set(from);
    this.#to.set(to);
    this.#weights.set(keptWeights);
    this.#count = kept.length;
    this.#findLevels();
  }

  #findLevels(): void {
    const sets = new UnionFind(this.#size);
    this.#levels = [];
    let edge = 0;
    for (let level = 1; level <= levelCount; level++) {
      const end = Math.ceil((this.#count * level) / levelCount);
      for (; edge < end; edge++) sets.join(this.#from[edge] ?? 0, this.#to[edge] ?? 0);
      const weight = this.#weights[edge - 1];
      if (weight === undefined) continue;
      this.#levels.push({
        weight,
        component: Uint32Array.from({ length: this.#size }, (_, row) => sets.find(row)),
      });
    }
  }
}

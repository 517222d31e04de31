/**
 * The sizes of DBSCAN's clusters for ε after ε, each larger than the last: clusters only grow and join
 * then, so what was found for one is the beginning of the next.
 */
import { coreDistancesOf, listedFor, type Hierarchy } from './hierarchy.ts';
import { UnionFind } from './union-find.ts';

/** What an ε gives. */
export interface Sizes {
  clusters: number;
  /** Rows in any cluster. */
  clustered: number;
  /** Sum of the squared sizes of the clusters. */
  squares: number;
}

/** No row has this number. */
const none = 2 ** 32 - 1;

export class Sweep {
  readonly #hierarchy: Hierarchy;
  readonly #coreDistances: Float64Array;
  /** Rows, core first those that are first core. */
  readonly #byCore: Uint32Array;
  readonly #sets: UnionFind;
  /** By the root of a set: its core rows, the first of them, and the border rows it has at this ε. */
  readonly #cores: Uint32Array;
  readonly #first: Uint32Array;
  readonly #borders: Uint32Array;
  /** See `#firstsOf`. */
  readonly #firsts: Uint32Array;
  /** How far each row is from its nearest neighbour. */
  readonly #nearest: Float64Array;
  /** Rows without a neighbour yet, and those with one that are not core. */
  readonly #alone: Uint32Array;
  #aloneCount: number;
  readonly #open: Uint32Array;
  #openCount = 0;
  /** How many rows are core, and how many edges are used. */
  #coreCount = 0;
  #edgeCount = 0;
  #clusters = 0;
  /** Of the core rows alone. */
  #squares = 0;

  constructor(hierarchy: Hierarchy) {
    const { size } = hierarchy;
    this.#hierarchy = hierarchy;
    this.#coreDistances = coreDistancesOf(hierarchy);
    const distances = this.#coreDistances;
    this.#byCore = Uint32Array.from({ length: size }, (_, row) => row);
    this.#byCore.sort((a, b) => (distances[a] as number) - (distances[b] as number));
    this.#sets = new UnionFind(size);
    this.#cores = new Uint32Array(size).fill(1);
    this.#first = Uint32Array.from({ length: size }, (_, row) => row);
    this.#borders = new Uint32Array(size);
    this.#firsts = new Uint32Array(size).fill(none);
    const listed = listedFor(hierarchy.minPhotos);
    this.#nearest = Float64Array.from(
      { length: size },
      (_, row) => hierarchy.neighbours.distances[row * listed] as number,
    );
    this.#alone = this.#first.slice();
    this.#aloneCount = size;
    this.#open = new Uint32Array(size);
  }

  /** @param epsilon not less than the last one */
  raiseTo(epsilon: number): Sizes {
    const { size, edges } = this.#hierarchy;
    for (; this.#coreCount < size; this.#coreCount++) {
      if ((this.#coreDistances[this.#byCore[this.#coreCount] as number] as number) > epsilon) break;
      this.#clusters += 1;
      this.#squares += 1;
    }
    for (; this.#edgeCount < edges.weights.length; this.#edgeCount++) {
      if ((edges.weights[this.#edgeCount] as number) > epsilon) break;
      this.#join(edges.from[this.#edgeCount] as number, edges.to[this.#edgeCount] as number);
    }
    return this.#withBorders(epsilon);
  }

  #join(from: number, to: number): void {
    const a = this.#sets.find(from);
    const b = this.#sets.find(to);
    if (!this.#sets.join(a, b)) return;
    const root = this.#sets.find(a);
    const first = Math.min(this.#first[a] as number, this.#first[b] as number);
    this.#squares += 2 * (this.#cores[a] as number) * (this.#cores[b] as number);
    this.#cores[root] = (this.#cores[a] as number) + (this.#cores[b] as number);
    this.#first[root] = first;
    this.#clusters -= 1;
  }

  /** A border row is of the cluster that reaches it whose first core row is the first (see cut.ts). */
  #withBorders(epsilon: number): Sizes {
    const { minPhotos, neighbours } = this.#hierarchy;
    const listed = listedFor(minPhotos);
    const open = this.#openAt(epsilon);
    const firsts = this.#firstsOf(open);
    const reached: number[] = [];
    let clustered = this.#coreCount;
    let squares = this.#squares;
    for (const row of open) {
      const start = row * listed;
      let first = none;
      for (
        let i = start;
        i < start + listed && (neighbours.distances[i] as number) <= epsilon;
        i++
      ) {
        const one = firsts[neighbours.rows[i] as number] as number;
        if (one < first) first = one;
      }
      if (first === none) continue;
      const cluster = this.#sets.find(first);
      // (n + 1)² − n²
      squares += 2 * ((this.#cores[cluster] as number) + (this.#borders[cluster] as number)) + 1;
      this.#borders[cluster] = (this.#borders[cluster] as number) + 1;
      reached.push(cluster);
      clustered += 1;
    }
    for (const root of reached) this.#borders[root] = 0;
    return { clusters: this.#clusters, clustered, squares };
  }

  /** Of each row that is core, the first core row of its cluster; `none` of others. */
  #firstsOf(open: Uint32Array): Uint32Array {
    if (open.length > 0)
      for (let place = 0; place < this.#coreCount; place++) {
        const row = this.#byCore[place] as number;
        this.#firsts[row] = this.#first[this.#sets.find(row)] as number;
      }
    return this.#firsts;
  }

  /** The rows that have a neighbour at ε and are not core: few of all, at each ε. */
  #openAt(epsilon: number): Uint32Array {
    const open = this.#open;
    let openCount = 0;
    for (let i = 0; i < this.#openCount; i++) {
      const row = open[i] as number;
      open[openCount] = row;
      openCount += (this.#coreDistances[row] as number) > epsilon ? 1 : 0;
    }
    let aloneCount = 0;
    for (let i = 0; i < this.#aloneCount; i++) {
      const row = this.#alone[i] as number;
      if ((this.#nearest[row] as number) > epsilon) this.#alone[aloneCount++] = row;
      else if ((this.#coreDistances[row] as number) > epsilon) open[openCount++] = row;
    }
    this.#openCount = openCount;
    this.#aloneCount = aloneCount;
    return open.subarray(0, openCount);
  }
}

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
  /**
   * [size × `#most`]: the neighbours that reach a row before it is core, and the ε from which on they do,
   * ∞ behind the last of them. Side by side, they are looked at for ε after ε in a third of the time.
   */
  readonly #most: number;
  readonly #reaching: Uint32Array;
  readonly #reachedFrom: Float64Array;
  /** The first ε at which one does. */
  readonly #nearest: Float64Array;
  /** Rows that none reaches yet, and those that are reached and not core. */
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
    // With one more, it would be core.
    this.#most = Math.max(0, hierarchy.minPhotos - 2);
    this.#reaching = new Uint32Array(size * this.#most);
    this.#reachedFrom = new Float64Array(size * this.#most).fill(Infinity);
    this.#nearest = new Float64Array(size).fill(Infinity);
    for (let row = 0; row < size; row++) this.#findReaching(row);
    this.#alone = this.#first.filter((row) => this.#nearest[row] !== Infinity);
    this.#aloneCount = this.#alone.length;
    this.#open = new Uint32Array(size);
  }

  #findReaching(row: number): void {
    const { minPhotos, neighbours } = this.#hierarchy;
    const from = row * listedFor(minPhotos);
    let into = row * this.#most;
    for (let i = from; i < from + this.#most; i++) {
      const other = neighbours.rows[i] as number;
      if (other === -1) return;
      const core = this.#coreDistances[other] as number;
      const epsilon = Math.max(neighbours.distances[i] as number, core);
      if (epsilon >= (this.#coreDistances[row] as number)) continue;
      this.#reaching[into] = other;
      this.#reachedFrom[into++] = epsilon;
      this.#nearest[row] = Math.min(this.#nearest[row] as number, epsilon);
    }
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
    const reached: number[] = [];
    let clustered = this.#coreCount;
    let squares = this.#squares;
    for (const row of this.#openAt(epsilon)) {
      const end = (row + 1) * this.#most;
      let first = none;
      for (let i = row * this.#most; i < end; i++) {
        const from = this.#reachedFrom[i] as number;
        if (from === Infinity) break;
        if (from > epsilon) continue;
        const one = this.#first[this.#sets.find(this.#reaching[i] as number)] as number;
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

  /** The rows that are reached at ε and not core: few of all, at each ε. */
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

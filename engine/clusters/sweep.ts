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
    const { size, minPhotos, neighbours } = this.#hierarchy;
    const listed = listedFor(minPhotos);
    const reached: number[] = [];
    let clustered = this.#coreCount;
    let squares = this.#squares;
    for (let place = this.#coreCount; place < size; place++) {
      const start = (this.#byCore[place] as number) * listed;
      let cluster = -1;
      for (
        let i = start;
        i < start + listed && (neighbours.distances[i] as number) <= epsilon;
        i++
      ) {
        const other = neighbours.rows[i] as number;
        if ((this.#coreDistances[other] as number) > epsilon) continue;
        const root = this.#sets.find(other);
        if (cluster === -1 || (this.#first[root] as number) < (this.#first[cluster] as number))
          cluster = root;
      }
      if (cluster === -1) continue;
      // (n + 1)² − n²
      squares += 2 * ((this.#cores[cluster] as number) + (this.#borders[cluster] as number)) + 1;
      this.#borders[cluster] = (this.#borders[cluster] as number) + 1;
      reached.push(cluster);
      clustered += 1;
    }
    for (const root of reached) this.#borders[root] = 0;
    return { clusters: this.#clusters, clustered, squares };
  }
}

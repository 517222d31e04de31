/** Disjoint sets of 0 … size − 1, with union by size and path halving. */
export class UnionFind {
  readonly #parent: Uint32Array;
  readonly #sizes: Uint32Array;

  constructor(size: number) {
    this.#parent = new Uint32Array(size);
    for (let i = 0; i < size; i++) this.#parent[i] = i;
    this.#sizes = new Uint32Array(size).fill(1);
  }

  find(item: number): number {
    const parent = this.#parent;
    let root = item;
    for (let up = parent[root] ?? root; up !== root; up = parent[root] ?? root) {
      const next = parent[up] ?? up;
      parent[root] = next;
      root = next;
    }
    return root;
  }

  /** Joins the sets of two items. Returns whether they were apart. */
  join(a: number, b: number): boolean {
    let large = this.find(a);
    let small = this.find(b);
    if (large === small) return false;
    if ((this.#sizes[large] ?? 0) < (this.#sizes[small] ?? 0)) [large, small] = [small, large];
    this.#parent[small] = large;
    this.#sizes[large] = (this.#sizes[large] ?? 0) + (this.#sizes[small] ?? 0);
    return true;
  }
}

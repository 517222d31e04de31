/**
 * What a spanning forest says of pairs of rows: their *bottleneck*, the heaviest edge on the way from
 * one to the other, which is the least ε at which the forest connects them.
 *
 * When Kruskal's algorithm joins two sets, their rows are written behind each other, with the edge's
 * weight as the gap between. So the bottleneck of two rows is the largest gap between their places, and
 * a table of the largest gaps of stretches of 1, 2, 4, … answers at once.
 */
import type { Edges } from './forest.ts';
import { UnionFind } from './union-find.ts';

/** Arrays for `size` rows that a dendrogram is written into; they may be shared by threads. */
export interface DendrogramArrays {
  /** [size]: the place of each row. */
  places: Uint32Array;
  /** float32 [levels × size]: at level l and place p, the largest gap before places p + 1 … p + 2^l. */
  gaps: Float32Array;
}

/** Of the table of gaps. */
export function levelsOf(size: number): number {
  return Math.max(1, 32 - Math.clz32(size));
}

export class Dendrogram {
  readonly #places: Uint32Array;
  readonly #gaps: Float32Array;
  readonly #size: number;

  constructor({ places, gaps }: DendrogramArrays) {
    this.#places = places;
    this.#gaps = gaps;
    this.#size = places.length;
  }

  /**
   * @param edges a forest, rising in weight
   * @returns rows in the order of their places
   */
  write({ from, to, weights }: Edges): Uint32Array {
    const size = this.#size;
    const sets = new UnionFind(size);
    const next = new Int32Array(size).fill(-1);
    const last = Uint32Array.from({ length: size }, (_, row) => row);
    const first = last.slice();
    const gapAfter = new Float32Array(size).fill(Infinity);
    for (let edge = 0; edge < weights.length; edge++) {
      const a = sets.find(from[edge] as number);
      const b = sets.find(to[edge] as number);
      const [head, tail] = [first[a] as number, last[b] as number];
      gapAfter[last[a] as number] = roundedUp(weights[edge] as number);
      next[last[a] as number] = first[b] as number;
      sets.join(a, b);
      const root = sets.find(a);
      first[root] = head;
      last[root] = tail;
    }
    const order = new Uint32Array(size);
    let place = 0;
    for (let row = 0; row < size; row++) {
      if (sets.find(row) !== row) continue;
      for (let member = first[row] as number; member !== -1; member = next[member] as number)
        order[place++] = member;
    }
    for (const [p, row] of order.entries()) {
      this.#places[row] = p;
      this.#gaps[p] = gapAfter[row] as number;
    }
    this.#fill();
    return order;
  }

  #fill(): void {
    const size = this.#size;
    const gaps = this.#gaps;
    for (let level = 1; level < levelsOf(size); level++) {
      const half = 1 << (level - 1);
      const below = (level - 1) * size;
      for (let p = 0; p + 2 * half <= size; p++)
        gaps[level * size + p] = Math.max(
          gaps[below + p] as number,
          gaps[below + p + half] as number,
        );
    }
  }

  /** The bottleneck of two different rows, as float32, rounded up; ∞ where nothing connects them. */
  bottleneck(a: number, b: number): number {
    const p = this.#places[a] as number;
    const q = this.#places[b] as number;
    return p < q ? this.#largest(p, q) : this.#largest(q, p);
  }

  /** The largest gap from place p to place q > p. */
  #largest(p: number, q: number): number {
    const level = 31 - Math.clz32(q - p);
    const start = level * this.#size;
    const one = this.#gaps[start + p] as number;
    const other = this.#gaps[start + q - (1 << level)] as number;
    return one > other ? one : other;
  }
}

function roundedUp(value: number): number {
  const rounded = Math.fround(value);
  return rounded < value ? Math.fround(value + Math.abs(value) * 2 ** -23) : rounded;
}

/**
 * Minimum spanning forests: Kruskal's algorithm on edges that are all there, and on a stream of them.
 */
import { UnionFind } from './union-find.ts';

export interface Edges {
  from: Uint32Array;
  to: Uint32Array;
  weights: Float64Array;
}

export const noEdges: Edges = {
  from: new Uint32Array(0),
  to: new Uint32Array(0),
  weights: new Float64Array(0),
};

/** The minimum spanning forest of all these edges together, rising in weight. */
export function spanningForest(size: number, ...parts: readonly Edges[]): Edges {
  const forest = new GrowingForest(
    size,
    parts.reduce((sum, { weights }) => sum + weights.length, 0),
  );
  for (const { from, to, weights } of parts)
    for (let edge = 0; edge < weights.length; edge++)
      forest.offer(at(from, edge), at(to, edge), at(weights, edge));
  return forest.finish();
}

/**
 * A minimum spanning forest of a stream of edges: they are gathered, and whenever there is no more
 * room, Kruskal keeps the forest of what was seen.
 */
export class GrowingForest {
  readonly #size: number;
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  readonly #weights: Float64Array;
  #count = 0;

  /** @param room edges that are gathered at a time */
  constructor(size: number, room = 0) {
    this.#size = size;
    const least = Math.max(room, 2 * size, 1 << 12) + 1;
    this.#from = new Uint32Array(least);
    this.#to = new Uint32Array(least);
    this.#weights = new Float64Array(least);
  }

  offer(from: number, to: number, weight: number): void {
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

  #reduce(): void {
    const order = sortedOrder(this.#weights.subarray(0, this.#count));
    const sets = new UnionFind(this.#size);
    const kept = order.filter((edge) => sets.join(at(this.#from, edge), at(this.#to, edge)));
    this.#count = kept.length;
    this.#from.set(Uint32Array.from(kept, (edge) => at(this.#from, edge)));
    this.#to.set(Uint32Array.from(kept, (edge) => at(this.#to, edge)));
    this.#weights.set(Float64Array.from(kept, (edge) => at(this.#weights, edge)));
  }
}

/** Places of weights, of the lightest first. */
function sortedOrder(weights: Float64Array): Uint32Array {
  const order = Uint32Array.from({ length: weights.length }, (_, i) => i);
  return order.sort((a, b) => at(weights, a) - at(weights, b) || a - b);
}

// The index is always inside the array; asking for a default in these loops would cost speed.
function at(array: Uint32Array | Float64Array, index: number): number {
  return array[index] as number;
}

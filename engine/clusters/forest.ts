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
      forest.offer(from[edge] as number, to[edge] as number, weights[edge] as number);
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
    const kept = order.filter((edge) =>
      sets.join(this.#from[edge] as number, this.#to[edge] as number),
    );
    this.#count = kept.length;
    this.#from.set(Uint32Array.from(kept, (edge) => this.#from[edge] as number));
    this.#to.set(Uint32Array.from(kept, (edge) => this.#to[edge] as number));
    this.#weights.set(Float64Array.from(kept, (edge) => this.#weights[edge] as number));
  }
}

/** Places of weights, of the lightest first. */
function sortedOrder(weights: Float64Array): Uint32Array {
  const order = Uint32Array.from({ length: weights.length }, (_, i) => i);
  return order.sort((a, b) => (weights[a] as number) - (weights[b] as number) || a - b);
}

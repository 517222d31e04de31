/** Spanning forests and their bottlenecks against searches that look at every edge. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dendrogram, levelsOf } from '../../../engine/clusters/dendrogram.ts';
import { GrowingForest, spanningForest, type Edges } from '../../../engine/clusters/forest.ts';

const graphs = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(
      fc.tuple(
        fc.nat({ max: size - 1 }),
        fc.nat({ max: size - 1 }),
        // Few different weights, so that many are equal; all of them are float32.
        fc.nat({ max: 12 }).map((n) => n / 8),
      ),
      { maxLength: 120 },
    ),
  }),
);

function asEdges(edges: readonly (readonly [number, number, number])[]): Edges {
  return {
    from: Uint32Array.from(edges, ([from]) => from),
    to: Uint32Array.from(edges, ([, to]) => to),
    weights: Float64Array.from(edges, ([, , weight]) => weight),
  };
}

/** The least weight at which edges connect two rows, for all pairs (Floyd, Warshall). */
function bottlenecks(size: number, { from, to, weights }: Edges): number[][] {
  const best = Array.from({ length: size }, () => new Array<number>(size).fill(Infinity));
  const lower = (a: number, b: number, weight: number): void => {
    const row = best[a] ?? [];
    row[b] = Math.min(row[b] ?? Infinity, weight);
  };
  for (const [edge, weight] of weights.entries()) {
    lower(from[edge] ?? 0, to[edge] ?? 0, weight);
    lower(to[edge] ?? 0, from[edge] ?? 0, weight);
  }
  for (let via = 0; via < size; via++)
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++)
        lower(a, b, Math.max(best[a]?.[via] ?? Infinity, best[via]?.[b] ?? Infinity));
  return best;
}

test('a forest connects the same rows at the same levels, rising, with no edge too many', () => {
  fc.assert(
    fc.property(graphs, ({ size, edges }) => {
      const all = asEdges(edges);
      const forest = spanningForest(size, all);
      expect(forest.weights).toEqual(forest.weights.toSorted());
      expect(forest.weights.length).toBeLessThan(size);
      const apart = bottlenecks(size, forest);
      for (const [a, row] of bottlenecks(size, all).entries())
        for (const [b, level] of row.entries()) if (a !== b) expect(apart[a]?.[b]).toBe(level);
    }),
  );
});

test('a stream longer than there is room for gives the same forest', () => {
  const size = 300;
  const edges = Array.from({ length: 20_000 }, (_, i): [number, number, number] => [
    i % size,
    (i * 7919) % size,
    ((i * 104729) % 997) / 997,
  ]);
  const growing = new GrowingForest(size);
  for (const [from, to, weight] of edges) growing.offer(from, to, weight);
  expect(growing.finish().weights).toEqual(spanningForest(size, asEdges(edges)).weights);
});

test('a dendrogram knows the bottleneck of every pair, ∞ where nothing connects them', () => {
  fc.assert(
    fc.property(graphs, ({ size, edges }) => {
      const forest = spanningForest(size, asEdges(edges));
      const dendrogram = new Dendrogram({
        places: new Uint32Array(size),
        gaps: new Float32Array(size * levelsOf(size)),
      });
      const order = dendrogram.write(forest);
      expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()]);
      for (const [a, row] of bottlenecks(size, forest).entries())
        for (const [b, level] of row.entries())
          if (a !== b) expect(dendrogram.bottleneck(a, b)).toBe(level);
    }),
  );
});

test('a bottleneck is never less than the weight, though float32 has fewer digits', () => {
  const weight = 0.1;
  const dendrogram = new Dendrogram({ places: new Uint32Array(2), gaps: new Float32Array(4) });
  dendrogram.write(asEdges([[0, 1, weight]]));
  expect(dendrogram.bottleneck(1, 0)).toBeGreaterThanOrEqual(weight);
  expect(dendrogram.bottleneck(1, 0)).toBeLessThan(weight * (1 + 1e-6));
});

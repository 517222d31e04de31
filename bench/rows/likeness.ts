/** Shows whether made rows are like real ones: spectrum, nearest neighbours, what can be ruled out. */
import { nearest } from '../../engine/search/nearest.ts';
import { principalBasis, rotateRows } from '../../engine/search/rotation.ts';
import { Vectors } from '../../engine/search/vectors.ts';
import { dot } from '../../engine/search/kernel.ts';

export interface Likeness {
  /** The part of the squared length that the first 16, 32, 64 and 128 directions leave. */
  left: number[];
  /** Similarity of the nearest and of the 5th nearest: the 10th, 50th and 90th percentile. */
  first: number[];
  fifth: number[];
  /** The part of rows that may still be as near as the 5th nearest, after 32, 48 and 64 numbers. */
  alive: number[];
}

const asked = 200;

export async function likeness(vectors: Vectors): Promise<Likeness> {
  const { rows, size, dimensions } = vectors;
  const rests = new Map<number, { first: Float32Array; rest: Float32Array }>();
  for (const count of [16, 32, 48, 64, 128]) {
    const basis = await principalBasis(rows, size, dimensions, count);
    const rotated = { first: new Float32Array(size * count), rest: new Float32Array(size) };
    rotateRows(basis, rows, 0, size, rotated.first, rotated.rest);
    rests.set(count, rotated);
  }
  const queries = Array.from({ length: Math.min(asked, size) }, (_, i) =>
    Math.floor((i * size) / Math.min(asked, size)),
  );
  const found = nearest(
    vectors,
    queries.map((row) => ({
      vector: vectors.row(row),
      except: new Set([vectors.ids[row] ?? 0]),
    })),
    5,
  );
  const similarity = (place: number): number[] =>
    found.map((of) => of[place]?.similarity ?? NaN).sort((a, b) => a - b);
  const alive = [32, 48, 64].map((count) => {
    const { first, rest } = rests.get(count) ?? { first: rows, rest: rows };
    let reaching = 0;
    for (const [place, query] of queries.entries()) {
      const fifth = found[place]?.[4]?.similarity ?? NaN;
      for (let row = 0; row < size; row++)
        if (
          row !== query &&
          dot(first, query, first, row, count) + (rest[query] ?? 0) * (rest[row] ?? 0) >= fifth
        )
          reaching += 1;
    }
    return reaching / queries.length / size;
  });
  return {
    left: [16, 32, 64, 128].map((count) => {
      const rest = rests.get(count)?.rest ?? new Float32Array(0);
      return rest.reduce((sum, x) => sum + x * x, 0) / size;
    }),
    first: percentiles(similarity(0)),
    fifth: percentiles(similarity(4)),
    alive,
  };
}

function percentiles(sorted: readonly number[]): number[] {
  return [0.1, 0.5, 0.9].map((part) => sorted[Math.floor(part * (sorted.length - 1))] ?? NaN);
}

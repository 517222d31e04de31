/** Random vectors for tests, and the plainest possible computations to check fast ones against. */
import { Vectors } from '../../engine/search/vectors.ts';

/** A small seeded generator (mulberry32, Tommy Ettinger, public domain): numbers from 0 to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * L2-normalised rows in groups: points around random centres, so that there are neighbours near and
 * far, as in real libraries. Some rows are exact copies of others.
 */
export function groupedRows(
  count: number,
  dimensions: number,
  random: () => number,
  options: { groups?: number; spread?: number; copies?: number } = {},
): Float32Array {
  const { groups = 5, spread = 0.6, copies = 0.1 } = options;
  const centres = Array.from({ length: groups }, () =>
    Array.from({ length: dimensions }, () => random() - 0.5),
  );
  const rows = new Float32Array(count * dimensions);
  for (let i = 0; i < count; i++) {
    if (i > 0 && random() < copies) {
      const original = Math.floor(random() * i);
      rows.copyWithin(i * dimensions, original * dimensions, (original + 1) * dimensions);
      continue;
    }
    const centre = centres[Math.floor(random() * groups)] ?? [];
    const row = centre.map((c) => c + spread * (random() - 0.5));
    const length = Math.hypot(...row) || 1;
    rows.set(
      row.map((x) => x / length),
      i * dimensions,
    );
  }
  return rows;
}

/** Rows with the photo ids 1, 2, 3, … */
export function vectorsOf(rows: Float32Array, dimensions: number): Vectors {
  const vectors = new Vectors(dimensions);
  for (let i = 0; (i + 1) * dimensions <= rows.length; i++)
    vectors.add(i + 1, rows.subarray(i * dimensions, (i + 1) * dimensions));
  return vectors;
}

/** The dot product in the plainest way. */
export function plainDot(rows: Float32Array, i: number, j: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++)
    sum += (rows[i * dimensions + d] ?? 0) * (rows[j * dimensions + d] ?? 0);
  return sum;
}

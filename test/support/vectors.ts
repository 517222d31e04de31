/** Random vectors for tests, and the plainest possible computations to check fast ones against. */
import { Random } from '../../engine/random.ts';
import { Vectors } from '../../engine/search/vectors.ts';

/** Numbers from 0 up to 1, the same from the same seed. */
export function seededRandom(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
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

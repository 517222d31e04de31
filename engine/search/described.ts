/**
 * The photos that fit a description: their rows are compared with what is wanted in some of their
 * numbers only, where those of a method have a meaning each. Every row is looked at.
 */
import { Top, type Neighbour } from './top.ts';
import type { Vectors } from './vectors.ts';

/** What is wanted of a row. */
export interface Description {
  /** Places within a row, each once; at least one. */
  places: number[];
  /** What is wanted there, 0…1. */
  values: number[];
  /** The number in a row that stands for 1. */
  unit: number;
}

/**
 * The k rows that fit best, the best first, ties by id; fewer when there are fewer. Similarity is
 * 1 − distance: the root of the mean squared difference over the wanted places, 0…1.
 * @param hidden ids that are no results
 */
export function describedBest(
  vectors: Vectors,
  { places, values, unit }: Description,
  k: number,
  hidden: ReadonlySet<number>,
): Neighbour[] {
  const { ids, rows, size, dimensions } = vectors;
  const top = new Top(Math.max(1, Math.min(k, size)));
  const at = Uint32Array.from(places);
  const wanted = Float64Array.from(values, (value) => value * unit);
  const longest = unit * Math.sqrt(at.length);
  for (let row = 0; row < size; row++) {
    const start = row * dimensions;
    let sum = 0;
    for (let i = 0; i < at.length; i++) {
      const difference = (rows[start + (at[i] as number)] as number) - (wanted[i] as number);
      sum += difference * difference;
    }
    // Rounding of a row may lead a little beyond 1.
    const similarity = Math.max(0, 1 - Math.sqrt(sum) / longest);
    if (similarity < top.threshold) continue;
    const id = ids[row] ?? 0;
    if (!hidden.has(id)) top.add(id, similarity);
  }
  return top.sorted();
}

/** What a map is made of, and what every part of making one needs. */
import { dot } from '../search/kernel.ts';

/** Rows as they stand in memory; `Vectors` of the search room is one of these. */
export interface Points {
  /** float32 [size × dimensions] */
  rows: Float32Array;
  size: number;
  dimensions: number;
}

/** Called between slices of work; waiting here lets others run, throwing ends the work. */
export type Pause = () => Promise<void>;

/** Rows of a block that is multiplied at once: its products stay in the cache. */
export const tile = 128;

/** The squared length of every row. */
export function squaredLengths({ rows, size, dimensions }: Points): Float64Array {
  return Float64Array.from({ length: size }, (_, row) => dot(rows, row, rows, row, dimensions));
}

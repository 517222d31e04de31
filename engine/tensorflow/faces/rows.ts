/** Faces as rows of numbers: how they travel from the worker to the host. */
import type { Face } from './finder.ts';

export type { Face } from './finder.ts';

/** Numbers of a row before its vector: x, y, width, height and score. */
const facts = 5;

/** One row for each face. */
export function rowsOf(faces: readonly Face[]): Float32Array<ArrayBuffer> {
  const length = facts + (faces[0]?.vector.length ?? 0);
  const rows = new Float32Array(faces.length * length);
  for (const [index, { x, y, width, height, score, vector }] of faces.entries())
    rows.set([x, y, width, height, score, ...vector], index * length);
  return rows;
}

/** The faces of `rows`, whose vectors have `dimensions` numbers. */
export function facesOf(rows: Float32Array, dimensions: number): Face[] {
  const length = facts + dimensions;
  return Array.from({ length: rows.length / length }, (_, index) => {
    const row = rows.subarray(index * length, (index + 1) * length);
    const [x = 0, y = 0, width = 0, height = 0, score = 0] = row;
    return { x, y, width, height, score, vector: row.slice(facts) };
  });
}

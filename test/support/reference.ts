/**
 * The reference vectors beside the project (`../shared/reference`), where they are: 495 real
 * embeddings with exact neighbours and scikit-learn's DBSCAN labels. Tests that need them are
 * skipped, with this reason, in a checkout without that folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { float32Of } from '../../engine/store/blobs.ts';

const folder = fileURLToPath(new URL('../../../shared/reference/vectors/', import.meta.url));

export const hasReference = existsSync(`${folder}objects.json`);
export const withoutReference = hasReference
  ? ''
  : ' (skipped: ../shared/reference is not beside the project)';

export interface Reference {
  dims: number;
  count: number;
  labels: number[] | string[];
  /** For every row, five [row, cosine] or rows. */
  top5: unknown[][];
  dbscan: { eps: number; minSamples: number; labels: number[] }[];
  rows: Float32Array;
}

export function readReference(): Reference {
  const description = JSON.parse(readFileSync(`${folder}objects.json`, 'utf8')) as Omit<
    Reference,
    'rows'
  >;
  return { ...description, rows: float32Of(readFileSync(`${folder}objects.f32`)) };
}

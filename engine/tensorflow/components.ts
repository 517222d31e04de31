/**
 * Principal components: the directions in which rows of numbers differ most, at right angles to each
 * other, and where a row lies along each. Of all ways to tell rows by so few numbers, this keeps most of
 * their squared distances. They are learnt from photos (see `training/principal-components.ts`) and
 * used in plain code.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LookalikeError, messageOf } from '../errors.ts';
import { MODEL_FILE } from './autoencoder.ts';
import { storedWeights } from './layers.ts';
import { readTensors, writeTensors } from './tensors-file.ts';

/** The name of the description within the metadata of the file. */
const COMPONENTS = 'components';

const description = z.strictObject({
  format: z.literal(1),
  /** How many numbers a row has, and by how many it is told. */
  numbers: z.int().positive(),
  dimensions: z.int().positive(),
});

export interface Components {
  readonly numbers: number;
  readonly dimensions: number;
  /** `numbers` long. */
  readonly mean: Float32Array;
  /** `dimensions` rows of `numbers`, each of length 1, the one of most variance first. */
  readonly directions: Float32Array;
}

export type StoredComponents = Components & {
  /** Of its numbers, hexadecimal. */
  readonly sha256: string;
};

/** @returns the SHA-256 of the numbers */
export function writeComponents(folder: string, components: Components): Promise<string> {
  const { numbers, dimensions, mean, directions } = components;
  return writeTensors(join(folder, MODEL_FILE), {
    metadata: { [COMPONENTS]: JSON.stringify({ format: 1, numbers, dimensions }) },
    tensors: new Map([
      ['mean', { shape: [numbers], values: mean }],
      ['directions', { shape: [dimensions, numbers], values: directions }],
    ]),
  });
}

/** Whether `folder` is that of a finished run. */
export function hasComponents(folder: string): boolean {
  return existsSync(join(folder, MODEL_FILE));
}

/** @throws LookalikeError 'weights-damaged', naming the file */
export async function readComponents(folder: string): Promise<StoredComponents> {
  const path = join(folder, MODEL_FILE);
  const { metadata, tensors, sha256 } = await readTensors(path);
  try {
    const text: unknown = JSON.parse(metadata[COMPONENTS] ?? 'null');
    const { numbers, dimensions } = description.parse(text);
    const source = storedWeights(tensors);
    return {
      ...{ numbers, dimensions, sha256 },
      mean: source('mean', [numbers], 'linear'),
      directions: source('directions', [dimensions, numbers], 'linear'),
    };
  } catch (error) {
    throw new LookalikeError(
      'weights-damaged',
      `The file ${path} does not hold principal components of this version ` +
        `(${messageOf(error)}). Train it again.`,
      { cause: error },
    );
  }
}

/** Where rows of `numbers` numbers lie: `dimensions` numbers each, from the mean. */
export function along(
  { numbers, dimensions, mean, directions }: Components,
  rows: ArrayLike<number>,
): Float64Array {
  const count = rows.length / numbers;
  const places = new Float64Array(count * dimensions);
  const centred = new Float64Array(numbers);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < numbers; i++) centred[i] = (rows[row * numbers + i] ?? 0) - (mean[i] ?? 0);
    for (let k = 0; k < dimensions; k++) {
      let sum = 0;
      const start = k * numbers;
      for (let i = 0; i < numbers; i++)
        sum += (centred[i] as number) * (directions[start + i] as number);
      places[row * dimensions + k] = sum;
    }
  }
  return places;
}

/** The rows that lie at these places; what other directions would have told is missing. */
export function rowsAt(
  { numbers, dimensions, mean, directions }: Components,
  places: ArrayLike<number>,
): Float64Array {
  const count = places.length / dimensions;
  const rows = new Float64Array(count * numbers);
  for (let row = 0; row < count; row++)
    for (let i = 0; i < numbers; i++) {
      let sum = mean[i] ?? 0;
      for (let k = 0; k < dimensions; k++)
        sum += (places[row * dimensions + k] ?? 0) * (directions[k * numbers + i] ?? 0);
      rows[row * numbers + i] = sum;
    }
  return rows;
}

/**
 * What a model of a person's own is once TensorFlow has it, whatever format it came in. Everything it
 * does is synchronous: it belongs in a process of its own.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { LookalikeError } from '../../errors.ts';
import type { ModelLayer } from '../../model-values.ts';

/** What a network takes: photos as (n, side, side, 3). */
export interface NetworkInput {
  /** Null: any. */
  side: number | null;
  /** Whether it takes one photo at a time only. */
  single: boolean;
}

export interface OpenedModel {
  readonly input: NetworkInput;
  /** The names of all its parts, by which one may know what network it is. */
  readonly names: readonly string[];
  /**
   * The layers whose output can be taken, in the order in which they are computed.
   * @param side of the photos
   */
  layers(side: number): ModelLayer[];
  /** The output of a layer; the first axis is that of the photos. */
  run(photos: TensorFlow.Tensor4D, layer: string): TensorFlow.Tensor;
}

/**
 * @param shape as a network gives it; null or −1 for what may be anything
 * @throws LookalikeError `model-unsuitable` unless it is that of square RGB pictures
 */
export function inputOf(
  shape: readonly (number | null)[] | undefined,
  type: string | undefined,
): NetworkInput {
  const known = shape?.map((side) => (side === null || side < 0 ? null : side));
  const [photos = null, height = null, width = null, channels = null] = known ?? [];
  const told = known?.map((side) => side ?? '?').join(' × ') ?? 'of unknown form';
  if (known?.length !== 4 || (channels !== null && channels !== 3))
    throw new LookalikeError(
      'model-unsuitable',
      `This network does not take RGB pictures: its input is ${told}, where Lookalike gives it ` +
        'photos, rows, columns and 3 channels, in this order.',
    );
  if (height !== width)
    throw new LookalikeError(
      'model-unsuitable',
      `This network takes pictures of ${height ?? '?'} × ${width ?? '?'} pixels. Lookalike can only give it square ones.`,
    );
  if (photos !== null && photos !== 1)
    throw new LookalikeError(
      'model-unsuitable',
      `This network takes exactly ${photos} pictures at once. Export it for any number of them.`,
    );
  if (type !== undefined && type !== 'float32')
    throw new LookalikeError(
      'model-unsuitable',
      `This network takes ${type} numbers. Lookalike gives it float32: export it so.`,
    );
  return { side: height, single: photos === 1 };
}

/**
 * What is to be known of an output.
 * @param shape with the axis of the photos first
 * @returns null when it is none that could be a vector
 */
export function layerOf(
  name: string,
  kind: string,
  shape: readonly (number | null)[],
): ModelLayer | null {
  const sides = shape.slice(1);
  if (sides.length < 1 || sides.length > 3) return null;
  if (!sides.every((side) => side !== null && Number.isInteger(side) && side > 0)) return null;
  const known = sides as number[];
  return { name, kind, shape: known, dimensions: known.at(-1) ?? 0 };
}

/**
 * How many photos layers are looked for with. Of two, what depends on no photo has one row all the
 * same, such as the numbers that a layer weighs by.
 */
export function photosTried(single: boolean): number {
  return single ? 1 : 2;
}

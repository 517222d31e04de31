/** From photos to vectors by a network of a person's own. */
import { LookalikeError } from '../errors.ts';
import type { Scaling } from '../model-values.ts';
import type { Tensor, Tensor4D, TensorFlowCore } from '../tensorflow/backend.ts';
import { scalePixels } from './scale.ts';

export interface Settings {
  inputSize: number;
  scaling: Scaling;
  layer: string;
}

/** A network that is ready to run, with what it is run with. */
export interface Network {
  settings: Settings;
  /** Whether it takes one photo at a time only. */
  single: boolean;
  /** The output of the layer; undefined when it gives none. */
  run: (photos: Tensor4D) => Tensor | undefined;
}

/** `count` photos to as many rows, which are not normalised yet. */
export type Vectors = (pixels: Uint8Array, count: number) => Float32Array<ArrayBuffer>[];

/** Photos that go through a network at once: as with the networks that ship. */
const atOnce = 8;

/**
 * A map is averaged over its places, as global average pooling does: of (n, …, channels) the channels
 * remain.
 *
 * @throws LookalikeError `model-unsuitable` when the output has another form than one row a photo
 */
export function vectorsFrom(tf: TensorFlowCore, network: Network): Vectors {
  const { settings, single, run } = network;
  const { inputSize, scaling } = settings;
  const perPhoto = inputSize * inputSize * 3;

  const batch = (pixels: Uint8Array, count: number): Float32Array<ArrayBuffer>[] =>
    tf.tidy(() => {
      const photos = tf.tensor4d(scalePixels(pixels, scaling), [count, inputSize, inputSize, 3]);
      const output = run(photos);
      if (!output || output.rank < 2 || output.shape[0] !== count || output.dtype !== 'float32')
        throw new LookalikeError(
          'model-unsuitable',
          `The layer “${settings.layer}” gives ${output ? output.shape.join(' × ') : 'no'} numbers for ${count} photos, which is not one row for each.`,
        );
      const places = output.shape.slice(1, -1).map((_, index) => index + 1);
      const rows = places.length > 0 ? tf.mean(output, places) : output;
      const length = rows.shape[1] ?? 0;
      const values = rows.dataSync<'float32'>();
      return Array.from({ length: count }, (_, row) =>
        Float32Array.from(values.subarray(row * length, (row + 1) * length)),
      );
    });

  return (pixels, count) => {
    const most = single ? 1 : atOnce;
    const rows: Float32Array<ArrayBuffer>[] = [];
    for (let start = 0; start < count; start += most) {
      const size = Math.min(most, count - start);
      rows.push(...batch(pixels.subarray(start * perPhoto, (start + size) * perPhoto), size));
    }
    return rows;
  };
}

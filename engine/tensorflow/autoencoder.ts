/**
 * A trained auto-encoder: its file, and how it turns photos into latent vectors and back.
 *
 * It sees a photo at the same brightness and contrast as every other one: otherwise those two would
 * be most of what its vectors tell, and two photos of a different thing in the same light would be the
 * nearest. What was taken away is put back when a photo is drawn from its latent vector.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LookalikeError, messageOf } from '../errors.ts';
import { buildLayers, layerList, storedWeights, type Layers, type WeightSource } from './layers.ts';
import { normaliseRows } from './network.ts';
import { readTensors, type CheckedTensors } from './tensors-file.ts';

/** The file of a trained network in the folder of its run. */
export const MODEL_FILE = 'model.safetensors';
/** The name, within that file, of the description and of the mean of all latent vectors. */
export const DESCRIPTION = 'autoencoder';
export const MEAN = 'mean';

const description = z.strictObject({
  format: z.literal(1),
  /** Width and height of the photos it takes, in pixels. */
  side: z.int().positive(),
  /** How many numbers the latent vector has. */
  dimensions: z.int().positive(),
  /** [side, side, 3] → [dimensions] */
  encoder: layerList,
  /** [dimensions] → [side, side, 3] */
  decoder: layerList,
});

export type AutoencoderDescription = z.infer<typeof description>;

/** Both halves on a backend; they take and give photos that are levelled. */
export interface Autoencoder {
  encoder: Layers;
  decoder: Layers;
}

/** A trained auto-encoder as it was read. */
export interface StoredAutoencoder {
  description: AutoencoderDescription;
  file: CheckedTensors;
}

/** Whether `folder` is that of a finished run. */
export function isAutoencoder(folder: string): boolean {
  return existsSync(join(folder, MODEL_FILE));
}

/**
 * Reads the auto-encoder in the folder of a finished run.
 *
 * @throws LookalikeError 'weights-damaged', naming the file
 */
export async function readAutoencoder(folder: string): Promise<StoredAutoencoder> {
  const path = join(folder, MODEL_FILE);
  const file = await readTensors(path);
  try {
    const text: unknown = JSON.parse(file.metadata[DESCRIPTION] ?? 'null');
    return { description: description.parse(text), file };
  } catch (error) {
    throw new LookalikeError(
      'weights-damaged',
      `The file ${path} does not hold an auto-encoder of this version (${messageOf(error)}). ` +
        'Train it again.',
      { cause: error },
    );
  }
}

/** Throws an Error when the layers do not fit each other or `source` lacks a weight. */
export function buildAutoencoder(
  tf: typeof TensorFlow,
  { side, dimensions, encoder, decoder }: AutoencoderDescription,
  source: WeightSource,
): Autoencoder {
  const halves = {
    encoder: buildLayers(tf, 'encoder', encoder, [side, side, 3], source),
    decoder: buildLayers(tf, 'decoder', decoder, [dimensions], source),
  };
  if (halves.encoder.outputShape.join() !== `${dimensions}`)
    throw new Error('the encoder gives another number of dimensions');
  if (halves.decoder.outputShape.join() !== `${side},${side},3`)
    throw new Error('the decoder draws another size');
  return halves;
}

/** What was taken away from a photo: x = level + contrast · levelled. */
export interface Light {
  level: number;
  contrast: number;
}

/** Added to every contrast, so that noise in a photo of one colour does not become a picture. */
const leastContrast = 0.02;

/**
 * Brings a photo, in place, to mean 0 and standard deviation about 1 over all its numbers.
 *
 * @param photo numbers of 0…1
 */
export function levelled(photo: Float32Array): Light {
  let sum = 0;
  for (const x of photo) sum += x;
  const level = sum / photo.length;
  let squares = 0;
  for (const x of photo) squares += (x - level) ** 2;
  const contrast = Math.sqrt(squares / photo.length) + leastContrast;
  for (let i = 0; i < photo.length; i++) photo[i] = ((photo[i] ?? 0) - level) / contrast;
  return { level, contrast };
}

/** Photos that go through at once; more only moves more memory. */
const atOnce = 32;

/** A trained auto-encoder that is ready. Everything it does is synchronous: see `Network`. */
export interface OpenAutoencoder {
  /** As `Network.embed`: `count` latent vectors, the mean of all photos taken away, of length 1. */
  embed(pixels: Uint8Array, count: number): Float32Array<ArrayBuffer>;
  /** `count` photos drawn from their latent vectors: as `pixels`, but neither rounded nor clamped. */
  reconstruct(pixels: Uint8Array, count: number): Float32Array<ArrayBuffer>;
}

/**
 * Makes a stored auto-encoder ready on the current backend of `tf`.
 *
 * @throws LookalikeError 'weights-damaged' when its weights do not fit its description
 */
export function openAutoencoder(
  tf: typeof TensorFlow,
  { description, file }: StoredAutoencoder,
): OpenAutoencoder {
  const { side, dimensions } = description;
  const { encoder, decoder, mean } = fitting(() => {
    const source = storedWeights(file.tensors);
    const centre = tf.tensor(source(MEAN, [dimensions], 'linear'), [dimensions]);
    return { ...buildAutoencoder(tf, description, source), mean: centre };
  });
  const perPhoto = side * side * 3;

  /** Runs photos through `graph`, `atOnce` at a time, and hands on the results and their light. */
  function inBatches(
    pixels: Uint8Array,
    count: number,
    graph: (input: TensorFlow.Tensor) => TensorFlow.Tensor,
    take: (values: Float32Array, firstPhoto: number, lights: Light[]) => void,
  ) {
    for (let first = 0; first < count; first += atOnce) {
      const size = Math.min(atOnce, count - first);
      const photos = Float32Array.from(
        pixels.subarray(first * perPhoto, (first + size) * perPhoto),
        (byte) => byte / 255,
      );
      const lights = Array.from({ length: size }, (_, photo) =>
        levelled(photos.subarray(photo * perPhoto, (photo + 1) * perPhoto)),
      );
      const result = tf.tidy(() => graph(tf.tensor(photos, [size, side, side, 3])));
      const values = result.dataSync<'float32'>();
      result.dispose();
      take(values, first, lights);
    }
  }

  return {
    embed: (pixels, count) => {
      const rows = new Float32Array(count * dimensions);
      inBatches(
        pixels,
        count,
        (input) => tf.sub(encoder.run(input), mean),
        (values, first) => {
          rows.set(values, first * dimensions);
        },
      );
      return normaliseRows(rows, dimensions);
    },
    reconstruct: (pixels, count) => {
      const photos = new Float32Array(count * perPhoto);
      inBatches(
        pixels,
        count,
        (input) => decoder.run(encoder.run(input)),
        (values, first, lights) => {
          for (const [i, x] of values.entries()) {
            const { level, contrast } = lights[Math.floor(i / perPhoto)] ?? {
              level: 0,
              contrast: 0,
            };
            photos[first * perPhoto + i] = 255 * (level + contrast * x);
          }
        },
      );
      return photos;
    },
  };
}

function fitting<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    throw new LookalikeError(
      'weights-damaged',
      `The weights of the auto-encoder do not fit its layers (${messageOf(error)}). Train it again.`,
      { cause: error },
    );
  }
}

/**
 * The weights of the networks that find and tell faces apart, as `native-models/faces` holds them:
 * files in the form in which TensorFlow.js keeps weights, beside a list of their SHA-256. All are
 * checked before any is used, since a flipped bit would not fail, but make quietly wrong.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { LookalikeError, messageOf } from '../../errors.ts';

const fileName = z.string().regex(/^[\w.-]+$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const network = z.strictObject({
  /** What arrays there are, in the form of a TensorFlow.js weights manifest. */
  manifest: z.strictObject({ file: fileName, sha256 }),
  weights: z.strictObject({ file: fileName, sha256 }),
  licence: z.string().min(1),
});
const description = z.strictObject({
  format: z.literal(1),
  name: z.string().min(1),
  source: z.string().min(1),
  networks: z.strictObject({ detector: network, landmarks: network, recogniser: network }),
});

export type FaceModel = z.infer<typeof description>;
export type NetworkName = keyof FaceModel['networks'];

const manifest = z.tuple([
  z.object({
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()),
        dtype: z.enum(['float32', 'int32']),
        quantization: z
          .object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() })
          .optional(),
      }),
    ),
  }),
]);

/** The arrays of one network, by the names that its manifest gives them. */
export type Weights = (name: string) => TensorFlow.Tensor;

/**
 * Reads what there is to know of the networks in `folder`.
 * @throws LookalikeError 'weights-damaged', naming the file
 */
export async function readFaceModel(folder: string): Promise<FaceModel> {
  const path = join(folder, 'model.json');
  return parsed(path, description, await readModelFile(path));
}

/** One number that differs whenever a file of the model does: the SHA-256 of theirs. */
export function fingerprint({ networks }: FaceModel): string {
  const hash = createHash('sha256');
  for (const { manifest, weights } of Object.values(networks))
    hash.update(`${manifest.sha256} ${weights.sha256}\n`);
  return hash.digest('hex');
}

/** A network's files, read and checked, not yet in TensorFlow. */
export interface NetworkFiles {
  specs: TensorFlow.io.WeightsManifestEntry[];
  data: ArrayBuffer;
}

/**
 * Reads a network of the model in `folder`.
 * @throws LookalikeError 'weights-damaged', naming the file that is missing or damaged
 */
export async function readNetwork(
  folder: string,
  model: FaceModel,
  name: NetworkName,
): Promise<NetworkFiles> {
  const { manifest: described, weights } = model.networks[name];
  const manifestPath = join(folder, described.file);
  const text = await readChecked(manifestPath, described.sha256);
  const [{ weights: entries }] = parsed(manifestPath, manifest, text);
  const content = await readChecked(join(folder, weights.file), weights.sha256);
  return {
    specs: entries.map(({ quantization, ...entry }) => ({
      ...entry,
      ...(quantization && { quantization }),
    })),
    data: Uint8Array.from(content).buffer,
  };
}

/** Puts a network's numbers into the present backend of `tf`. */
export function uploadWeights(tf: typeof TensorFlow, { specs, data }: NetworkFiles): Weights {
  const arrays = tf.io.decodeWeights(data, specs);
  return (name) => {
    const array = arrays[name];
    if (!array) throw new Error(`the weights have no array ${name}`);
    return array;
  };
}

async function readChecked(path: string, expected: string): Promise<Buffer> {
  const content = await readModelFile(path);
  if (createHash('sha256').update(content).digest('hex') !== expected)
    throw damaged(path, 'is damaged: its SHA-256 is not the expected one');
  return content;
}

async function readModelFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw damaged(path, 'cannot be read', error);
  }
}

function parsed<T>(path: string, schema: z.ZodType<T>, content: Buffer): T {
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw damaged(path, 'does not describe a model', error);
  }
}

function damaged(path: string, what: string, cause?: unknown): LookalikeError {
  const detail = cause === undefined ? '' : ` (${messageOf(cause)})`;
  return new LookalikeError(
    'weights-damaged',
    `The model file ${path} ${what}${detail}. Install Lookalike again to get a good copy.`,
    { cause },
  );
}

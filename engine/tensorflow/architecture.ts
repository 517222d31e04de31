/**
 * A model folder: `architecture.json` says what the network is, `weights.bin` holds its numbers, and
 * where a method uses the classifier that the network was trained with, `classifier.bin` has that.
 *
 * Both backends build the network from what is read here, so that one committed file of weights
 * serves both. The JSON is data, not code: another model is another folder in `native-models/`.
 * Weights are checked by SHA-256 before any of them is used, since a flipped bit would not fail; it
 * would quietly make every similarity wrong.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LookalikeError, messageOf } from '../errors.ts';

const DESCRIPTION = 'architecture.json';

const positive = z.int().positive();
/** Where an array begins in the weights, counted in numbers (not bytes). */
const position = z.int().nonnegative();

const fileName = z.string().regex(/^[\w.-]+$/);

/** A file of numbers beside the description. */
const numbersFile = z.strictObject({
  file: fileName,
  type: z.literal('float16'),
  count: positive,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const convolution = {
  name: z.string().min(1),
  kernel: positive,
  stride: positive,
  activation: z.enum(['relu6', 'none']),
  inputChannels: positive,
  outputChannels: positive,
  weightsAt: position,
  biasAt: position,
};

/**
 * A layer takes the output of the layer before it (the first one takes the picture). Weights lie in
 * TensorFlow's order: height, width, input channel, output channel (1 for a depthwise layer).
 */
const layer = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('conv'), ...convolution }),
  z.strictObject({ op: z.literal('depthwise'), ...convolution }),
  z.strictObject({
    op: z.literal('add'),
    name: z.string().min(1),
    /** The name of the earlier layer whose output is added. */
    with: z.string(),
    outputChannels: positive,
  }),
]);

const architecture = z.strictObject({
  format: z.literal(1),
  name: z.string().min(1),
  licence: z.string().min(1),
  source: z.string().min(1),
  /** A square RGB picture; every number x of it, 0 to 255, becomes (x − subtract) / divide. */
  input: z.strictObject({ size: positive, subtract: z.number(), divide: z.number().positive() }),
  padding: z.literal('SAME'),
  layers: z.array(layer).min(1),
  /** The last map becomes one number per channel: the root of the mean square over its places. */
  pooling: z.strictObject({ kind: z.literal('generalised-mean'), power: z.literal(2) }),
  projection: z.strictObject({
    inputChannels: positive,
    dimensions: positive,
    weightsAt: position,
  }),
  weights: numbersFile,
  /** Softmax of (the mean of the last map) × weights + bias: the probability of each class. */
  classifier: z
    .strictObject({
      inputChannels: positive,
      classes: positive,
      /** A JSON list of the classes' names. */
      names: fileName,
      weightsAt: position,
      biasAt: position,
      numbers: numbersFile,
    })
    .optional(),
});

export type Architecture = z.infer<typeof architecture>;
type NumbersFile = Architecture['weights'];
export type Layer = Architecture['layers'][number];
export type Convolution = Exclude<Layer, { op: 'add' }>;

/** An array of the network: its numbers and its shape. */
export interface Constant {
  values: Float32Array;
  shape: number[];
}

/**
 * What follows the last map and gives the embedding: the projection of the root mean square over its
 * places; or the classifier, of which the embedding is the square root of each class's probability.
 *
 * The roots have length 1 as they are, and their dot product is the Bhattacharyya coefficient of the
 * two distributions. The cosine of the probabilities themselves sees little but the largest of them:
 * `native-models/efficientnet-lite0/README.md` has the figures of both.
 */
export type HeadName = 'projection' | 'classifier';

export interface Head {
  /** The checksum of the file that its numbers are in. */
  sha256: string;
  /** The length of the embedding. */
  dimensions: number;
  /** Channels (rows) to embedding (columns). */
  matrix: Constant;
  /** The classifier's; the projection has none. */
  bias: Constant | null;
}

/** An architecture and its numbers. */
export interface Model {
  architecture: Architecture;
  /** `architecture.weights.count` numbers, widened from float16. */
  weights: Float32Array;
  headName: HeadName;
  head: Head;
}

/**
 * Reads the description of the model in `folder` and checks that it fits together.
 *
 * @throws LookalikeError 'weights-damaged', naming the file.
 */
export async function readArchitecture(folder: string): Promise<Architecture> {
  const path = join(folder, DESCRIPTION);
  const text = (await readModelFile(path)).toString('utf8');
  try {
    const parsed = architecture.parse(JSON.parse(text));
    checkFit(parsed);
    return parsed;
  } catch (error) {
    throw damaged(path, 'does not describe a model', error);
  }
}

/**
 * Reads the model in `folder` with one of its heads. Only the files that this needs are read.
 *
 * @throws LookalikeError 'weights-damaged', naming the file, when one is missing, damaged or does
 *   not fit the other.
 */
export async function loadModel(folder: string, headName: HeadName = 'projection'): Promise<Model> {
  const architecture = await readArchitecture(folder);
  const weights = await readNumbers(folder, architecture.weights);
  const head =
    headName === 'projection'
      ? projectionHead(architecture, weights)
      : await readClassifier(folder, architecture);
  return { architecture, weights, headName, head };
}

/**
 * Reads the names of the classes of the model in `folder`, in the order of its classifier's numbers.
 *
 * @throws LookalikeError 'weights-damaged', naming the file.
 */
export async function readClassNames(folder: string): Promise<string[]> {
  const { names, classes } = classifierOf(folder, await readArchitecture(folder));
  const path = join(folder, names);
  const text = (await readModelFile(path)).toString('utf8');
  try {
    return z.array(z.string().min(1)).length(classes).parse(JSON.parse(text));
  } catch (error) {
    throw damaged(path, `is not a list of ${classes} names`, error);
  }
}

function projectionHead(
  { projection, weights: { sha256 } }: Architecture,
  weights: Float32Array,
): Head {
  const { inputChannels, dimensions, weightsAt } = projection;
  const shape = [inputChannels, dimensions];
  const matrix = { values: slice(weights, weightsAt, shape), shape };
  return { sha256, dimensions, matrix, bias: null };
}

async function readClassifier(folder: string, architecture: Architecture): Promise<Head> {
  const classifier = classifierOf(folder, architecture);
  const { inputChannels, classes, weightsAt, biasAt, numbers } = classifier;
  const values = await readNumbers(folder, numbers);
  const shape = [inputChannels, classes];
  return {
    sha256: numbers.sha256,
    dimensions: classes,
    matrix: { values: slice(values, weightsAt, shape), shape },
    bias: { values: slice(values, biasAt, [classes]), shape: [classes] },
  };
}

/** The description of the classifier of the model in `folder`, which has to have one. */
export function classifierOf(
  folder: string,
  { classifier }: Architecture,
): NonNullable<Architecture['classifier']> {
  if (!classifier) throw damaged(join(folder, DESCRIPTION), 'describes no classifier');
  return classifier;
}

/** The numbers of a file, widened from float16. */
async function readNumbers(
  folder: string,
  { file, count, sha256 }: NumbersFile,
): Promise<Float32Array> {
  const path = join(folder, file);
  const content = await readModelFile(path);
  if (createHash('sha256').update(content).digest('hex') !== sha256)
    throw damaged(path, 'is damaged: its SHA-256 is not the expected one');
  if (content.byteLength !== count * Float16Array.BYTES_PER_ELEMENT)
    throw damaged(path, `holds ${content.byteLength} bytes, not ${count} float16 numbers`);
  // Typed arrays read in the machine's byte order: little-endian wherever Node and Electron run.
  const halves = new Float16Array(Uint8Array.from(content).buffer);
  return Float32Array.from(halves);
}

/** The kernel and the bias of a convolution. */
export function convolutionConstants(
  { weights }: Model,
  layer: Convolution,
): { kernel: Constant; bias: Constant } {
  const shape = kernelShape(layer);
  return {
    kernel: { values: slice(weights, layer.weightsAt, shape), shape },
    bias: {
      values: slice(weights, layer.biasAt, [layer.outputChannels]),
      shape: [layer.outputChannels],
    },
  };
}

/** The last map's side and channels: each stride divides the side, rounding up ('SAME' padding). */
export function lastMapShape({ input, layers }: Pick<Architecture, 'input' | 'layers'>): {
  side: number;
  channels: number;
} {
  const side = layers.reduce(
    (size, layer) => (layer.op === 'add' ? size : Math.ceil(size / layer.stride)),
    input.size,
  );
  return { side, channels: layers.at(-1)?.outputChannels ?? 3 };
}

function kernelShape({ op, kernel, inputChannels, outputChannels }: Convolution): number[] {
  return [kernel, kernel, inputChannels, op === 'depthwise' ? 1 : outputChannels];
}

function slice(weights: Float32Array, start: number, shape: number[]): Float32Array {
  return weights.subarray(start, start + sizeOf(shape));
}

function sizeOf(shape: number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Throws unless channels follow each other, sums add equals, and all arrays lie in the weights. */
function checkFit({ layers, projection, weights, classifier }: Architecture): void {
  const channelsOf = new Map<string, number>();
  let channels = 3;
  const inside = (name: string, start: number, shape: number[], { count } = weights) => {
    if (start + sizeOf(shape) > count) throw new Error(`${name} lies outside the weights`);
  };
  for (const layer of layers) {
    const { name } = layer;
    if (channelsOf.has(name)) throw new Error(`two layers are called ${name}`);
    const expected = layer.op === 'add' ? channelsOf.get(layer.with) : layer.inputChannels;
    if (expected !== channels) throw new Error(`${name} does not fit the layer before it`);
    if (layer.op !== 'conv' && layer.outputChannels !== channels)
      throw new Error(`${name} cannot change the number of channels`);
    if (layer.op !== 'add') {
      inside(name, layer.weightsAt, kernelShape(layer));
      inside(name, layer.biasAt, [layer.outputChannels]);
    }
    channels = layer.outputChannels;
    channelsOf.set(name, channels);
  }
  if (projection.inputChannels !== channels)
    throw new Error('the projection does not fit the last layer');
  inside('the projection', projection.weightsAt, [channels, projection.dimensions]);
  if (!classifier) return;
  const { classes, numbers } = classifier;
  if (classifier.inputChannels !== channels)
    throw new Error('the classifier does not fit the last layer');
  inside('the classifier', classifier.weightsAt, [channels, classes], numbers);
  inside("the classifier's bias", classifier.biasAt, [classes], numbers);
}

async function readModelFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw damaged(path, 'cannot be read', error);
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

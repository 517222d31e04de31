/**
 * A model on a backend: pixels in, numbers out, the same way whichever backend it is.
 */
import { LookalikeError } from '../errors.ts';
import { lastMapShape, type Model } from './architecture.ts';
import type { Backend, TensorFlowCore } from './backend.ts';
import { buildGraph } from './graph.ts';
import { ensureSavedModel, SIGNATURES, TAG } from './saved-model.ts';
import { trunkOf } from './tail.ts';

/** Photos that a request should hold: enough for the native backend to be at its fastest. */
export const BATCH_SIZE = 8;

/**
 * Photos that go through the network at once. Measured on 2 cores, milliseconds a photo for 1, 2, 4,
 * 8 and 16 at once: native 7.7, 6.0, 5.4, 5.4, 5.7; WASM, one thread, 30.2, 29.7, 31.4, 31.5, 36.
 * More only moves more memory: the largest map of one photo has 4.8 MB.
 */
const AT_ONCE = { native: BATCH_SIZE, wasm: 2 };

/** A network ready to run. Everything it does is synchronous: it belongs in a worker thread. */
export interface Network {
  /**
   * @param pixels `count` RGB photos of the model's input size, row by row, 0 to 255.
   * @returns `count` rows of `dimensions` numbers, each of length 1.
   * @throws LookalikeError 'photo-no-vector' when a row has no direction (all zero, or not finite).
   */
  embed(pixels: Uint8Array, count: number): Float32Array<ArrayBuffer>;
  /**
   * What the last convolution sees, before pooling.
   *
   * @param pixels as for `embed`.
   * @returns `count` maps: row, column, channel.
   */
  lastMap(pixels: Uint8Array, count: number): Float32Array<ArrayBuffer>;
}

/**
 * Makes `model` ready to run on `backend`.
 *
 * @param cacheFolder where the native backend keeps the model in the form that it loads.
 */
export async function openNetwork(
  model: Model,
  backend: Backend,
  cacheFolder: string,
): Promise<Network> {
  return ready(model, await openBackend(model, backend, cacheFolder), AT_ONCE[backend.name]);
}

/**
 * Makes what comes before the last `count` layers of `model` ready to run: it gives maps only. It runs
 * op by op on either backend, as it is wanted for one training and not worth being written.
 */
export function openTrunk(model: Model, count: number, backend: Backend): Network {
  const trunk = trunkOf(model, count);
  return ready(trunk, runGraph(trunk, backend.tf), AT_ONCE[backend.name]);
}

function ready(model: Model, run: Run, atOnce: number): Network {
  const { input } = model.architecture;
  const { dimensions } = model.head;
  const { side, channels } = lastMapShape(model.architecture);

  function inBatches(output: Output, pixels: Uint8Array, count: number, length: number) {
    const perPhoto = input.size * input.size * 3;
    const results = new Float32Array(count * length);
    for (let start = 0; start < count; start += atOnce) {
      const size = Math.min(atOnce, count - start);
      const batch = pixels.subarray(start * perPhoto, (start + size) * perPhoto);
      results.set(run(output, scale(batch, input), size), start * length);
    }
    return results;
  }

  return {
    embed: (pixels, count) =>
      normaliseRows(inBatches('embedding', pixels, count, dimensions), dimensions),
    lastMap: (pixels, count) => inBatches('lastMap', pixels, count, side * side * channels),
  };
}

type Output = keyof typeof SIGNATURES;
/** One batch of scaled pixels through the network. */
type Run = (output: Output, scaled: Float32Array, count: number) => Float32Array;

async function openBackend(model: Model, backend: Backend, cacheFolder: string): Promise<Run> {
  const { size } = model.architecture.input;
  if (backend.name === 'native') {
    const { tf } = backend;
    const folder = await ensureSavedModel(model, cacheFolder);
    const signatures = {
      embedding: await tf.node.loadSavedModel(folder, [TAG], SIGNATURES.embedding),
      lastMap: await tf.node.loadSavedModel(folder, [TAG], SIGNATURES.lastMap),
    };
    return (output, scaled, count) => {
      const input = tf.tensor4d(scaled, [count, size, size, 3]);
      const result = signatures[output].predict(input) as typeof input;
      const values = result.dataSync<'float32'>();
      input.dispose();
      result.dispose();
      return values;
    };
  }
  return runGraph(model, backend.tf);
}

function runGraph(model: Model, tf: TensorFlowCore): Run {
  const { size } = model.architecture.input;
  const graph = buildGraph(tf, model);
  return (output, scaled, count) => {
    const input = tf.tensor4d(scaled, [count, size, size, 3]);
    const result = graph[output](input);
    const values = result.dataSync<'float32'>();
    input.dispose();
    result.dispose();
    return values;
  };
}

/** Bytes as the network was trained to see them: (x − subtract) / divide. */
function scale(
  pixels: Uint8Array,
  { subtract, divide }: { subtract: number; divide: number },
): Float32Array {
  const scaled = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) scaled[i] = ((pixels[i] ?? 0) - subtract) / divide;
  return scaled;
}

/**
 * Divides each row of `dimensions` numbers by its length, in place. Vectors are normalised here and
 * nowhere else: everything later may take the dot product for the cosine.
 *
 * @throws LookalikeError 'photo-no-vector' when a row has no direction.
 */
export function normaliseRows<Rows extends Float32Array>(rows: Rows, dimensions: number): Rows {
  for (let start = 0; start < rows.length; start += dimensions) {
    const row = rows.subarray(start, start + dimensions);
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    if (!(length > 0 && Number.isFinite(length))) {
      throw new LookalikeError(
        'photo-no-vector',
        `The model gave no usable numbers for photo ${start / dimensions + 1} of the batch.`,
      );
    }
    for (let i = 0; i < dimensions; i++) row[i] = (row[i] ?? 0) / length;
  }
  return rows;
}

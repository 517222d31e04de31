/**
 * Learns the principal components of photos: exactly, from all of them at once. That has no epochs and
 * no chance in it, and is repeated from the beginning where it was ended early.
 *
 * They are eigenvectors of the covariance of the numbers of a photo; or, where there are fewer photos
 * than numbers, of the products of all pairs of photos, which is a smaller matrix with the same
 * eigenvalues (Turk and Pentland 1991, "Eigenfaces for recognition"). Numbers of photos are bytes, so both
 * matrices are computed without any rounding.
 */
import { setImmediate } from 'node:timers/promises';
import { LookalikeError } from '../errors.ts';
import type { Backend, TensorFlowCore } from '../tensorflow/backend.ts';
import { writeComponents } from '../tensorflow/components.ts';
import { writeWhole } from '../tensorflow/tensors-file.ts';
import { leadingEigenpairs } from './eigen.ts';
import { bytesOfPixels, RowsFile } from './rows-file.ts';
import { resultFile, type TrainingResult, type TrainingRun } from './run.ts';
import type { TrainingListener } from './train.ts';

/** Width and height of the photos it learns from. */
export const componentsSide = 32;

/** Counts up whenever the same photos would give other components. */
const code = 1;
const leastPhotos = 3;
/** What counts as no variance at all, in parts of all of it. */
const leastShare = 1e-12;
const progressSteps = 1000;

/** Components, in the units of the rows that they were learnt from. */
export interface LearntComponents {
  mean: Float64Array;
  /** The one of most variance first; of length 1, the largest of its numbers positive. */
  directions: Float64Array[];
  /** Along each: the sum of squares divided by one less than there are rows. */
  variances: number[];
  /** Along all directions that there are. */
  totalVariance: number;
}

/**
 * The photos of a run, told by `run.dimensions` numbers each, or by fewer where these tell all.
 *
 * @throws LookalikeError 'training-too-few' where no two photos differ, 'training-data-damaged'
 */
export async function learnComponents(
  { tf }: Pick<Backend, 'tf'>,
  run: TrainingRun,
  { onProgress }: Pick<TrainingListener, 'onProgress'>,
): Promise<TrainingResult> {
  const startedAt = performance.now();
  const { data, folder, dimensions: wanted } = run;
  if (wanted === undefined) throw new Error('the run does not say how many components are wanted');
  const numbers = bytesOfPixels(componentsSide);
  const rows = readRows(data.path, numbers, data.count);
  const learnt = await principalComponents(tf, rows, numbers, wanted, async (share) => {
    onProgress({ done: Math.round(share * progressSteps), total: progressSteps });
    // Here the process can hear that the host is gone.
    await setImmediate();
  });
  const { mean, directions, variances, totalVariance } = learnt;
  const sha256 = await writeComponents(folder, {
    ...{ numbers, dimensions: directions.length, mean: Float32Array.from(mean) },
    directions: Float32Array.from(directions.flatMap((direction) => [...direction])),
  });
  const shares = variances.map((variance) => variance / totalVariance);
  const result: TrainingResult = {
    ...{ format: 1, kind: run.kind, settings: null, seed: run.seed },
    data: { version: data.version, training: data.count, validation: 0 },
    ...{ labels: run.labels, code: { program: run.program, kind: code }, backend: null },
    ...{ losses: [], bestEpoch: null, layers: null, ended: 'complete', problem: null },
    components: {
      shares,
      kept: Math.min(
        1,
        shares.reduce((sum, share) => sum + share),
      ),
    },
    seconds: (performance.now() - startedAt) / 1000,
    sha256,
  };
  const { path, text } = resultFile(folder, result);
  await writeWhole(path, [Buffer.from(text)]);
  return result;
}

/** @throws LookalikeError 'training-data-damaged' */
function readRows(path: string, numbers: number, count: number): Uint8Array {
  const file = new RowsFile(path, numbers, count);
  try {
    const rows = new Uint8Array(count * numbers);
    for (let row = 0; row < count; row++)
      file.read(row, rows.subarray(row * numbers, (row + 1) * numbers));
    return rows;
  } finally {
    file.close();
  }
}

/**
 * The principal components of rows of bytes, as a full singular value decomposition of them less their
 * mean would give them.
 *
 * @param rows `numbers` bytes each
 * @param wanted at least 1; fewer are given where there is no more variance
 * @param onProgress how much is done, 0…1
 * @throws LookalikeError 'training-too-few' where no two rows differ
 */
export async function principalComponents(
  tf: TensorFlowCore,
  rows: Uint8Array,
  numbers: number,
  wanted: number,
  onProgress: (share: number) => Promise<void> = () => Promise.resolve(),
): Promise<LearntComponents> {
  const count = rows.length / numbers;
  const sums = new Float64Array(numbers);
  for (let i = 0; i < rows.length; i++)
    sums[i % numbers] = (sums[i % numbers] ?? 0) + (rows[i] ?? 0);
  const mean = sums.map((sum) => sum / count);

  const byPhotos = count < numbers;
  const order = byPhotos ? count : numbers;
  const lines = byPhotos ? rows : turned(rows, numbers);
  // Multiplying takes about as long as finding the eigenvectors.
  const matrix = await productsOfLines(tf, lines, order, (share) => onProgress(share / 2));
  if (byPhotos) centrePairs(matrix, order);
  else centreNumbers(matrix, sums, count);
  let total = 0;
  for (let i = 0; i < order; i++) total += matrix[i * (order + 1)] ?? 0;
  if (count < leastPhotos || total === 0)
    throw new LookalikeError(
      'training-too-few',
      `Fewer numbers are learnt from the differences of at least ${leastPhotos} photos, and ` +
        `${count < leastPhotos ? `there are ${count}` : 'all photos here look the same'}. ` +
        'Add a folder with other photos.',
    );

  const { values, vectors } = await leadingEigenpairs(matrix, order, Math.min(wanted, order), {
    onProgress: (share) => onProgress(0.5 + share / 2),
  });
  const directions: Float64Array[] = [];
  const variances: number[] = [];
  for (const [k, vector] of vectors.entries()) {
    const value = values[k] ?? 0;
    if (value < leastShare * total) break;
    variances.push(value / (count - 1));
    directions.push(upright(byPhotos ? summed(rows, mean, vector) : vector));
  }
  return { mean, directions, variances, totalVariance: total / (count - 1) };
}

/**
 * Numbers that a product is summed over at once. The product of two bytes is at most 255², and the sum of
 * 258 of them below 2²⁴, up to where float32 holds every whole number: so TensorFlow's products,
 * which are float32, are exact.
 */
const exactRun = 258;

/** The products of all pairs of lines, exactly: `order` × `order` whole numbers. */
async function productsOfLines(
  tf: TensorFlowCore,
  lines: Uint8Array,
  order: number,
  onProgress: (share: number) => Promise<void>,
): Promise<Float64Array> {
  const length = lines.length / order;
  const products = new Float64Array(order * order);
  for (let start = 0; start < length; start += exactRun) {
    const size = Math.min(exactRun, length - start);
    const part = new Float32Array(order * size);
    for (let line = 0; line < order; line++) {
      const from = line * length + start;
      part.set(lines.subarray(from, from + size), line * size);
    }
    const product = tf.tidy(() => {
      const tensor = tf.tensor2d(part, [order, size]);
      return tf.matMul(tensor, tensor, false, true);
    });
    const values = product.dataSync<'float32'>();
    product.dispose();
    for (let i = 0; i < values.length; i++)
      products[i] = (products[i] as number) + (values[i] as number);
    await onProgress((start + size) / length);
  }
  return products;
}

/** Columns as rows. */
function turned(rows: Uint8Array, numbers: number): Uint8Array {
  const count = rows.length / numbers;
  const columns = new Uint8Array(rows.length);
  for (let row = 0; row < count; row++)
    for (let i = 0; i < numbers; i++) columns[i * count + row] = rows[row * numbers + i] as number;
  return columns;
}

/**
 * From products of pairs of photos to those of the photos less their mean. Whole numbers until the last
 * division: with fewer than 3,072 photos all are below 2⁵³.
 */
function centrePairs(products: Float64Array, count: number): void {
  const sums = Float64Array.from({ length: count }, (_, row) =>
    products.subarray(row * count, (row + 1) * count).reduce((sum, x) => sum + x, 0),
  );
  const all = sums.reduce((sum, x) => sum + x, 0);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      const at = a * count + b;
      const whole = count * (count * (products[at] ?? 0) - (sums[a] ?? 0) - (sums[b] ?? 0)) + all;
      products[at] = whole / (count * count);
    }
}

/** From sums of products of numbers to those of the numbers less their means. */
function centreNumbers(products: Float64Array, sums: Float64Array, count: number): void {
  const { length } = sums;
  for (let a = 0; a < length; a++)
    for (let b = 0; b < length; b++) {
      const at = a * length + b;
      products[at] = (count * (products[at] ?? 0) - (sums[a] ?? 0) * (sums[b] ?? 0)) / count;
    }
}

/** The direction, of length 1, that an eigenvector of pairs of photos stands for. */
function summed(rows: Uint8Array, mean: Float64Array, shares: Float64Array): Float64Array {
  const numbers = mean.length;
  const sum = new Float64Array(numbers);
  for (const [row, share] of shares.entries()) {
    const start = row * numbers;
    for (let i = 0; i < numbers; i++)
      sum[i] = (sum[i] as number) + share * ((rows[start + i] as number) - (mean[i] as number));
  }
  const length = Math.sqrt(sum.reduce((squares, x) => squares + x * x, 0));
  return sum.map((x) => x / length);
}

/** A direction may as well point the other way: the largest of its numbers is to be positive. */
function upright(direction: Float64Array): Float64Array {
  const largest = direction.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
  return largest < 0 ? direction.map((x) => -x) : direction;
}

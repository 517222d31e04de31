/**
 * The largest eigenvalues of a symmetric matrix and their vectors, to the precision of float64.
 *
 * A small matrix is taken apart whole, by ml-matrix. Of a large one only the leading part is looked for,
 * in a space that grows by what is still wrong with its best vectors (Davidson 1975, "The iterative
 * calculation of a few of the lowest eigenvalues", here in blocks and without a preconditioner, which
 * makes it a block Lanczos method that begins again from its best vectors when the space is full).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { Random } from '../random.ts';

export interface Eigenpairs {
  /** The largest first. */
  values: Float64Array;
  /** Of length 1, at right angles to each other, in the same order. */
  vectors: Float64Array[];
}

export interface EigenOptions {
  /** Up to this order the matrix is taken apart whole. */
  wholeUpTo?: number;
  /** Called now and then, with how much is done, 0…1. */
  onProgress?: (share: number) => Promise<void>;
}

const usualWhole = 600;
/** Vectors looked for beside those that are wanted, which makes these come sooner. */
const spare = 16;
/** Vectors of the space, as a multiple of those that are looked for. */
const spaceTimes = 3;
/** What a vector may be wrong by, in parts of the largest eigenvalue. */
const precision = 1e-12;
const mostRounds = 500;

/**
 * @param matrix `order` × `order` numbers, symmetric, with no negative eigenvalues
 * @param count at least 1, at most `order`
 */
export async function leadingEigenpairs(
  matrix: Float64Array,
  order: number,
  count: number,
  { wholeUpTo = usualWhole, onProgress = () => Promise.resolve() }: EigenOptions = {},
): Promise<Eigenpairs> {
  const wanted = count + spare;
  if (order <= wholeUpTo || order <= spaceTimes * wanted) return whole(matrix, order, count);
  const random = new Random('eigenvectors', order);
  const space: Float64Array[] = [];
  const images: Float64Array[] = [];
  let firstError = 0;
  let fresh = Array.from({ length: wanted }, () =>
    Float64Array.from({ length: order }, () => random.between(-1, 1)),
  );
  for (let round = 1; ; round++) {
    for (const vector of fresh) if (straighten(vector, space)) space.push(vector);
    for (const image of times(matrix, order, space.slice(images.length))) images.push(image);
    const best = bestOf(space, images, wanted);
    const errors = best.vectors.slice(0, count).map((vector, k) => {
      const [image = vector, value = 0] = [best.images[k], best.values[k]];
      return image.map((x, i) => x - value * (vector[i] ?? 0));
    });
    const limit = precision * (best.values[0] ?? 0);
    const wrong = errors.filter((error) => Math.sqrt(dot(error, error)) > limit);
    if (wrong.length === 0 || round === mostRounds)
      return {
        values: Float64Array.from(best.values.slice(0, count)),
        vectors: best.vectors.slice(0, count),
      };
    const worst = Math.max(...wrong.map((error) => Math.sqrt(dot(error, error))));
    firstError ||= worst;
    // Errors fall by about the same factor each round.
    await onProgress(Math.log(firstError / worst) / Math.log(firstError / limit));
    if (space.length + wrong.length > spaceTimes * wanted) {
      space.splice(0, space.length, ...best.vectors);
      images.splice(0, images.length, ...best.images);
    }
    fresh = wrong;
  }
}

function whole(matrix: Float64Array, order: number, count: number): Eigenpairs {
  const rows = Array.from({ length: order }, (_, i) => [
    ...matrix.subarray(i * order, (i + 1) * order),
  ]);
  return apart(new Matrix(rows), count);
}

/** The leading part of a small symmetric matrix. */
function apart(matrix: Matrix, count: number): Eigenpairs {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = [...realEigenvalues.keys()]
    .sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0))
    .slice(0, count);
  return {
    values: Float64Array.from(order, (column) => realEigenvalues[column] ?? 0),
    vectors: order.map((column) => Float64Array.from(eigenvectorMatrix.getColumn(column))),
  };
}

/** The best vectors within a space (Rayleigh and Ritz), with what the matrix makes of them. */
function bestOf(
  space: readonly Float64Array[],
  images: readonly Float64Array[],
  count: number,
): Eigenpairs & { images: Float64Array[] } {
  const size = space.length;
  const products = Matrix.zeros(size, size);
  for (const [i, vector] of space.entries())
    for (let j = 0; j <= i; j++) {
      const product = dot(vector, images[j] ?? vector);
      products.set(i, j, product);
      products.set(j, i, product);
    }
  const { values, vectors } = apart(products, count);
  return {
    values,
    vectors: vectors.map((shares) => mixed(space, shares)),
    images: vectors.map((shares) => mixed(images, shares)),
  };
}

/** The sum of vectors, each as often as `shares` says. */
function mixed(vectors: readonly Float64Array[], shares: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const [k, vector] of vectors.entries()) {
    const share = shares[k] ?? 0;
    for (let i = 0; i < sum.length; i++)
      sum[i] = (sum[i] as number) + share * (vector[i] as number);
  }
  return sum;
}

/** Less than this of a vector is left over only by rounding. */
const leastLeft = 1e-8;

/**
 * Makes a vector, in place, one of length 1 at right angles to those of the space; twice, as once is
 * not enough for one that nearly lies in it. False where nothing is left of it.
 */
function straighten(vector: Float64Array, space: readonly Float64Array[]): boolean {
  for (let turn = 0; turn < 2; turn++) {
    const before = scaleToOne(vector);
    if (before === 0) return false;
    for (const other of space) {
      const share = dot(vector, other);
      for (let i = 0; i < vector.length; i++)
        vector[i] = (vector[i] as number) - share * (other[i] as number);
    }
    if (turn === 1 && Math.sqrt(dot(vector, vector)) < 1 - leastLeft) return false;
  }
  return scaleToOne(vector) > 0;
}

/** @returns how long it was */
function scaleToOne(vector: Float64Array): number {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0)
    for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length;
  return length;
}

// Below, indices are within the arrays by their construction: the inner loops are all the time it takes.

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** A symmetric matrix times vectors, four at a time so that each of its numbers is read less often. */
function times(
  matrix: Float64Array,
  order: number,
  vectors: readonly Float64Array[],
): Float64Array[] {
  const results = vectors.map(() => new Float64Array(order));
  const none = new Float64Array(order);
  for (let k = 0; k < vectors.length; k += 4) {
    const [a = none, b = none, c = none, d = none] = vectors.slice(k, k + 4);
    for (let row = 0; row < order; row++) {
      const start = row * order;
      let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
      for (let i = 0; i < order; i++) {
        const x = matrix[start + i] as number;
        sumA += x * (a[i] as number);
        sumB += x * (b[i] as number);
        sumC += x * (c[i] as number);
        sumD += x * (d[i] as number);
      }
      for (const [offset, sum] of [sumA, sumB, sumC, sumD].entries()) {
        const result = results[k + offset];
        if (result) result[row] = sum;
      }
    }
  }
  return results;
}

/**
 * How strongly t-SNE wants each pair of rows to be near each other: probabilities from Gaussians
 * around each row, as wide as its surroundings are sparse (van der Maaten, Hinton 2008, section 2),
 * of the nearest neighbours only (van der Maaten 2014, section 4.1).
 */
import type { Neighbours } from './neighbours.ts';
import type { Pause } from './points.ts';

/** A sparse symmetric matrix, row by row, whose numbers add up to 1. */
export interface Affinities {
  /** [size + 1]: where each row begins in the other two, and the end. */
  starts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}

/** Halvings of the interval in which the width of a Gaussian is looked for. */
const mostHalvings = 100;
/** How exactly the entropy is met, in nats. */
const tolerance = 1e-5;

/**
 * @param perplexity how many neighbours count, as 2 to the power of the entropy; where there are
 *   fewer neighbours than that, all count alike
 */
export async function affinities(
  neighbours: Neighbours,
  perplexity: number,
  pause: Pause,
): Promise<Affinities> {
  const { k, rows, squared } = neighbours;
  const conditional = new Float64Array(squared.length);
  const size = k === 0 ? 0 : rows.length / k;
  for (let row = 0; row < size; row++) {
    const from = row * k;
    calibrate(
      squared.subarray(from, from + k),
      Math.log(perplexity),
      conditional.subarray(from, from + k),
    );
    if (row % 64 === 63) await pause();
  }
  return symmetric(neighbours, conditional, size);
}

/**
 * Writes exp(−β · distance) of one row's neighbours, divided by their sum, with the β that gives them
 * this entropy in nats.
 * @param squared rising
 */
function calibrate(squared: Float64Array, entropy: number, out: Float64Array): void {
  const nearest = squared[0] as number;
  let beta = 1;
  let low = 0;
  let high = Infinity;
  for (let halving = 0; halving < mostHalvings; halving++) {
    let sum = 0;
    let weighted = 0;
    for (let j = 0; j < squared.length; j++) {
      // Distances count from the nearest on: that changes no quotient, and no sum becomes 0.
      const distance = (squared[j] as number) - nearest;
      const p = Math.exp(-beta * distance);
      out[j] = p;
      sum += p;
      weighted += p * distance;
    }
    for (let j = 0; j < squared.length; j++) out[j] = (out[j] as number) / sum;
    const above = Math.log(sum) + (beta * weighted) / sum - entropy;
    if (Math.abs(above) < tolerance) return;
    if (above > 0) {
      low = beta;
      beta = high === Infinity ? beta * 2 : (beta + high) / 2;
    } else {
      high = beta;
      beta = (beta + low) / 2;
    }
  }
}

/** p(i, j) = (p(j | i) + p(i | j)) / 2n. */
function symmetric({ k, rows }: Neighbours, conditional: Float64Array, size: number): Affinities {
  // Who has each row among its neighbours: the same numbers, by column.
  const heldStarts = new Int32Array(size + 1);
  for (const other of rows) heldStarts[other + 1] = (heldStarts[other + 1] as number) + 1;
  for (let row = 0; row < size; row++)
    heldStarts[row + 1] = (heldStarts[row + 1] as number) + (heldStarts[row] as number);
  const holders = new Int32Array(rows.length);
  const held = new Float64Array(rows.length);
  const next = heldStarts.slice();
  for (let i = 0; i < rows.length; i++) {
    const place = next[rows[i] as number] as number;
    next[rows[i] as number] = place + 1;
    holders[place] = Math.floor(i / k);
    held[place] = conditional[i] as number;
  }

  const starts = new Int32Array(size + 1);
  const columns = new Int32Array(2 * rows.length);
  const values = new Float64Array(2 * rows.length);
  /** Where a column stands in the present row, −1 if not yet. */
  const placeOf = new Int32Array(size).fill(-1);
  let end = 0;
  for (let row = 0; row < size; row++) {
    const start = end;
    const add = (column: number, p: number): void => {
      let place = placeOf[column] as number;
      if (place < start) {
        place = end++;
        placeOf[column] = place;
        columns[place] = column;
      }
      values[place] = (values[place] as number) + p / (2 * size);
    };
    for (let i = row * k; i < (row + 1) * k; i++) add(rows[i] as number, conditional[i] as number);
    for (let i = heldStarts[row] as number; i < (heldStarts[row + 1] as number); i++)
      add(holders[i] as number, held[i] as number);
    starts[row + 1] = end;
  }
  return { starts, columns: columns.slice(0, end), values: values.slice(0, end) };
}

/**
 * As many rows as are wanted, made from real ones so that searching them is as easy and as hard.
 *
 * A made row is two real ones of one kind, mixed, and moved by what tells photos of a kind apart (a
 * mixture of differences to the mean of a kind), sometimes little, as in a burst, sometimes much. There
 * are more kinds than real ones: each further kind is a real one mirrored in the principal directions
 * of the real rows at random, which keeps the spectrum of the set and the distances within the kind.
 * A library grows by kinds, so neighbours do not come nearer than they do in real ones.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { Random } from '../../engine/random.ts';
import { dotProducts } from '../../engine/search/kernel.ts';
import { principalBasis } from '../../engine/search/rotation.ts';
import { cached } from '../cache.ts';
import { Normal } from './normal.ts';
import type { RealRows } from './real-rows.ts';

/** Photos of a kind, on average. */
const photosPerKind = 36;
/** How far a photo is from the mixture, in parts of the spread of a kind. */
const spread = { least: 0.2, most: 1.1 };
/** Differences that are mixed into a move. */
const mixed = 8;
/** The part of a move that has no direction. */
const grain = 0.3;
/** The direction that all kinds share is not mirrored. */
const shared = 1;
const rowsAtOnce = 512;

/** Files of rows: float32, one after the other. */
export interface RowsFile {
  path: string;
  size: number;
  dimensions: number;
}

/** A file of made rows; the same seed gives the same. */
export async function madeRows(real: RealRows, size: number, seed: number): Promise<RowsFile> {
  const { dimensions } = real;
  const name = `made-${real.size}-${size}-${seed}.f32`;
  const path = await cached(name, async (unfinished) => {
    const mirrors = await principalBasis(real.rows, real.size, dimensions, dimensions);
    const directions = Float32Array.from(mirrors.directions);
    const back = transposed(directions, dimensions);
    const seen = asFloat32(product(real.rows, real.size, directions, dimensions));
    const maker = new Maker({ ...real, rows: seen }, size, seed);
    inBlocks(unfinished, size, dimensions, (rows, count) => {
      for (let row = 0; row < count; row++) maker.make(rows, row * dimensions);
      // Back from the principal directions, then to length 1.
      const turned = product(rows, count, back, dimensions);
      for (let row = 0; row < count; row++) normalise(turned, rows, row * dimensions, dimensions);
    });
  });
  return { path, size, dimensions };
}

/** A file of rows drawn uniformly on the sphere: nothing can be ruled out among them. */
export async function sphereRows(
  size: number,
  dimensions: number,
  seed: number,
): Promise<RowsFile> {
  const path = await cached(`sphere-${dimensions}-${size}-${seed}.f32`, (unfinished) => {
    const normal = new Normal(new Random('sphere', seed));
    inBlocks(unfinished, size, dimensions, (rows, count) => {
      const drawn = Float64Array.from({ length: count * dimensions }, () => normal.next());
      for (let row = 0; row < count; row++) normalise(drawn, rows, row * dimensions, dimensions);
    });
  });
  return { path, size, dimensions };
}

/** Calls for each block of rows of a file, which lie in the same memory each time. */
export function eachBlock(
  { path, size, dimensions }: RowsFile,
  use: (rows: Float32Array, start: number, count: number) => void,
): void {
  const file = openSync(path, 'r');
  const block = new Float32Array(rowsAtOnce * dimensions);
  for (let start = 0; start < size; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, size - start);
    readSync(file, block, 0, count * dimensions * 4, start * dimensions * 4);
    use(block, start, count);
  }
  closeSync(file);
}

function inBlocks(
  path: string,
  size: number,
  dimensions: number,
  fill: (rows: Float32Array, count: number) => void,
): void {
  const file = openSync(path, 'w');
  const block = new Float32Array(rowsAtOnce * dimensions);
  for (let start = 0; start < size; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, size - start);
    fill(block, count);
    writeSync(file, block, 0, count * dimensions * 4);
  }
  closeSync(file);
}

/** Makes rows in the principal directions, one after the other. */
class Maker {
  readonly #real: RealRows;
  readonly #random: Random;
  readonly #normal: Normal;
  readonly #kinds: { rows: readonly number[]; mirror: Int8Array }[];
  /** What tells the rows of a kind from their mean: [size × dimensions]. */
  readonly #moves: Float32Array[];

  constructor(real: RealRows, size: number, seed: number) {
    this.#real = real;
    this.#random = new Random('made rows', seed);
    this.#normal = new Normal(new Random('made rows, normal', seed));
    const count = Math.max(real.kinds.length, Math.round(size / photosPerKind));
    this.#kinds = Array.from({ length: count }, (_, kind) => ({
      rows: real.kinds[kind % real.kinds.length] ?? [],
      mirror: Int8Array.from({ length: real.dimensions }, (_, d) =>
        kind < real.kinds.length || d < shared || this.#random.chance(0.5) ? 1 : -1,
      ),
    }));
    this.#moves = real.kinds.flatMap((kind) => movesWithin(real, kind));
  }

  make(into: Float32Array, offset: number): void {
    const { rows, dimensions } = this.#real;
    const random = this.#random;
    const kind = this.#kinds[random.integer(0, this.#kinds.length - 1)];
    if (!kind) return;
    const [a = 0, b = a] = [this.#pick(kind.rows), this.#pick(kind.rows)];
    const share = random.next();
    const far = random.between(spread.least, spread.most);
    const moves = random.times(mixed, () => this.#pick(this.#moves));
    const weights = random.times(mixed, () => (far * this.#normal.next()) / Math.sqrt(mixed));
    const noise = (far * grain) / Math.sqrt(dimensions);
    for (let d = 0; d < dimensions; d++) {
      let x =
        share * at(rows, a * dimensions + d) +
        (1 - share) * at(rows, b * dimensions + d) +
        noise * this.#normal.next();
      for (let m = 0; m < mixed; m++) x += (weights[m] ?? 0) * at(moves[m], d);
      into[offset + d] = x * (kind.mirror[d] ?? 1);
    }
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[this.#random.integer(0, list.length - 1)];
  }
}

/** The differences of a kind's rows to their mean, as large as those of single photos are. */
function movesWithin({ rows, dimensions }: RealRows, kind: readonly number[]): Float32Array[] {
  const mean = new Float64Array(dimensions);
  for (const row of kind)
    for (let d = 0; d < dimensions; d++)
      mean[d] = (mean[d] ?? 0) + at(rows, row * dimensions + d) / kind.length;
  const unbiased = Math.sqrt(kind.length / (kind.length - 1));
  return kind.map((row) =>
    Float32Array.from(mean, (m, d) => unbiased * (at(rows, row * dimensions + d) - m)),
  );
}

/** Every row times every direction: float64 [count × dimensions]. */
function product(
  rows: Float32Array,
  count: number,
  directions: Float32Array,
  dimensions: number,
): Float64Array {
  const out = new Float64Array(count * dimensions);
  dotProducts(rows, 0, count, directions, 0, dimensions, dimensions, out);
  return out;
}

function transposed(square: Float32Array, side: number): Float32Array {
  return Float32Array.from(square, (_, i) => at(square, (i % side) * side + Math.floor(i / side)));
}

function asFloat32(numbers: Float64Array): Float32Array {
  return Float32Array.from(numbers);
}

/** Takes a row to length 1, from one array into another. */
function normalise(
  from: Float64Array,
  into: Float32Array,
  offset: number,
  dimensions: number,
): void {
  let squared = 0;
  for (let d = 0; d < dimensions; d++) squared += (from[offset + d] ?? 0) ** 2;
  const length = Math.sqrt(squared);
  for (let d = 0; d < dimensions; d++) into[offset + d] = (from[offset + d] ?? 0) / length;
}

function at(array: Float32Array | undefined, index: number): number {
  return array?.[index] ?? 0;
}

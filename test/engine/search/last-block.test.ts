import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LastBlock, lastBlock, lengthOf } from '../../../engine/search/last-block.ts';
import { plainDot, seededRandom } from '../../support/vectors.ts';

/** The block is all but the last of these numbers: those are what remains. */
const dimensions = lastBlock + 16;
const size = 30;
const everyRow = Array.from({ length: size }, (_, row) => row);
/** Units of a length of 1. */
const unit = 300;
/** What a block before would have rounded wrong. */
const slack = 1e-9;

/** Rows of lengths up to 1; of some, the block has nothing, or all. */
function rowsOf(random: () => number): Float32Array {
  const rows = new Float32Array(size * dimensions);
  for (let row = 0; row < size; row++) {
    const own = rows.subarray(row * dimensions, (row + 1) * dimensions);
    const kind = random();
    for (let d = 0; d < dimensions; d++)
      own[d] = (kind < 0.2 && d < lastBlock) || (kind > 0.8 && d >= lastBlock) ? 0 : random() - 0.5;
    const scale = random() / Math.max(1e-9, Math.hypot(...own));
    for (let d = 0; d < dimensions; d++) own[d] = (own[d] as number) * scale;
  }
  return rows;
}

function squared(rows: Float32Array, row: number): number {
  return plainDot(rows, row, row, dimensions);
}

function numbersOf(rows: Float32Array, row: number): Float64Array {
  return Float64Array.from(rows.subarray(row * dimensions, (row + 1) * dimensions));
}

/** Half the length that remains before the block, which is the whole row here. */
function halfOf(rows: Float32Array, row: number): number {
  return Math.ceil((lengthOf(squared(rows, row)) * unit) / 2);
}

function blockOf(rows: Float32Array, order: readonly number[]): LastBlock {
  const block = new LastBlock();
  for (const [place, row] of order.entries()) {
    block.reserve(place + 1);
    block.put(place, numbersOf(rows, row), 0, squared(rows, row), halfOf(rows, row));
  }
  return block;
}

/** The rows that may reach a product with a row, where all that is known before is how long they are. */
function left(block: LastBlock, rows: Float32Array, query: number, product: number): number[] {
  const asked = block.query(numbersOf(rows, query), 0, squared(rows, query), slack);
  const restUnits = 2 * Math.ceil(lengthOf(squared(rows, query)) * unit);
  const all = Int32Array.from(everyRow).reverse();
  const bounds = Float64Array.from(all, (row) => restUnits * halfOf(rows, row));
  const count = block.refine(asked, all, size, bounds, product, unit * unit, restUnits);
  return [...all.subarray(0, count)].reverse();
}

test('no row that reaches a product is ruled out', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const rows = rowsOf(seededRandom(seed));
      const block = blockOf(rows, everyRow);
      for (const query of everyRow)
        for (const other of everyRow) {
          const product = plainDot(rows, query, other, dimensions);
          expect(left(block, rows, query, product)).toContain(other);
        }
    }),
    { numRuns: 20 },
  );
});

test('rows that come nowhere near are ruled out, the others stay in order', () => {
  const rows = rowsOf(seededRandom(1));
  const block = blockOf(rows, everyRow);
  for (const query of everyRow) {
    const reach = (row: number): number =>
      ofBlock(rows, query, row) + Math.sqrt(restOf(rows, query) * restOf(rows, row));
    const product = 0.1;
    // Bytes say a little less than the numbers themselves.
    const mayStay = everyRow.filter((row) => reach(row) >= product - 0.05);
    const found = left(block, rows, query, product);
    expect(found).toEqual(mayStay.filter((row) => found.includes(row)));
    expect(left(block, rows, query, 1.1)).toEqual([]);
  }
});

/** The square of what is behind the block. */
function restOf(rows: Float32Array, row: number): number {
  return Math.max(0, squared(rows, row) - ofBlock(rows, row, row));
}

/** The product of what two rows have in the block. */
function ofBlock(rows: Float32Array, i: number, j: number): number {
  const [a, b] = [numbersOf(rows, i), numbersOf(rows, j)];
  return a.subarray(0, lastBlock).reduce((sum, x, d) => sum + x * (b[d] ?? 0), 0);
}

test('a row that is moved is the same where it comes to', () => {
  const rows = rowsOf(seededRandom(2));
  const block = blockOf(rows, [...everyRow.slice(0, -1), 3]);
  block.move(size - 1, 7);
  const same = blockOf(
    rows,
    everyRow.map((row) => (row === 7 || row === size - 1 ? 3 : row)),
  );
  expect([...block.bytes]).toEqual([...same.bytes]);
});

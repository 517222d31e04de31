import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupsWith, packedRows, rowsWith } from '../../../engine/search/packed-products.ts';
import { principalBasis } from '../../../engine/search/rotation.ts';
import {
  directionsFor,
  secondBlockFor,
  mostQueries,
  Sketch,
} from '../../../engine/search/sketch.ts';
import { groupedRows, plainDot, seededRandom } from '../../support/vectors.ts';

const dimensions = 100;
/** Rows of which a sketch has two packed blocks, and one. */
const few = 1000;
const many = 1_000_000;

function rowOf(rows: Float32Array, row: number): Float32Array {
  return rows.subarray(row * dimensions, (row + 1) * dimensions);
}

/** @param count the sketch is as that of so many rows */
async function sketchOf(rows: Float32Array, from = rows, count = few): Promise<Sketch> {
  const size = from.length / dimensions;
  const basis = await principalBasis(from, size, dimensions, directionsFor(count));
  const sketch = new Sketch(basis, secondBlockFor(count));
  for (let row = 0; row < rows.length / dimensions; row++) sketch.add(rowOf(rows, row));
  return sketch;
}

/** Which rows may reach a product, by the first bounds, by both packed blocks, and by all. */
function inQuestion(
  sketch: Sketch,
  vector: Float32Array,
  product: number,
): [number[], number[], number[]] {
  const query = sketch.query(vector);
  if (!query) throw new Error('too long');
  const sums = new Float64Array(sketch.boundsStride);
  sketch.firstBounds([query], sums);
  const least = sketch.least(query, product);
  const groups = new Int32Array(sketch.groups);
  const rows = new Int32Array(packedRows * sketch.groups);
  const bounds = new Float64Array(rows.length);
  const some = groupsWith(sums, 0, sketch.groups, least.first, groups);
  const further = new Float64Array(some + 3);
  const found = (of: Float64Array, bound: number): number => {
    const count = rowsWith(groups, some, of, bound, rows, bounds);
    return [...rows.subarray(0, count)].filter((row) => row < sketch.size).length;
  };
  const byPlace = Float64Array.from(groups.subarray(0, some), (group) => sums[group] ?? NaN);
  const first = [...rows.subarray(0, found(byPlace, least.first))];
  sketch.secondBounds(query, groups, some, sums, further);
  const both = found(further, least.both);
  const second = [...rows.subarray(0, both)];
  const count = sketch.refine(query, rows, both, bounds, product);
  return [first, second, [...rows.subarray(0, count)]];
}

const rowSets = {
  'in groups': (random: () => number) => groupedRows(60, dimensions, random, { copies: 0.3 }),
  'all but equal': (random: () => number) =>
    groupedRows(60, dimensions, random, { groups: 1, spread: 1e-6 }),
  'on all sides': (random: () => number) => groupedRows(60, dimensions, random, { groups: 60 }),
  'along the axes': (random: () => number) => {
    const rows = new Float32Array(60 * dimensions);
    for (let row = 0; row < 60; row++)
      rows[row * dimensions + Math.floor(random() * dimensions)] = random() < 0.5 ? 1 : -1;
    return rows;
  },
};

test.each(Object.entries(rowSets))(
  'no row that reaches a product is ruled out, of rows %s',
  async (_, make) => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.boolean(),
        fc.constantFrom(few, many),
        async (seed, foreign, count) => {
          const random = seededRandom(seed);
          const rows = make(random);
          // Directions of other rows bound less, but as truly.
          const sketch = await sketchOf(
            rows,
            foreign ? groupedRows(30, dimensions, random) : rows,
            count,
          );
          for (let query = 0; query < 60; query += 7)
            for (let other = 0; other < 60; other++) {
              const product = plainDot(rows, query, other, dimensions);
              for (const left of inQuestion(sketch, rowOf(rows, query), product))
                expect(left).toContain(other);
            }
        },
      ),
      { numRuns: 6 },
    );
  },
);

test('the first bounds of many queries are those of each alone', async () => {
  const rows = groupedRows(700, dimensions, seededRandom(2));
  const sketch = await sketchOf(rows);
  for (const count of [3, 4, mostQueries - 1, mostQueries]) {
    const queries = Array.from({ length: count }, (_, i) => sketch.query(rowOf(rows, 20 * i)));
    const ready = queries.filter((query) => query !== undefined);
    expect(ready.length).toBe(count);
    const bounds = (some: typeof ready): Float64Array[] => {
      const { boundsStride, groups } = sketch;
      const out = new Float64Array((some.length + 2) * boundsStride);
      sketch.firstBounds(some, out);
      return some.map((_, i) => out.slice(i * boundsStride, i * boundsStride + groups));
    };
    expect(bounds(ready)).toEqual(ready.flatMap((query) => bounds([query])));
  }
});

test('most rows of another kind are ruled out', async () => {
  const rows = groupedRows(600, dimensions, seededRandom(1), {
    groups: 30,
    spread: 0.4,
    copies: 0,
  });
  const sketch = await sketchOf(rows);
  const [first, second, last] = inQuestion(sketch, rowOf(rows, 0), 0.9);
  expect(first.length).toBeLessThan(60);
  expect(second.length).toBeLessThanOrEqual(first.length);
  expect(last.length).toBeLessThanOrEqual(second.length);
});

test.each([few, many])(
  'after rows are gone or taken back it is the sketch of those that are left, as of %i rows',
  async (count) => {
    const rows = groupedRows(50, dimensions, seededRandom(2));
    const gone = [3, 4, 20, 49];
    const kept = [...Array(50).keys()].filter((row) => !gone.includes(row)).slice(0, 40);
    const sketch = await sketchOf(rows, rows, count);
    sketch.remove(gone);
    expect(sketch.size).toBe(46);
    sketch.truncate(38);
    for (const row of kept.slice(38)) sketch.add(rowOf(rows, row));
    expect(sketch.size).toBe(40);
    const same = await sketchOf(
      Float32Array.from(kept.flatMap((row) => [...rowOf(rows, row)])),
      rows,
      count,
    );
    for (const product of [0.2, 0.5, 0.8, 0.99])
      expect(inQuestion(sketch, rowOf(rows, 7), product)).toEqual(
        inQuestion(same, rowOf(rows, 7), product),
      );
  },
);

test('what is longer than 1 is not sketched', async () => {
  const rows = groupedRows(5, dimensions, seededRandom(3));
  const sketch = await sketchOf(rows);
  const long = rowOf(rows, 0).map((x) => 1.1 * x);
  expect(sketch.add(long)).toBe(false);
  expect(sketch.query(long)).toBeUndefined();
  expect(sketch.size).toBe(5);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dot } from '../../../engine/search/kernel.ts';
import { nearest } from '../../../engine/search/nearest.ts';
import { Pruner } from '../../../engine/search/pruner.ts';
import { principalBasis } from '../../../engine/search/rotation.ts';
import { directionsFor, secondBlockFor, Sketch } from '../../../engine/search/sketch.ts';
import { Sketcher } from '../../../engine/search/sketcher.ts';
import { Top } from '../../../engine/search/top.ts';
import { Vectors } from '../../../engine/search/vectors.ts';
import { groupedRows, seededRandom, vectorsOf } from '../../support/vectors.ts';

const dimensions = 128;
const calm = () => Promise.resolve();

/** The same vectors without a sketch. */
function plainly(vectors: Vectors): Vectors {
  const plain = new Vectors(vectors.dimensions, vectors.metric);
  for (const [row, id] of vectors.ids.entries()) plain.add(id, vectors.row(row));
  return plain;
}

/** What is found with the sketch must be what is found without it, to the last digit. */
function expectTheSame(vectors: Vectors, random: () => number, k = 5, within?: number): void {
  const queries = Array.from({ length: 8 }, () => {
    const row = Math.floor(random() * vectors.size);
    const except = new Set([vectors.ids[row] ?? 0]);
    return { vector: vectors.row(row).slice(), except };
  });
  const hidden = new Set(vectors.ids.filter(() => random() < 0.05));
  const found = nearest(vectors, queries, k, hidden, within);
  expect(found).toEqual(nearest(plainly(vectors), queries, k, hidden, within));
}

test('with a sketch the nearest are exactly those without, ties and copies included', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 4000, max: 4200 }),
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.constantFrom(undefined, 0, 1e-7, 0.1, 0.7),
      fc.nat(),
      async (size, k, spread, within, seed) => {
        const random = seededRandom(seed);
        const options = { groups: 40, spread, copies: 0.2 };
        const vectors = vectorsOf(groupedRows(size, dimensions, random, options), dimensions);
        await new Sketcher(vectors, calm).refresh();
        expect(vectors.pruner?.size).toBe(size);
        expectTheSame(vectors, random, k, within);
      },
    ),
    { numRuns: 3 },
  );
});

/** Gives rows the sketch that so many rows would have. */
async function sketchAsOf(vectors: Vectors, count: number): Promise<void> {
  const { rows, size } = vectors;
  const basis = await principalBasis(rows, size, dimensions, directionsFor(count));
  vectors.pruner = new Pruner(vectors, new Sketch(basis, secondBlockFor(count)));
  vectors.pruner.catchUp(size);
}

test.each([
  ['few', 4001],
  ['a million', 1_000_000],
])(
  'queries that are searched together find what each finds alone, and brute force, to the last digit, by the sketch of %s rows',
  async (_, count) => {
    const random = seededRandom(11);
    const options = { groups: 200, spread: 0.4, copies: 0.2 };
    // Not whole groups of rows, and not an even number of groups.
    const vectors = vectorsOf(groupedRows(4001, dimensions, random, options), dimensions);
    await sketchAsOf(vectors, count);
    const plain = plainly(vectors);
    const hidden = new Set(vectors.ids.filter(() => random() < 0.05));
    const queries = Array.from({ length: 64 }, (_, i) => {
      // Some are asked twice, some leave others out than themselves.
      const row = i % 7 === 6 ? 17 : Math.floor(random() * 4001);
      const except = new Set([vectors.ids[row] ?? 0, ...vectors.ids.filter(() => random() < 0.01)]);
      return { vector: vectors.row(row), except };
    });
    const alone = queries.flatMap((query) => nearest(vectors, [query], 5, hidden));
    expect(alone).toEqual(nearest(plain, queries, 5, hidden));
    for (const count of [0, 1, 2, 3, 4, 5, 6, 64]) {
      const some = queries.slice(0, count);
      expect(nearest(vectors, some, 5, hidden)).toEqual(alone.slice(0, count));
      const searches = some.map(({ vector }) => ({
        vector,
        top: new Top(5),
        least: -Infinity,
        isResult: () => true,
      }));
      // None is left over to be looked for in all rows, which would prove nothing.
      expect(vectors.pruner?.search(searches, 5).size).toBe(count);
    }
  },
);

test('a query too long for a sketch among others is answered like them', async () => {
  const random = seededRandom(12);
  const options = { groups: 200, spread: 0.5 };
  const vectors = vectorsOf(groupedRows(4000, dimensions, random, options), dimensions);
  await new Sketcher(vectors, calm).refresh();
  for (const long of [0, 2, 4]) {
    const queries = Array.from({ length: 5 }, (_, i) => ({
      vector: vectors.row(i).map((x) => (i === long ? 1.5 * x : x)),
      except: new Set([i + 1]),
    }));
    expect(nearest(vectors, queries, 5)).toEqual(nearest(plainly(vectors), queries, 5));
  }
});

test('rows of other kinds are ruled out without being looked at', async () => {
  const options = { groups: 200, spread: 0.5 };
  const vectors = vectorsOf(groupedRows(4000, dimensions, seededRandom(4), options), dimensions);
  await new Sketcher(vectors, calm).refresh();
  const query = { vector: vectors.row(0).slice(), except: new Set([1]) };
  const found = nearest(vectors, [query], 5);
  // Whoever multiplied a spoilt row would find it, as no number is less than what it gives. The rest are
  // more than those of the best bounds, which are multiplied in any case.
  let spoilt = 0;
  for (let row = 0; row < 4000; row++) {
    if (dot(query.vector, 0, vectors.rows, row, dimensions) >= 0.05) continue;
    vectors.row(row).fill(NaN);
    spoilt += 1;
  }
  expect(spoilt).toBeGreaterThan(2000);
  expect(nearest(vectors, [query], 5)).toEqual(found);
  expect(nearest(plainly(vectors), [query], 5)).not.toEqual(found);
});

test('it follows what comes, goes and is put between, without being made anew', async () => {
  const random = seededRandom(5);
  const rows = groupedRows(5000, dimensions, random, { groups: 100 });
  const vectors = new Vectors(dimensions);
  const add = (from: number, to: number, step = 1): void => {
    for (let row = from; row < to; row += step)
      vectors.add(row + 1, rows.subarray(row * dimensions, (row + 1) * dimensions));
  };
  const sketcher = new Sketcher(vectors, calm);
  add(0, 3999);
  await sketcher.refresh();
  expect(vectors.pruner).toBeUndefined();
  add(3999, 4300);
  await sketcher.refresh();
  const { pruner } = vectors;
  expect(pruner?.size).toBe(4300);
  add(4400, 4600);
  expect(pruner?.size).toBe(4500);
  expectTheSame(vectors, random);
  vectors.remove([1, 2, 77, 500, 501, 4299, 4500, 99_999]);
  expect(pruner?.size).toBe(4493);
  expectTheSame(vectors, random);
  add(4300, 4400, 7);
  expect(pruner?.size).toBe(4294);
  expectTheSame(vectors, random);
  await sketcher.refresh();
  expect(pruner?.size).toBe(vectors.size);
  expect(vectors.pruner).toBe(pruner);
  expectTheSame(vectors, random);
});

test('when the library has grown by half it is made anew, and the old one serves meanwhile', async () => {
  const random = seededRandom(6);
  const rows = groupedRows(6400, dimensions, random, { groups: 100 });
  const vectors = vectorsOf(rows.subarray(0, 4100 * dimensions), dimensions);
  let pauses = 0;
  let during: unknown;
  const sketcher = new Sketcher(vectors, () => {
    // The library goes on changing while the work does.
    if (++pauses % 50 === 0 && vectors.size < 6400 && vectors.size > 6200) {
      during ??= vectors.pruner;
      vectors.remove([vectors.ids[pauses % 4000] ?? 0]);
    }
    return Promise.resolve();
  });
  await sketcher.refresh();
  const { pruner } = vectors;
  for (let row = 4100; row < 6300; row++)
    vectors.add(row + 1, rows.subarray(row * dimensions, (row + 1) * dimensions));
  await sketcher.refresh();
  expect(during).toBe(pruner);
  expect(vectors.pruner).not.toBe(pruner);
  expect(vectors.pruner?.size).toBe(vectors.size);
  expect([...vectors.followers]).toEqual([vectors.pruner]);
  expect(vectors.size).toBeLessThan(6300);
  expectTheSame(vectors, random);
});

test('rows on all sides are found too, though nothing can be ruled out', async () => {
  const random = seededRandom(7);
  const vectors = vectorsOf(groupedRows(4000, dimensions, random, { groups: 4000 }), dimensions);
  await new Sketcher(vectors, calm).refresh();
  for (let turn = 0; turn < 4; turn++) expectTheSame(vectors, random);
});

test.each([
  ['few rows', 3999, dimensions, 'cosine'],
  ['short rows', 4000, 100, 'cosine'],
  ['Euclidean distances', 4000, dimensions, 'euclidean'],
] as const)('%s get no sketch', async (_, size, wide, metric) => {
  const vectors = new Vectors(wide, metric);
  const rows = groupedRows(size, wide, seededRandom(8));
  for (let row = 0; row < size; row++)
    vectors.add(row + 1, rows.subarray(row * wide, (row + 1) * wide));
  await new Sketcher(vectors, calm).refresh();
  expect(vectors.pruner).toBeUndefined();
  expectTheSame(vectors, seededRandom(9));
});

test('where its work is ended, what is there still serves', async () => {
  const random = seededRandom(10);
  const vectors = vectorsOf(groupedRows(4000, dimensions, random), dimensions);
  let pauses = 0;
  const sketcher = new Sketcher(vectors, () =>
    vectors.pruner && ++pauses > 20 ? Promise.reject(new Error('ended')) : Promise.resolve(),
  );
  await expect(sketcher.refresh()).rejects.toThrow('ended');
  expect(vectors.pruner?.size).toBeLessThan(4000);
  expectTheSame(vectors, random);
});

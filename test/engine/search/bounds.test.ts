/** Bounds of similarities against the similarities themselves: a bound may never be below. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bounds, boundsForm, RoundedRows, type Block } from '../../../engine/search/bounds.ts';
import { dot } from '../../../engine/search/kernel.ts';
import { principalBasis, rotateRows } from '../../../engine/search/rotation.ts';
import { seededRandom } from '../../support/vectors.ts';

const most = 24;
type Shape = 'any' | 'half units' | 'one number' | 'alike';

/** Rows of up to `length`, of a shape that rounding may be hard on. */
function madeRows(
  size: number,
  dimensions: number,
  shape: Shape,
  length: number,
  seed: number,
): Float32Array {
  const random = seededRandom(seed);
  const base = Float64Array.from({ length: dimensions }, () => random() - 0.5);
  const rows = new Float32Array(size * dimensions);
  for (let row = 0; row < size; row++) {
    const made = base.map((x) => {
      if (shape === 'alike') return x + 1e-4 * random();
      if (shape === 'half units')
        return (Math.floor(3 * random()) + 0.5) * Math.sign(random() - 0.5);
      return random() - 0.5;
    });
    if (shape === 'one number') made.fill(0).fill(1, row % dimensions, (row % dimensions) + 1);
    const norm = Math.hypot(...made);
    const wanted = row === 0 ? length : length * random();
    rows.set(
      made.map((x) => (x / norm) * (shape === 'any' ? wanted : length)),
      row * dimensions,
    );
  }
  return rows;
}

interface Case {
  left: number;
  right: number;
  dimensions: number;
  whole: boolean;
  shape: Shape;
  length: number;
  euclidean: boolean;
  seed: number;
}

async function laidOut(one: Case) {
  const { left, right, dimensions, whole, shape, length, euclidean, seed } = one;
  const size = left + right;
  const rows = madeRows(size, dimensions, shape, length, seed);
  const form = boundsForm(dimensions, whole);
  const rounded = new RoundedRows(form.first, new Int16Array(size * (form.first + 1)));
  const longest = Math.sqrt(
    Math.max(...Array.from({ length: size }, (_, row) => dot(rows, row, rows, row, dimensions))),
  );
  let moved = 0;
  const count = form.first;
  const first = new Float32Array(size * count);
  const rest = new Float32Array(size);
  if (form.isWhole) first.set(rows);
  else {
    const basis = await principalBasis(rows, size, dimensions, count);
    rotateRows(basis, rows, 0, size, first, rest);
  }
  for (let row = 0; row < size; row++) {
    const numbers = first.subarray(row * count, (row + 1) * count);
    moved = Math.max(moved, rounded.put(row, numbers, rest[row] ?? NaN, longest));
  }
  const slack = rounded.slack(moved) * longest ** 2;
  const offsets = Float64Array.from({ length: size }, (_, row) =>
    euclidean ? -dot(rows, row, rows, row, dimensions) / 2 : 0,
  );
  const similarity = (i: number, j: number): number =>
    dot(rows, i, rows, j, dimensions) + (offsets[i] ?? NaN) + (offsets[j] ?? NaN);
  return { size, form, rounded, slack, offsets, longest, similarity };
}

const cases: fc.Arbitrary<Case> = fc.record({
  left: fc.integer({ min: 1, max: most }),
  right: fc.integer({ min: 1, max: most }),
  dimensions: fc.constantFrom(1, 3, 17, 128, 129, 150, 256),
  whole: fc.boolean(),
  shape: fc.constantFrom<Shape>('any', 'half units', 'one number', 'alike'),
  length: fc.constantFrom(1, 1e-3, 40),
  euclidean: fc.boolean(),
  seed: fc.nat(),
});

/** All numbers from `start` on. */
function block(start: number, count: number, size: number, thresholds: Float64Array): Block {
  // In another order than the rows have.
  const numbers = Uint32Array.from({ length: size }, (_, place) => size - 1 - place);
  return { numbers, start, count, thresholds, thresholdStart: start };
}

test('no bound is below the similarity, nor further above it than its parts allow', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const { size, form, rounded, slack, offsets, longest, similarity } = await laidOut(one);
      const bounds = new Bounds(rounded, most, offsets, longest);
      const all = new Float64Array(size).fill(-Infinity);
      const left = block(0, one.left, size, all);
      const right = block(one.left, one.right, size, all);
      bounds.load(left);
      const count = bounds.between(right);
      expect(count).toBe(one.left * one.right);
      const seen = new Set<number>();
      for (let c = 0; c < count; c++) {
        const pair = bounds.pairs[c] ?? NaN;
        seen.add(pair);
        const i = size - 1 - (pair >>> 16);
        const j = size - 1 - one.left - (pair & 0xffff);
        const exact = similarity(i, j);
        const bound = bounds.similarities[c] ?? NaN;
        expect(bound + slack).toBeGreaterThanOrEqual(exact);
        if (form.isWhole) expect(bound - slack).toBeLessThanOrEqual(exact);
      }
      expect(seen.size).toBe(count);
    }),
    { numRuns: 60 },
  );
});

test('every pair that reaches the lower threshold of the two is found', async () => {
  await fc.assert(
    fc.asyncProperty(cases, fc.double({ min: 0, max: 1, noNaN: true }), async (one, share) => {
      const { size, rounded, slack, offsets, longest, similarity, form } = await laidOut(one);
      const bounds = new Bounds(rounded, most, offsets, longest);
      const random = seededRandom(one.seed + 1);
      const thresholds = Float64Array.from({ length: size }, () =>
        random() < 0.1 ? Infinity : longest ** 2 * (share * random() - 0.2),
      );
      const lowered = thresholds.map((threshold) => threshold - slack);
      const left = block(0, one.left, size, lowered);
      const right = block(one.left, one.right, size, lowered);
      bounds.load(left);
      const found = new Set(bounds.pairs.subarray(0, bounds.between(right)));
      for (let p = 0; p < one.left; p++)
        for (let q = 0; q < one.right; q++) {
          const exact = similarity(size - 1 - p, size - 1 - one.left - q);
          const least = Math.min(thresholds[p] ?? NaN, thresholds[one.left + q] ?? NaN);
          const isFound = found.has((p << 16) + q);
          if (exact >= least) expect(isFound).toBe(true);
          if (form.isWhole && exact < least - 2 * slack) expect(isFound).toBe(false);
        }
    }),
    { numRuns: 60 },
  );
});

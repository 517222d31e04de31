import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addedSums,
  groupsReaching,
  groupsWith,
  keepPacked,
  longest,
  packed as pack,
  packedAt,
  packedRows,
  packedSums,
  packedSumsOf,
  plainNumbers,
  putPacked,
  rowsWith,
  sumsAtOnce,
  takeApart,
} from '../../../engine/search/packed-products.ts';
import { seededRandom } from '../../support/vectors.ts';

/** Rows of whole numbers, each as long as it may be. */
function longRows(size: number, width: number, random: () => number): number[][] {
  return Array.from({ length: size }, () => {
    // Some have all their length in one number.
    const row = Array.from({ length: width }, () => (random() - 0.5) ** (random() < 0.3 ? 9 : 1));
    const scale = longest / Math.hypot(...row);
    return row.map((x) => Math.trunc(x * scale) + 0);
  });
}

function packed(rows: readonly number[][], width: number): Float64Array {
  const numbers = new Float64Array(Math.ceil(rows.length / packedRows) * width);
  for (const [row, values] of rows.entries())
    for (const [place, value] of values.entries()) putPacked(numbers, width, row, place, value);
  return numbers;
}

/** As `packedSums` wants numbers; 0 behind them. */
function asPlain(numbers: Iterable<number>, length = 0): number[] {
  const values = [...numbers];
  const plain = plainNumbers(Math.max(length, values.length)).fill(0);
  for (const [i, value] of values.entries()) plain[i] = value;
  return plain;
}

const sizes = [fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), fc.nat()] as const;

test('packed products are exactly the plain ones, of the longest rows too', () => {
  fc.assert(
    fc.property(...sizes, (size, width, seed) => {
      const rows = longRows(size, width, seededRandom(seed));
      const numbers = packed(rows, width);
      const groups = Math.ceil(size / packedRows);
      const sums = new Float64Array(groups);
      const out = new Float64Array(groups * packedRows);
      // A row times itself is the largest product that there is, times its opposite the smallest.
      for (const query of [
        ...rows.slice(0, 3),
        ...rows.slice(0, 3).map((row) => row.map((x) => -x)),
      ]) {
        packedSumsOf(asPlain(query), numbers, groups, width, sums);
        for (const [group, sum] of sums.entries()) takeApart(sum, out, packedRows * group);
        const plain = rows.map((row) => row.reduce((sum, x, d) => sum + x * (query[d] ?? 0), 0));
        expect([...out.subarray(0, size)]).toEqual(plain.map((x) => x + 0));
      }
    }),
    { numRuns: 100 },
  );
});

test('so are those of a block of queries', () => {
  fc.assert(
    fc.property(...sizes, fc.integer({ min: 1, max: 9 }), (size, width, seed, queryCount) => {
      const random = seededRandom(seed);
      const rows = longRows(size, width, random);
      const queries = longRows(queryCount, width, random);
      queries[0] = (rows[0] ?? []).map((x) => -x);
      const groups = sumsAtOnce.groups * Math.ceil(size / packedRows / sumsAtOnce.groups);
      const numbers = asPlain(packed(rows, width), groups * width);
      const count = sumsAtOnce.queries * Math.ceil(queryCount / sumsAtOnce.queries);
      const block = asPlain(queries.flat(), count * width);
      const sums = new Float64Array(count * groups);
      packedSums(block, count, numbers, groups, width, sums);
      const out = new Float64Array(groups * packedRows);
      for (const [q, query] of queries.entries()) {
        for (let g = 0; g < groups; g++)
          takeApart(sums[q * groups + g] ?? NaN, out, g * packedRows);
        const plain = rows.map((row) => row.reduce((sum, x, d) => sum + x * (query[d] ?? 0), 0));
        expect([...out.subarray(0, size)]).toEqual(plain.map((x) => x + 0));
      }
    }),
    { numRuns: 100 },
  );
});

test('groups are found by any of their three products, at a level of all or of their own', () => {
  const product = fc.integer({ min: -131_071, max: 131_071 });
  const level = fc.oneof(product, fc.constantFrom(-Infinity, Infinity));
  const group = fc.record({ products: fc.tuple(product, product, product), least: level });
  fc.assert(
    fc.property(fc.array(group), level, fc.integer({ min: -9, max: 9 }), (all, least, further) => {
      const sums = Float64Array.from([NaN, ...all.map(({ products: [a, b, c] }) => pack(a, b, c))]);
      const leasts = Float64Array.from(all, (one) => one.least);
      const out = new Int32Array(all.length);
      const count = groupsReaching(sums, 1, least, leasts, further, out);
      const expected = [...all.keys()].filter((g) => {
        const { products, least: own } = all[g] ?? { products: [], least: NaN };
        return Math.max(...products) >= Math.min(least, own + further);
      });
      expect([...out.subarray(0, count)]).toEqual(expected);
    }),
  );
});

test('rows are found by their products, with these, in some of the groups', () => {
  const product = fc.integer({ min: -131_071, max: 131_071 });
  const groupsOf = fc.array(fc.tuple(product, product, product), { minLength: 1 });
  const level = fc.oneof(product, fc.double(), fc.constantFrom(-Infinity, Infinity));
  fc.assert(
    fc.property(groupsOf, level, fc.nat(), (all, least, some) => {
      const sums = Float64Array.from(all, ([a, b, c]) => pack(a, b, c));
      const from = some % all.length;
      const groups = new Int32Array(all.length);
      const count = groupsWith(sums, from, all.length, least, groups);
      const expectedGroups = [...all.keys()].filter(
        (group) => group >= from && Math.max(...(all[group] ?? [])) >= least,
      );
      expect([...groups.subarray(0, count)]).toEqual(expectedGroups);
      const rows = new Int32Array(count * packedRows);
      const products = new Float64Array(rows.length);
      const ofGroups = Float64Array.from(expectedGroups, (group) => sums[group] ?? NaN);
      const found = rowsWith(groups, count, ofGroups, least, rows, products);
      const expected = all
        .flat()
        .map((value, row) => ({ row, value }))
        .filter(({ row, value }) => row >= from * packedRows && value >= least);
      expect([...rows.subarray(0, found)]).toEqual(expected.map(({ row }) => row));
      expect([...products.subarray(0, found)]).toEqual(expected.map(({ value }) => value + 0));
    }),
  );
});

test('a further block is added for some groups, its first number first', () => {
  fc.assert(
    fc.property(...sizes, fc.nat(40), (size, width, seed, first) => {
      const random = seededRandom(seed);
      const rows = longRows(size, width, random);
      const [query = []] = longRows(1, width, random);
      const cut = Math.min(first, width);
      const part = (row: readonly number[], from: number, to: number): number[] =>
        row.slice(from, to);
      const sumsOf = (from: number, to: number, before?: Float64Array): Float64Array => {
        const groups = Math.ceil(size / packedRows);
        const some = Int32Array.from({ length: groups }, (_, g) => g).filter((g) => g % 3 !== 1);
        const numbers = packed(
          rows.map((row) => part(row, from, to)),
          to - from,
        );
        const own = asPlain(part(query, from, to));
        const out = new Float64Array((before ? some.length : groups) + 3);
        if (before) addedSums(own, numbers, to - from, some, some.length, before, out);
        else packedSumsOf(own, numbers, groups, to - from, out);
        return out.subarray(0, before ? some.length : groups);
      };
      const whole = sumsOf(0, width);
      expect(sumsOf(cut, width, sumsOf(0, cut))).toEqual(whole.filter((_, g) => g % 3 !== 1));
    }),
    { numRuns: 100 },
  );
});

test('rows that are kept move together, and nothing is left behind them', () => {
  fc.assert(
    fc.property(...sizes, (size, width, seed) => {
      const random = seededRandom(seed);
      const rows = longRows(size, width, random);
      const gone = rows.map(() => random() < 0.3);
      const kept = [...rows.keys()].filter((row) => !gone[row]);
      const numbers = packed(rows, width);
      const first = gone.includes(true) ? gone.indexOf(true) : size;
      keepPacked(numbers, width, (row) => kept[row] ?? 0, first, kept.length);
      const expected = new Float64Array(numbers.length);
      expected.set(
        packed(
          kept.map((row) => rows[row] ?? []),
          width,
        ),
      );
      expect(numbers).toEqual(expected);
      for (const [place, row] of kept.entries())
        expect(packedAt(numbers, width, place, width - 1)).toBe(rows[row]?.[width - 1]);
    }),
    { numRuns: 100 },
  );
});

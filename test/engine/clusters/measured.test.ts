import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeClusters, type Described } from '../../../engine/clusters/describe.ts';
import { measure, type Rows } from '../../../engine/clusters/measured.ts';
import { groupedRows, plainDot, seededRandom } from '../../support/vectors.ts';

const dimensions = 24;
const size = 1500;

function madeRows(random: () => number): Rows {
  // Copies too, so that several rows are equally good covers.
  const rows = groupedRows(size, dimensions, random, { groups: 3, copies: 0.2 });
  return { rows, dimensions, metric: 'cosine' };
}

function someRows(isIn: (row: number) => boolean): Uint32Array {
  return Uint32Array.from([...Array(size).keys()].filter(isIn));
}

test('a group that is nearly one before is measured as any other, to the last digit', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 0.4, noNaN: true }), (seed, changed) => {
      const random = seededRandom(seed);
      const all = madeRows(random);
      let isIn = Array.from({ length: size }, () => random() < 0.7);
      let before = measure(
        someRows((row) => isIn[row] ?? false),
        all,
      );
      for (let step = 0; step < 3; step++) {
        isIn = isIn.map((was) => (random() < changed ? !was : was));
        const group = someRows((row) => isIn[row] ?? false);
        const again = measure(group, all, before);
        expect(again).toEqual(measure(group, all));
        before = again;
      }
    }),
    { numRuns: 30 },
  );
});

test('the cover is the row with the highest sum of similarities, which are those of the rows', () => {
  const all = madeRows(seededRandom(1));
  const group = someRows((row) => row % 5 !== 0);
  const { cover, similarities } = measure(group, all);
  const sumTo = (row: number): number =>
    group.reduce((sum, other) => sum + plainDot(all.rows, row, other, dimensions), 0);
  const best = group.reduce((most, row) => Math.max(most, sumTo(row)), -Infinity);
  expect(sumTo(cover)).toBeCloseTo(best, 6);
  for (const [place, row] of group.entries())
    if (row === cover) expect(similarities[place]).toBe(Infinity);
    else expect(similarities[place]).toBeCloseTo(plainDot(all.rows, cover, row, dimensions), 6);
});

test('large clusters that grow, shrink, merge and part are described as if for the first time', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = seededRandom(seed);
      const { rows } = madeRows(random);
      const ids = Uint32Array.from({ length: size }, (_, row) => row + 1);
      let labels = Int32Array.from(ids, (id) => (id % 2) - (random() < 0.1 ? 1 : 0));
      const described: Described = new Map();
      for (const step of ['few', 'few', 'merge', 'few', 'part', 'few']) {
        labels = labels.map((label, row) => {
          if (step === 'merge') return Math.min(label, 0);
          if (step === 'part') return label === -1 ? -1 : Number(row < 600);
          return random() < 0.02 ? Math.floor(random() * 3) - 1 : label;
        });
        const now = describeClusters(labels, ids, rows, dimensions, 'cosine', described);
        expect(now).toEqual(describeClusters(labels, ids, rows, dimensions));
      }
    }),
    { numRuns: 10 },
  );
});

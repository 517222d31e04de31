/** The geometry of the grid: nothing overlaps, nothing is lost, and keys lead where the eye goes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  headingAt,
  layOut,
  rowOf,
  rowsBetween,
  step,
  type Geometry,
  type Group,
} from '../../../renderer/layout/justified.ts';

const measures = { width: 1200, rowHeight: 200, gap: 4, headingHeight: 44 };
const many = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => [1.5, 1.33, 0.67, 1.78, 1][(i * 7) % 5] ?? 1);

/** Ratios, and groups that begin at some of them. */
const content = fc
  .array(fc.double({ min: 0.05, max: 20, noNaN: true }), { maxLength: 700 })
  .chain((ratios) =>
    fc.record({
      ratios: fc.constant(ratios),
      groups: fc
        .uniqueArray(fc.nat(Math.max(0, ratios.length - 1)), { maxLength: 8 })
        .map((starts): Group[] =>
          ratios.length === 0
            ? []
            : [...new Set([0, ...starts])]
                .sort((a, b) => a - b)
                .map((start) => ({ title: `from ${start}`, start })),
        ),
    }),
  );

function rowsOf(g: Geometry): number[][] {
  return Array.from({ length: g.rows }, (_, row) => {
    const start = g.rowStart[row] ?? 0;
    const end = g.rowStart[row + 1] ?? 0;
    return Array.from({ length: end - start }, (_, i) => start + i);
  });
}

test('every photo stands in one row, in order, inside the width, beside its neighbours', () => {
  fc.assert(
    fc.property(content, ({ ratios, groups }) => {
      const g = layOut(ratios, groups, measures);
      const rows = rowsOf(g);
      expect(rows.flat()).toEqual(ratios.map((_, i) => i));
      rows.forEach((photos, row) => {
        let right = -measures.gap;
        for (const photo of photos) {
          const left = g.left[photo] ?? NaN;
          expect(g.photoWidth[photo]).toBeGreaterThan(0);
          expect(left).toBeGreaterThanOrEqual(right + measures.gap - 1.01);
          right = left + (g.photoWidth[photo] ?? NaN);
        }
        expect(right).toBeLessThanOrEqual(measures.width + 0.5);
        const bottom = (g.rowTop[row] ?? NaN) + (g.rowHeight[row] ?? NaN);
        expect(g.rowTop[row + 1] ?? Infinity).toBeGreaterThanOrEqual(bottom + measures.gap - 0.01);
        expect(bottom).toBeLessThanOrEqual(g.height + 0.01);
      });
    }),
    { numRuns: 60 },
  );
});

test('a heading stands right above the first photo of its group', () => {
  fc.assert(
    fc.property(content, ({ ratios, groups }) => {
      const g = layOut(ratios, groups, measures);
      expect(g.headings.map(({ start }) => start)).toEqual(groups.map(({ start }) => start));
      for (const { start, top } of g.headings) {
        const row = rowOf(g, start);
        expect(g.rowStart[row]).toBe(start);
        expect(g.rowTop[row]).toBeCloseTo(top + measures.headingHeight);
      }
    }),
    { numRuns: 60 },
  );
});

test('a long group is laid out as if it were laid out at once: no row breaks off inside', () => {
  const g = layOut(many(5000), [], measures);
  rowsOf(g)
    .slice(0, -1)
    .forEach((photos) => {
      const last = photos.at(-1) ?? 0;
      expect((g.left[last] ?? 0) + (g.photoWidth[last] ?? 0)).toBeGreaterThan(measures.width - 2);
    });
});

test('the rows in view are those that touch it', () => {
  const g = layOut(many(1000), [], measures);
  for (const [top, bottom] of [
    [0, 500],
    [1234, 2000],
    [g.height - 100, g.height + 900],
    [g.height + 10, g.height + 20],
  ] as const) {
    const touching = Array.from({ length: g.rows }, (_, row) => row).filter(
      (row) =>
        (g.rowTop[row] ?? 0) <= bottom && (g.rowTop[row] ?? 0) + (g.rowHeight[row] ?? 0) >= top,
    );
    const [first, end] = rowsBetween(g, top, bottom);
    expect(Array.from({ length: end - first }, (_, i) => first + i)).toEqual(touching);
  }
});

test('nothing to show is nothing to draw', () => {
  const g = layOut([], [], measures);
  expect(g.height).toBe(0);
  expect(rowsBetween(g, 0, 1000)).toEqual([0, 0]);
  expect(step(g, 0, 'right', 500)).toBe(-1);
});

test('the heading at a height is the last one above it', () => {
  const g = layOut(
    many(40),
    [
      { title: 'a', start: 0 },
      { title: 'b', start: 20 },
    ],
    measures,
  );
  const second = g.headings[1]?.top ?? 0;
  expect(headingAt(g, second - 1)?.title).toBe('a');
  expect(headingAt(g, second)?.title).toBe('b');
  expect(headingAt(g, -1)).toBeUndefined();
});

describe('keys', () => {
  const g = layOut(many(500), [], measures);

  test('left and right go through all photos and stop at the ends', () => {
    expect(step(g, 7, 'right', 800)).toBe(8);
    expect(step(g, 7, 'left', 800)).toBe(6);
    expect(step(g, 0, 'left', 800)).toBe(0);
    expect(step(g, 499, 'right', 800)).toBe(499);
    expect(step(g, 250, 'first', 800)).toBe(0);
    expect(step(g, 250, 'last', 800)).toBe(499);
  });

  test('down leads one row down, to the photo whose middle is nearest', () => {
    const middle = (i: number): number => (g.left[i] ?? 0) + (g.photoWidth[i] ?? 0) / 2;
    for (const from of [0, 3, 100, 250]) {
      const to = step(g, from, 'down', 800);
      expect(rowOf(g, to)).toBe(rowOf(g, from) + 1);
      for (const other of rowsOf(g)[rowOf(g, to)] ?? [])
        expect(Math.abs(middle(other) - middle(from))).toBeGreaterThanOrEqual(
          Math.abs(middle(to) - middle(from)),
        );
    }
  });

  test('up from the first row and down from the last stay', () => {
    expect(step(g, 1, 'up', 800)).toBe(1);
    expect(step(g, 499, 'down', 800)).toBe(499);
  });

  test('a page is about as high as the view, and always moves', () => {
    const to = step(g, 0, 'pageDown', 800);
    const down = (g.rowTop[rowOf(g, to)] ?? 0) - (g.rowTop[0] ?? 0);
    expect(down).toBeGreaterThan(500);
    expect(down).toBeLessThanOrEqual(800);
    expect(rowOf(g, step(g, 0, 'pageDown', 10))).toBe(1);
    expect(rowOf(g, step(g, 100, 'pageUp', 0))).toBe(rowOf(g, 100) - 1);
    expect(step(g, 499, 'pageDown', 800)).toBe(499);
    expect(rowOf(g, step(g, 499, 'pageUp', 800))).toBeLessThan(rowOf(g, 499));
  });
});

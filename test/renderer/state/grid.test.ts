/** A grid under the hands of a person: nothing jumps. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rowOf } from '../../../renderer/layout/justified.ts';
import { Grid, type GridContent } from '../../../renderer/state/grid.svelte.ts';

function content(ids: number[]): GridContent {
  return { ids, ratios: ids.map((id) => (id % 3 === 0 ? 0.75 : 1.5)), groups: [] };
}
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

function gridOf(ids: number[]): Grid {
  const grid = new Grid();
  grid.setWidth(1200);
  grid.viewHeight = 800;
  grid.setContent(content(ids));
  return grid;
}
/** How far below the top of the view a photo stands. */
function offsetOf(grid: Grid, id: number): number {
  const index = grid.positions.get(id) ?? NaN;
  return (grid.geometry.rowTop[rowOf(grid.geometry, index)] ?? NaN) - grid.top;
}
const shown = (grid: Grid): number[] =>
  grid.rows.flatMap((row) => grid.content.ids.slice(row.start, row.end));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('of 100,000 photos only those near the view are drawn', () => {
  const grid = gridOf(range(0, 100_000));
  vi.runAllTimers();
  expect(shown(grid).length).toBeLessThan(120);
  grid.top = grid.geometry.height / 2;
  expect(shown(grid).length).toBeLessThan(160);
  expect(shown(grid)[0]).toBeGreaterThan(40_000);
});

test('of very many photos the first are there at once, and all of them soon after', () => {
  const grid = gridOf(range(0, 100_000));
  const atOnce = shown(grid);
  expect(atOnce.length).toBeGreaterThan(20);
  expect(grid.geometry.rowStart.at(-1)).toBe(1000);
  vi.runAllTimers();
  expect(grid.geometry.rowStart.at(-1)).toBe(100_000);
  expect(shown(grid)).toEqual(atOnce);
});

test.each([
  ['a key that leads to the last one', (grid: Grid) => grid.move('last')],
  [
    'coming back to one of them',
    (grid: Grid) => {
      grid.recall({ anchor: 90_000, offset: 0, active: null });
    },
  ],
  [
    'other photos',
    (grid: Grid) => {
      grid.setContent(content(range(0, 100_001)));
    },
  ],
])('they need not be waited for: %s', (_, act) => {
  const grid = gridOf(range(0, 100_000));
  act(grid);
  const { height, rowStart } = grid.geometry;
  expect(rowStart.at(-1)).toBeGreaterThanOrEqual(100_000);
  vi.runAllTimers();
  expect(grid.geometry.height).toBe(height);
});

test('nothing is laid out before it is known how wide the grid is', () => {
  const grid = new Grid();
  grid.setContent(content(range(0, 100)));
  expect(grid.geometry.rows).toBe(0);
  grid.viewHeight = 800;
  grid.setWidth(1200);
  expect(grid.geometry.rowStart.at(-1)).toBe(100);
  expect(shown(grid).length).toBeGreaterThan(10);
});

describe('when photos come in before it', () => {
  test('the first photo in view stays where it is', () => {
    const grid = gridOf(range(1000, 2000));
    grid.top = 3000;
    const [first] = grid.content.ids.slice(grid.geometry.rowStart[rowsAbove(grid)] ?? 0);
    const before = offsetOf(grid, first ?? -1);
    grid.setContent(content(range(900, 2000)));
    expect(offsetOf(grid, first ?? -1)).toBeCloseTo(before);
    expect(grid.wanted?.top).toBe(grid.top);
  });

  test('the photo under the pointer stays, even at the very top', () => {
    const grid = gridOf(range(1000, 2000));
    grid.pointed = 1003;
    const before = offsetOf(grid, 1003);
    grid.setContent(content(range(900, 2000)));
    expect(offsetOf(grid, 1003)).toBeCloseTo(before);
  });

  test('who is at the top with nothing in hand sees the new ones', () => {
    const grid = gridOf(range(1000, 2000));
    grid.setContent(content(range(900, 2000)));
    expect(grid.top).toBe(0);
    expect(shown(grid)).toContain(900);
  });
});

function rowsAbove(grid: Grid): number {
  const { geometry: g } = grid;
  let row = 0;
  while ((g.rowTop[row] ?? 0) + (g.rowHeight[row] ?? 0) < grid.top) row++;
  return row;
}

test('a window of another width keeps the active photo where it was', () => {
  const grid = gridOf(range(0, 1000));
  grid.active = 300;
  grid.reveal(300);
  const before = offsetOf(grid, 300);
  grid.setWidth(700);
  expect(offsetOf(grid, 300)).toBeCloseTo(before);
});

test('the first key begins with the first photo in view, the next ones move and stay in view', () => {
  const grid = gridOf(range(0, 1000));
  expect(grid.move('down')).toBe(true);
  expect(grid.active).toBe(0);
  for (let i = 0; i < 30; i++) grid.move('down');
  const active = grid.active ?? -1;
  expect(active).toBeGreaterThan(100);
  expect(offsetOf(grid, active)).toBeGreaterThanOrEqual(0);
  expect(offsetOf(grid, active)).toBeLessThan(800);
  grid.move('first');
  expect(grid.top).toBe(0);
});

test('keys do nothing without photos', () => {
  expect(gridOf([]).move('down')).toBe(false);
});

test('coming back leads to the same place, though photos came in meanwhile', () => {
  const grid = gridOf(range(0, 1000));
  grid.active = 500;
  grid.reveal(500);
  const before = offsetOf(grid, 500);
  const memory = grid.remember();
  expect(memory).not.toBeNull();
  const again = gridOf(range(-300, 1000));
  if (memory !== null) again.recall(memory);
  expect(again.active).toBe(500);
  expect(offsetOf(again, 500)).toBeCloseTo(before);
});

test('a place whose photo is gone is forgotten', () => {
  const grid = gridOf(range(0, 100));
  grid.recall({ anchor: 5000, offset: 0, active: null });
  expect(grid.top).toBe(0);
});

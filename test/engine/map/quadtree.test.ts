import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Quadtree } from '../../../engine/map/quadtree.ts';
import { seededRandom } from '../../support/vectors.ts';

/** The repulsion of all points on a place, one by one. */
function plainRepulsion(points: Float64Array, x: number, y: number): number[] {
  const out = [0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    const dx = x - (points[i] ?? 0);
    const dy = y - (points[i + 1] ?? 0);
    const q = 1 / (1 + dx * dx + dy * dy);
    out[0] = (out[0] ?? 0) + q * q * dx;
    out[1] = (out[1] ?? 0) + q * q * dy;
    out[2] = (out[2] ?? 0) + q;
  }
  return out;
}

const depth = 16;

/** The same with far cells as one point, found by dividing the square plainly, again and again. */
function cellRepulsion(points: Float64Array, x: number, y: number): number[] {
  const xs = Array.from({ length: points.length / 2 }, (_, i) => points[2 * i] ?? 0);
  const ys = Array.from({ length: points.length / 2 }, (_, i) => points[2 * i + 1] ?? 0);
  const [lowX, lowY] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(Math.max(...xs) - lowX, Math.max(...ys) - lowY);
  const cellOf = (value: number): number =>
    Math.min(2 ** depth - 1, Math.floor(value * (side > 0 ? 2 ** depth / side : 0)));
  const out = [0, 0, 0];
  const add = (members: readonly number[], level: number): void => {
    const quarters = Map.groupBy(members, (i) => {
      const shift = depth - 1 - level;
      const [column, row] = [cellOf((xs[i] ?? 0) - lowX), cellOf((ys[i] ?? 0) - lowY)];
      return ((column >> shift) & 1) + 2 * ((row >> shift) & 1);
    });
    // A cell is the smallest that holds its points.
    if (quarters.size === 1 && level < depth - 1) {
      add(members, level + 1);
      return;
    }
    const mean = (values: readonly number[]): number =>
      members.reduce((sum, i) => sum + (values[i] ?? 0), 0) / members.length;
    const [dx, dy] = [x - mean(xs), y - mean(ys)];
    const squared = dx * dx + dy * dy;
    if (quarters.size > 1 && Math.sqrt(squared) < (2 * side) / 2 ** level) {
      for (const quarter of quarters.values())
        if (level < depth - 1) add(quarter, level + 1);
        else addOne(quarter);
      return;
    }
    addOne(members);
  };
  const addOne = (members: readonly number[]): void => {
    const dx = x - members.reduce((sum, i) => sum + (xs[i] ?? 0), 0) / members.length;
    const dy = y - members.reduce((sum, i) => sum + (ys[i] ?? 0), 0) / members.length;
    const q = 1 / (1 + dx * dx + dy * dy);
    out[0] = (out[0] ?? 0) + members.length * q * q * dx;
    out[1] = (out[1] ?? 0) + members.length * q * q * dy;
    out[2] = (out[2] ?? 0) + members.length * q;
  };
  add([...xs.keys()], 0);
  return out;
}

test('the repulsion is nearly that of all points one by one, wherever they lie', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.constantFrom(1e-4, 1, 30, 1000),
      fc.constantFrom('even', 'groups', 'line', 'copies'),
      fc.nat(),
      (size, reach, kind, seed) => {
        const random = seededRandom(seed);
        const points = new Float64Array(2 * size);
        for (let i = 0; i < size; i++) {
          const group = kind === 'groups' ? Math.floor(random() * 3) : 0;
          points[2 * i] = reach * (group + (random() - 0.5) * (group ? 0.01 : 1));
          points[2 * i + 1] = kind === 'line' ? 0 : reach * (group + random() - 0.5);
          if (kind === 'copies' && i > 0 && random() < 0.5) points.copyWithin(2 * i, 0, 2);
        }
        const tree = new Quadtree(size);
        tree.build(points);
        expect([...tree.order].sort((a, b) => a - b)).toEqual(
          Array.from({ length: size }, (_, i) => i),
        );
        const all = Array.from({ length: size }, (_, i) => {
          const found = new Float64Array(3);
          tree.repel(points[2 * i] ?? 0, points[2 * i + 1] ?? 0, found);
          return {
            found,
            wanted: plainRepulsion(points, points[2 * i] ?? 0, points[2 * i + 1] ?? 0),
          };
        });
        const total = all.reduce((sum, { wanted }) => sum + (wanted[2] ?? 0), 0);
        const foundTotal = all.reduce((sum, { found }) => sum + (found[2] ?? 0), 0);
        expect(Math.abs(foundTotal - total) / total).toBeLessThan(0.02);
        const largest = Math.max(...all.map(({ wanted: [x = 0, y = 0] }) => Math.hypot(x, y)));
        // A few points as one weigh more where there are few; what they come to is tested below.
        for (const { found, wanted } of size < 30 ? [] : all)
          for (const axis of [0, 1])
            expect(Math.abs((found[axis] ?? NaN) - (wanted[axis] ?? NaN))).toBeLessThan(
              0.1 * largest + 1e-9,
            );
      },
    ),
  );
});

test('far cells are one point, however few there are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(1e-4, 1, 30, 1000),
      fc.nat(),
      (size, reach, seed) => {
        const random = seededRandom(seed);
        const points = Float64Array.from({ length: 2 * size }, () => reach * random());
        for (let i = 1; i < size; i++) if (random() < 0.2) points.copyWithin(2 * i, 0, 2);
        const tree = new Quadtree(size);
        tree.build(points);
        for (let i = 0; i < size; i++) {
          const [x, y] = [points[2 * i] ?? 0, points[2 * i + 1] ?? 0];
          const found = new Float64Array(3);
          tree.repel(x, y, found);
          for (const [axis, wanted] of cellRepulsion(points, x, y).entries())
            expect(found[axis]).toBeCloseTo(wanted, 9);
        }
      },
    ),
  );
});

test('it can be built again for points that moved', () => {
  const tree = new Quadtree(3);
  tree.build(Float64Array.of(0, 0, 5, 5, 1, 0));
  const points = Float64Array.of(9, 9, 0, 0, 0.5, 0.1);
  tree.build(points);
  const found = new Float64Array(3);
  tree.repel(9, 9, found);
  expect([...found].map((x) => x.toFixed(3))).toEqual(
    plainRepulsion(points, 9, 9).map((x) => x.toFixed(3)),
  );
});

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
        // A few points seen as one weigh more where there are only a few.
        const share = size < 30 ? 0.5 : 0.1;
        const largest = Math.max(...all.map(({ wanted: [x = 0, y = 0] }) => Math.hypot(x, y)));
        for (const { found, wanted } of all)
          for (const axis of [0, 1])
            expect(Math.abs((found[axis] ?? NaN) - (wanted[axis] ?? NaN))).toBeLessThan(
              share * largest + 1e-9,
            );
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

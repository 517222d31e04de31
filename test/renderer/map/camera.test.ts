/** Looking at a map from nearer and farther. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { panned, toMap, toScreen, wholeMap, zoomed } from '../../../renderer/map/camera.ts';

const view = { width: 800, height: 600 };

test('all photos are in view, with room around them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 })), {
        minLength: 1,
      }),
      (points) => {
        const places = { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
        const camera = wholeMap(places, view);
        expect(camera.scale).toBeGreaterThan(0);
        for (const [x, y] of points) {
          const at = toScreen(camera, view, { x, y });
          expect(at.x).toBeGreaterThan(40);
          expect(at.x).toBeLessThan(760);
          expect(at.y).toBeGreaterThan(40);
          expect(at.y).toBeLessThan(560);
        }
      },
    ),
  );
});

test('no photo, and photos on one spot, have a camera too', () => {
  expect(wholeMap({ x: [], y: [] }, view)).toEqual({ x: 0, y: 0, scale: 1 });
  expect(wholeMap({ x: [3, 3], y: [4, 4] }, view)).toMatchObject({ x: 3, y: 4 });
  expect(wholeMap({ x: [3], y: [4] }, { width: 0, height: 0 }).scale).toBeGreaterThan(0);
});

test('what is under the pointer stays there while zooming, and there is an end to it', () => {
  const whole = wholeMap({ x: [-10, 10], y: [-10, 10] }, view);
  const point = { x: 123, y: 456 };
  const held = toMap(whole, view, point);
  const near = zoomed(whole, view, 3, point, whole);
  expect(near.scale).toBeCloseTo(3 * whole.scale);
  expect(toScreen(near, view, held).x).toBeCloseTo(point.x);
  expect(toScreen(near, view, held).y).toBeCloseTo(point.y);
  expect(zoomed(near, view, 1e9, point, whole).scale).toBe(400 * whole.scale);
  expect(zoomed(near, view, 1e-9, point, whole).scale).toBe(0.5 * whole.scale);
});

test('panning moves the map with the pointer', () => {
  const camera = { x: 1, y: 2, scale: 10 };
  const before = toScreen(camera, view, { x: 5, y: 5 });
  const after = toScreen(panned(camera, 30, -7), view, { x: 5, y: 5 });
  expect([after.x - before.x, after.y - before.y]).toEqual([30, -7]);
});

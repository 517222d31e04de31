/** Which photos of a map are meant. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInView, nextPhoto, photoAt, photosInside } from '../../../renderer/map/picking.ts';
import { shownPictures } from '../../../renderer/map/pictures.ts';
import { markOf, marks } from '../../../renderer/map/marks.ts';

const view = { width: 800, height: 600 };
/** One unit is ten pixels, and 0 is in the middle. */
const camera = { x: 0, y: 0, scale: 10 };

test('the photo under the pointer is the nearest one, if any is near', () => {
  const places = { x: [0, 1, 20], y: [0, 0, 20] };
  expect(photoAt(places, camera, view, { x: 404, y: 300 }, [])).toBe(0);
  expect(photoAt(places, camera, view, { x: 407, y: 300 }, [])).toBe(1);
  expect(photoAt(places, camera, view, { x: 450, y: 300 }, [])).toBe(-1);
});

test('a picture covers marks, and the uppermost picture the others', () => {
  const places = { x: [0, 2, 3], y: [0, 0, 0] };
  expect(photoAt(places, camera, view, { x: 425, y: 310 }, [0])).toBe(0);
  expect(photoAt(places, camera, view, { x: 425, y: 310 }, [0, 2])).toBe(2);
  expect(photoAt(places, camera, view, { x: 470, y: 300 }, [0, 2])).toBe(-1);
});

test('a lasso holds the photos inside a polygon of any number of corners', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 40 }),
      fc.array(fc.tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 }))),
      (corners, points) => {
        // Nearly a circle, around which it is plain what is inside.
        const lasso = Array.from({ length: corners }, (_, i) => ({
          x: 400 + 100 * Math.cos((2 * Math.PI * i) / corners),
          y: 300 + 100 * Math.sin((2 * Math.PI * i) / corners),
        }));
        const places = { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
        const inside = new Set(photosInside(places, camera, view, lasso));
        const inner = 10 * Math.cos(Math.PI / corners);
        for (const [i, [x, y]] of points.entries()) {
          const distance = Math.hypot(x, y);
          if (distance < inner - 1e-6) expect(inside.has(i)).toBe(true);
          if (distance > 10 + 1e-6) expect(inside.has(i)).toBe(false);
        }
      },
    ),
  );
});

test('a lasso follows its dents, and none holds nothing', () => {
  const places = { x: [-5, 0, 5], y: [0, 0, 0] };
  const at = (x: number, y: number) => ({ x: 400 + 10 * x, y: 300 + 10 * y });
  const dented = [at(-8, -5), at(0, 3), at(8, -5), at(8, 5), at(-8, 5)];
  expect(photosInside(places, camera, view, dented)).toEqual([0, 2]);
  expect(photosInside(places, camera, view, [])).toEqual([]);
});

test('the next photo in a direction is near and nearly straight on', () => {
  const places = { x: [0, 3, 4, -9, 0], y: [0, 4, 1, 0, -2] };
  expect(nextPhoto(places, camera, 0, 'right')).toBe(2);
  expect(nextPhoto(places, camera, 0, 'down')).toBe(1);
  expect(nextPhoto(places, camera, 0, 'left')).toBe(3);
  expect(nextPhoto(places, camera, 0, 'up')).toBe(4);
  expect(nextPhoto(places, camera, 3, 'left')).toBe(-1);
  expect(nextPhoto(places, { ...camera, x: 4, y: 1 }, -1, 'up')).toBe(2);
  expect(isInView(camera, view, { x: 39, y: 0 })).toBe(true);
  expect(isInView(camera, view, { x: 41, y: 0 })).toBe(false);
});

test('pictures do not cover each other, are few, and are none where too many photos are in view', () => {
  const spread = (count: number, step: number) => {
    const columns = Math.ceil(Math.sqrt(count));
    const at = Array.from({ length: count }, (_, i) => i);
    return {
      x: at.map((i) => (i % columns) * step - 30),
      y: at.map((i) => Math.floor(i / columns) * step - 25),
    };
  };
  expect(shownPictures(spread(20, 9), camera, view)).toHaveLength(20);
  expect(shownPictures(spread(400, 2), camera, view)).toEqual([]);
  const places = spread(300, 3);
  const shown = shownPictures(places, camera, view);
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.length).toBeLessThanOrEqual(120);
  for (const a of shown)
    for (const b of shown)
      if (a !== b) {
        const dx = Math.abs((places.x[a] ?? 0) - (places.x[b] ?? 0));
        const dy = Math.abs((places.y[a] ?? 0) - (places.y[b] ?? 0));
        expect(Math.max(dx, dy)).toBeGreaterThan(6);
      }
  expect(shownPictures({ x: [1000], y: [0] }, camera, view)).toEqual([]);
});

test('clusters that are next to each other in size have different marks, and those in none their own', () => {
  const used = Array.from({ length: 29 }, (_, cluster) => markOf(cluster));
  expect(new Set(used).size).toBe(29);
  expect(markOf(29)).toBe(markOf(1));
  expect(marks[markOf(0)]?.colour).toBe('--map-none');
  const looks = marks.map(({ colour, shape }) => `${colour} ${shape}`);
  expect(new Set(looks).size).toBe(marks.length);
});

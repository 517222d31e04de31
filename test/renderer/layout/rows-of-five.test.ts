/** How the five fill their space. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrange, type Place } from '../../../renderer/layout/rows-of-five.ts';

const space = { width: 640, height: 600, gap: 16, caption: 28, tallest: 360 };

const rowsOf = (places: Place[]): number[] => {
  const tops = [...new Set(places.map(({ top }) => top))];
  return tops.map((top) => places.filter((place) => place.top === top).length);
};

test('photos stay whole, in order, apart, and inside the space', () => {
  const ratio = fc.double({ min: 0.3, max: 4, noNaN: true });
  fc.assert(
    fc.property(fc.array(ratio, { minLength: 1, maxLength: 5 }), (ratios) => {
      const { places, height } = arrange(ratios, space);
      expect(height).toBeLessThanOrEqual(space.height + 0.01);
      places.forEach((place, i) => {
        expect(place.width / place.height).toBeCloseTo(ratios[i] ?? NaN);
        expect(place.left + place.width).toBeLessThanOrEqual(space.width + 0.01);
        const next = places[i + 1];
        if (next === undefined) return;
        const beside = next.top === place.top && next.left >= place.left + place.width + 15.9;
        const below = next.top >= place.top + place.height + space.caption && next.left === 0;
        expect(beside || below).toBe(true);
        expect(next.height).toBeLessThanOrEqual(place.height + 0.01);
      });
    }),
  );
});

test('five ordinary photos stand two over three', () => {
  expect(rowsOf(arrange([1.5, 1.5, 1.5, 1.5, 1.5], space).places)).toEqual([2, 3]);
});

test('no photo stands alone between two and two, as if one were missing', () => {
  const high = { ...space, width: 626, height: 680 };
  expect(rowsOf(arrange([1.5, 1.5, 1.5, 1.5, 1.5], high).places)).toEqual([2, 3]);
});

test('where there is room, the most similar is the largest', () => {
  const { places } = arrange([1.5, 1.5, 1.5], space);
  expect(places[0]?.width).toBeGreaterThan((places[2]?.width ?? NaN) * 1.5);
});

test('no photos take no room', () => {
  expect(arrange([], space)).toEqual({ places: [], height: 0 });
});

import { expect, test } from 'vitest';
import { isWithinReach } from '../../electron/reach.ts';

const main = { x: 0, y: 0, width: 1600, height: 1000 };
const right = { x: 1600, y: 0, width: 1920, height: 1080 };
const window = { x: 10, y: 10, width: 1000, height: 700 };

test.each([
  ['on a display', {}, true],
  ['half beyond the edge', { x: -500 }, true],
  ['more than half beyond the edge', { x: -501 }, false],
  ['over the edge between two displays', { x: 1100 }, true],
  ['on the second display', { x: 2000 }, true],
  ['beyond all displays', { x: 9000 }, false],
  ['below all displays', { y: 1080 }, false],
  ['with its bar above the display', { y: -20 }, false],
  ['much larger than all displays', { x: 0, y: 0, width: 7200, height: 2160 }, false],
])('a window %s is within reach or not: %o %s', (_where, place, expected) => {
  expect(isWithinReach({ ...window, ...place }, [main, right])).toBe(expected);
});

test('without displays nothing is within reach', () => {
  expect(isWithinReach(window, [])).toBe(false);
});

import { describe, expect, it } from 'vitest';
import {
  closerSquares,
  withoutOverlaps,
  type Region,
} from '../../../../engine/tensorflow/faces/regions.ts';

const region = (left: number, top: number, length: number, score = 0.9): Region => ({
  ...{ left, top, right: left + length, bottom: top + length, score },
});

describe('regions that overlap', () => {
  it('leave the surest of each group, the surest first', () => {
    const [a, b] = [region(0, 0, 10, 0.7), region(1, 1, 10, 0.8)];
    const alone = region(50, 50, 10, 0.75);
    expect(withoutOverlaps([a, alone, b])).toEqual([b, alone]);
  });

  it('are one face where one lies within another', () => {
    const [face, part] = [region(0, 0, 20, 0.9), region(12, 12, 6, 0.8)];
    expect(withoutOverlaps([part, face])).toEqual([face]);
  });

  it('that only touch are two faces', () => {
    expect(withoutOverlaps([region(0, 0, 10), region(9, 0, 10)])).toHaveLength(2);
  });
});

describe('squares for a closer look', () => {
  const picture = { width: 1024, height: 683 };

  it('are none without a hint, and none where the picture is as small as a square', () => {
    expect(closerSquares(picture, 512, [])).toEqual([]);
    expect(closerSquares({ width: 500, height: 400 }, 512, [region(10, 10, 20)])).toEqual([]);
  });

  it('show every small region whole in one of them, wherever it is', () => {
    for (let left = 0; left <= 1024 - 60; left += 37)
      for (let top = 0; top <= 683 - 60; top += 37) {
        const hint = region(left, top, 60);
        const squares = closerSquares(picture, 512, [hint]);
        expect(
          squares.some(({ isWhole, square }) => {
            const inside = left >= square.left && left + 60 <= square.left + 512;
            return inside && top >= square.top && top + 60 <= square.top + 512 && isWhole(hint);
          }),
        ).toBe(true);
      }
  });

  it('leave out what their edges cut off', () => {
    const [first] = closerSquares(picture, 512, [region(20, 20, 60)]);
    expect(first?.isWhole(region(20, 20, 60))).toBe(true);
    expect(first?.isWhole(region(460, 20, 52))).toBe(false);
  });
});

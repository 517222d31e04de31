import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, fit, upright, type Picture } from '../../../../engine/tensorflow/faces/picture.ts';

/** Red grows to the right, green downwards. */
const [width, height] = [40, 24];
const picture: Picture = { width, height, pixels: new Uint8Array(width * height * 3) };
for (let y = 0; y < height; y++)
  for (let x = 0; x < width; x++) picture.pixels.set([x * 4, y * 4, 7], (y * width + x) * 3);

describe('a piece cut out of a picture', () => {
  it('is the picture itself where its pixels lie on those of the picture', () => {
    const piece = cut(picture, upright(8, 4, 16, 16), 16);
    for (let y = 0; y < 16; y++)
      for (let x = 0; x < 16; x++) {
        const at = (y * 16 + x) * 3;
        expect([...piece.subarray(at, at + 3)]).toEqual([(x + 8) * 4, (y + 4) * 4, 7]);
      }
  });

  it('is the mean of what it covers where it is made smaller', () => {
    const [red, green, blue] = cut(picture, upright(0, 0, 8, 2), 2);
    expect(red).toBeCloseTo(((0 + 1 + 2 + 3) / 4) * 4, 4);
    expect(green).toBeCloseTo(((0 + 1 + 2 + 3) / 4) * 4, 4);
    expect(blue).toBeCloseTo(7, 4);
  });

  it('is black outside the picture', () => {
    const piece = cut(picture, upright(-8, 0, 8, 4), 4);
    expect(piece.every((value) => value === 0)).toBe(true);
  });
});

describe('the similarity that fits points', () => {
  it('is the one that they were moved by', () => {
    const numbers = fc.double({ min: -100, max: 100, noNaN: true });
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 1 },
      { x: 3, y: 12 },
    ];
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (a, b, left, top) => {
        const moved = points.map(({ x, y }) => ({
          x: a * x - b * y + left,
          y: b * x + a * y + top,
        }));
        const found = fit(points, moved);
        for (const [name, value] of Object.entries({ a, b, left, top }))
          expect(found[name as keyof typeof found]).toBeCloseTo(value, 6);
      }),
    );
  });
});

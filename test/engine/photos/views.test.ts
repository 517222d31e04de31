/** Views of a photo: parts of it, mirrored or not, from one decode. */
import { expect, test } from 'vitest';
import { decodePixels, decodeViews, type View } from '../../../engine/photos/decode.ts';
import { notPhotos, oriented, picture, quarters, type Colour } from '../../support/photos.ts';

const side = 32;
const whole: View = { left: 0, top: 0, width: 1, height: 1, mirrored: false };

/** The colour in the middle of each quarter: upper left, upper right, lower left, lower right. */
function middles(pixels: Uint8Array, view = 0): Colour[] {
  const [near, far] = [side / 4, (side * 3) / 4];
  return [
    [near, near],
    [far, near],
    [near, far],
    [far, far],
  ].map(([x = 0, y = 0]) => {
    const at = (view * side * side + y * side + x) * 3;
    return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
  });
}
const { topLeft, topRight, bottomLeft, bottomRight } = quarters;
const expectColours = (found: Colour[], expected: readonly Colour[]): void => {
  for (const [place, colour] of found.entries())
    for (const [channel, value] of colour.entries())
      expect(Math.abs(value - (expected[place]?.[channel] ?? NaN))).toBeLessThan(24);
};

test('the whole photo is what a method sees, mirrored it is the other way round, and a part fills the view', async () => {
  const content = await picture().png().toBuffer();
  const views = await decodeViews(content, side, [
    whole,
    { ...whole, mirrored: true },
    { left: 0.5, top: 0, width: 0.5, height: 0.5, mirrored: false },
  ]);
  expect(views).toHaveLength(3 * side * side * 3);
  expect(views.subarray(0, side * side * 3)).toEqual(
    Buffer.from(await decodePixels(content, side)),
  );
  expectColours(middles(views), [topLeft, topRight, bottomLeft, bottomRight]);
  expectColours(middles(views, 1), [topRight, topLeft, bottomRight, bottomLeft]);
  expectColours(middles(views, 2), [topRight, topRight, topRight, topRight]);
});

test('a photo that is stored turned is turned first', async () => {
  const views = await decodeViews(await oriented(6), side, [whole]);
  expectColours(middles(views), [topLeft, topRight, bottomLeft, bottomRight]);
});

test('parts at the very edge are parts, and what is no photo has none', async () => {
  const tiny = { left: 0.9999, top: 0.9999, width: 0.00001, height: 0.00001, mirrored: true };
  expectColours(
    middles(await decodeViews(await picture().png().toBuffer(), side, [tiny])),
    Array<Colour>(4).fill(bottomRight),
  );
  await expect(
    decodeViews(notPhotos['text']?.content ?? Buffer.alloc(0), side, [whole]),
  ).rejects.toMatchObject({ code: 'not-a-photo' });
});

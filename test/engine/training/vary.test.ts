import { expect, it } from 'vitest';
import { Random } from '../../../engine/random.ts';
import { vary } from '../../../engine/training/vary.ts';

const side = 12;
/** Darker to the left, with some grain. */
const grain = new Random('grain');
const picture = Uint8Array.from(
  { length: side * side * 3 },
  (_, i) => (Math.floor(i / 3) % side) * 19 + grain.integer(0, 30),
);

function varied(seed: number): { varied: Float32Array; plain: Float32Array } {
  const result = {
    varied: new Float32Array(picture.length),
    plain: new Float32Array(picture.length),
  };
  vary(picture, side, new Random(seed), result.varied, result.plain);
  return result;
}

/** The picture, mirrored or not, as numbers of 0…1. */
function expected(mirrored: boolean): Float32Array {
  return Float32Array.from(picture, (_, i) => {
    const [y, x] = [Math.floor(i / 3 / side), Math.floor(i / 3) % side];
    return (picture[(y * side + (mirrored ? side - 1 - x : x)) * 3 + (i % 3)] ?? 0) / 255;
  });
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + Math.abs(x - (b[i] ?? 0)), 0) / a.length;
}

it('shows the photo itself, mirrored about every second time', () => {
  const plains = Array.from({ length: 40 }, (_, seed) => [...varied(seed).plain]);
  const [straight, mirrored] = [false, true].map((is) => JSON.stringify([...expected(is)]));
  const isStraight = plains.map((plain) => JSON.stringify(plain) === straight);
  expect(plains.every((plain, i) => isStraight[i] || JSON.stringify(plain) === mirrored)).toBe(
    true,
  );
  expect(isStraight.filter(Boolean).length).toBeGreaterThan(10);
  expect(isStraight.filter(Boolean).length).toBeLessThan(30);
});

it('changes it a little: nearer to itself than to its mirror image, and never the same twice', () => {
  const all = Array.from({ length: 40 }, (_, seed) => varied(seed));
  for (const { varied: changed, plain } of all) {
    const isMirrored = meanDifference(plain, expected(true)) === 0;
    const distance = meanDifference(changed, plain);
    expect(distance).toBeGreaterThan(0);
    expect(distance).toBeLessThan(meanDifference(changed, expected(!isMirrored)));
  }
  expect(new Set(all.map(({ varied: changed }) => changed.join())).size).toBe(40);
});

it('is the same from the same seed', () => {
  expect(varied(5)).toEqual(varied(5));
});

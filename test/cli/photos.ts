/** Small photos drawn for the tests of the terminal: three themes that a person would tell apart. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';

type Colour = [red: number, green: number, blue: number];

const [width, height] = [320, 240];

/** Each theme as the colour at x and y, 0…1; another `variant` is another picture of the theme. */
const drawings = {
  targets: (x, y, variant) => {
    const radius = Math.hypot(x * 1.33 - 0.6 - variant * 0.02, y - 0.5);
    return radius < 0.45 && Math.floor(radius * 9) % 2 === 0 ? [192, 24, 24] : [250, 244, 240];
  },
  stripes: (x, _y, variant) =>
    Math.floor(x * (14 + variant) + variant / 4) % 2 === 0 ? [16, 16, 96] : [248, 232, 56],
  forest: (x, y, variant) => {
    const tree = x * 6 + variant / 5;
    const fromTrunk = Math.abs((tree % 1) - 0.5);
    const top = 0.25 + (Math.floor(tree) % 3) * 0.08;
    if (y > 0.8) return [56, 96, 40];
    return y > top && fromTrunk < (y - top) * 0.7 ? [28, 92, 44] : [168, 216, 240];
  },
} satisfies Record<string, (x: number, y: number, variant: number) => Colour>;

export type Theme = keyof typeof drawings;
export const themes = Object.keys(drawings) as Theme[];

/** Writes a JPEG of 320 × 240. */
export async function drawPhoto(path: string, theme: Theme, variant: number): Promise<void> {
  const pixels = Array.from({ length: width * height }, (_, i) =>
    drawings[theme]((i % width) / width, Math.floor(i / width) / height, variant),
  );
  await mkdir(dirname(path), { recursive: true });
  await sharp(Uint8Array.from(pixels.flat()), { raw: { width, height, channels: 3 } })
    .jpeg()
    .toFile(path);
}

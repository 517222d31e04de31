/**
 * Fractal noise as small tileable pictures: clouds, stone, snow, wood and water of the sample
 * photos all get their grain from these. SVG's own feTurbulence would do, but it costs 130–340 ms
 * a picture; a stretched tile costs about 20.
 */
import sharp from '../sharp.ts';
import { Random } from '../../random.ts';

/** A square picture that fits itself on all four sides. */
export interface Tile {
  /** Pixels on a side. */
  readonly size: number;
  /** The PNG as a data address. */
  readonly address: string;
}

export interface Textures {
  /** White, opaque where a cloud is. */
  readonly clouds: Tile;
  /** Light and dark patches: white and black with the strength as opacity. */
  readonly patches: Tile;
  /** The same noise as a surface lit from the upper left. */
  readonly relief: Tile;
  /** The same noise lit from above only: stretched sideways it is water, or wood. */
  readonly ripples: Tile;
  /** Film grain: every pixel on its own. */
  readonly grain: Tile;
}

/** Makes the tiles; always the same ones. */
export async function makeTextures(): Promise<Textures> {
  const clouds = fractalNoise(384, 4, 6);
  const surface = fractalNoise(320, 5, 5);
  const grain = new Random('grain');
  return {
    // Where a cloud gets denser downwards it faces the sky and is bright; its underside is grey.
    clouds: await tile(384, (x, y) => [
      0.86 + 0.14 * smoothStep(-0.25, 0.2, clouds(x, y + 9) - clouds(x, y)),
      smoothStep(0.02, 0.5, clouds(x, y)),
    ]),
    patches: await tile(320, (x, y) => lightOrDark(surface(x, y))),
    relief: await tile(320, (x, y) => lightOrDark((surface(x + 2, y + 2) - surface(x, y)) * 4)),
    ripples: await tile(320, (x, y) => lightOrDark((surface(x, y + 2) - surface(x, y)) * 5)),
    grain: await tile(128, () => lightOrDark(grain.next() + grain.next() + grain.next() - 1.5)),
  };
}

/** What overlays a surface without a blend mode: value −1…1 → [grey, opacity], each 0…1. */
function lightOrDark(value: number): [number, number] {
  return [value > 0 ? 1 : 0, Math.min(1, Math.abs(value))];
}

/**
 * A tileable sum of gradient noise (Perlin, "Improving Noise", 2002) on `size` × `size` pixels:
 * `octaves` layers, each twice as fine and half as strong as the one before, the first with
 * `cells` cells on a side. Returns the value at a pixel, about −1…1.
 */
function fractalNoise(
  size: number,
  cells: number,
  octaves: number,
): (x: number, y: number) => number {
  const noise = new Float32Array(size * size);
  for (let octave = 0; octave < octaves; octave++) {
    const side = cells * 2 ** octave;
    const random = new Random('noise', size, octave);
    const gradients = random.times(side * side, () => {
      const angle = random.between(0, 2 * Math.PI);
      return [Math.cos(angle), Math.sin(angle)] as const;
    });
    const slope = (column: number, row: number, dx: number, dy: number): number => {
      const [gx, gy] = gradients[(row % side) * side + (column % side)] ?? [0, 0];
      return gx * dx + gy * dy;
    };
    for (let y = 0; y < size; y++) {
      const row = Math.floor((y * side) / size);
      const dy = (y * side) / size - row;
      const v = smoothStep(0, 1, dy);
      for (let x = 0; x < size; x++) {
        const column = Math.floor((x * side) / size);
        const dx = (x * side) / size - column;
        const u = smoothStep(0, 1, dx);
        const above = slope(column, row, dx, dy) * (1 - u) + slope(column + 1, row, dx - 1, dy) * u;
        const below =
          slope(column, row + 1, dx, dy - 1) * (1 - u) +
          slope(column + 1, row + 1, dx - 1, dy - 1) * u;
        const i = y * size + x;
        noise[i] = (noise[i] ?? 0) + (above * (1 - v) + below * v) * 1.4 * 0.5 ** octave;
      }
    }
  }
  return (x, y) => noise[(y % size) * size + (x % size)] ?? 0;
}

/** 0 below `low`, 1 above `high`, a cubic between. */
function smoothStep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** A tile whose pixels `pixel` gives as [grey, opacity], each 0…1. */
async function tile(
  size: number,
  pixel: (x: number, y: number) => [number, number],
): Promise<Tile> {
  const pixels = Buffer.alloc(size * size * 2);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [grey, opacity] = pixel(x, y);
      // 52 levels of opacity are enough for a texture, and halve the PNG.
      pixels.set([grey * 255, Math.round(opacity * 51) * 5], (y * size + x) * 2);
    }
  }
  const png = await sharp(pixels, { raw: { width: size, height: size, channels: 2 } })
    .png()
    .toBuffer();
  return { size, address: `data:image/png;base64,${png.toString('base64')}` };
}

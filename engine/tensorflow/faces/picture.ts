/**
 * Pixels of a photo, and square pieces cut out of it: upright or turned, enlarged or made smaller.
 */

/** RGB, rows from the top, one byte a number. */
export interface Picture {
  pixels: Uint8Array;
  width: number;
  height: number;
}

/**
 * Where the pixels of a piece lie in the picture: a piece's point (x, y) lies at
 * (a·x − b·y + left, b·x + a·y + top). It turns and scales, and changes no angle.
 */
export interface Similarity {
  a: number;
  b: number;
  left: number;
  top: number;
}

/** The upright square whose upper left corner is (left, top) and whose side is `length` pixels. */
export function upright(left: number, top: number, length: number, side: number): Similarity {
  return { a: length / side, b: 0, left, top };
}

/**
 * A square piece of side × side pixels. Where it lies outside the picture it is black. Where it is
 * made smaller, every pixel is the mean of enough samples that none of the picture is passed over.
 *
 * @returns side × side × 3 numbers, 0 to 255
 */
export function cut(picture: Picture, place: Similarity, side: number): Float32Array {
  const { a, b, left, top } = place;
  const samples = Math.max(1, Math.ceil(Math.hypot(a, b) - 0.01));
  const piece = new Float32Array(side * side * 3);
  const colour = new Float32Array(3);
  for (let row = 0, at = 0; row < side; row++)
    for (let column = 0; column < side; column++, at += 3) {
      colour.fill(0);
      for (let i = 0; i < samples; i++)
        for (let j = 0; j < samples; j++) {
          const x = column + (j + 0.5) / samples;
          const y = row + (i + 0.5) / samples;
          addSample(picture, a * x - b * y + left, b * x + a * y + top, colour);
        }
      for (let channel = 0; channel < 3; channel++)
        piece[at + channel] = (colour[channel] ?? 0) / (samples * samples);
    }
  return piece;
}

/** Adds the colour at a point to `colour`, between the four nearest pixels (bilinear). */
function addSample({ pixels, width, height }: Picture, x: number, y: number, colour: Float32Array) {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  // Pixel (0, 0) has its centre at (0.5, 0.5).
  const column = Math.min(Math.max(x - 0.5, 0), width - 1);
  const row = Math.min(Math.max(y - 0.5, 0), height - 1);
  const column0 = Math.floor(column);
  const row0 = Math.floor(row);
  const right = column - column0;
  const down = row - row0;
  const rightwards = column0 + 1 < width ? 3 : 0;
  const downwards = row0 + 1 < height ? width * 3 : 0;
  const at = (row0 * width + column0) * 3;
  for (let channel = 0; channel < 3; channel++) {
    const here = at + channel;
    const upper = (pixels[here] ?? 0) * (1 - right) + (pixels[here + rightwards] ?? 0) * right;
    const lower =
      (pixels[here + downwards] ?? 0) * (1 - right) +
      (pixels[here + downwards + rightwards] ?? 0) * right;
    colour[channel] = (colour[channel] ?? 0) + upper * (1 - down) + lower * down;
  }
}

export interface Point {
  x: number;
  y: number;
}

/**
 * The similarity that brings `from` nearest to `to` in the sense of least squares (Umeyama, "Least-
 * squares estimation of transformation parameters between two point patterns", 1991, in two
 * dimensions, where it has a closed form).
 */
export function fit(from: readonly Point[], to: readonly Point[]): Similarity {
  const middle = centreOf(from);
  const target = centreOf(to);
  let dot = 0;
  let cross = 0;
  let spread = 0;
  for (const [index, { x, y }] of from.entries()) {
    const other = to[index] ?? target;
    const dx = x - middle.x;
    const dy = y - middle.y;
    const tx = other.x - target.x;
    const ty = other.y - target.y;
    dot += dx * tx + dy * ty;
    cross += dx * ty - dy * tx;
    spread += dx * dx + dy * dy;
  }
  const a = dot / spread;
  const b = cross / spread;
  return {
    a,
    b,
    left: target.x - a * middle.x + b * middle.y,
    top: target.y - b * middle.x - a * middle.y,
  };
}

export function centreOf(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

/**
 * Small changes to a photo that leave it the same photo: what an auto-encoder gets to see instead of
 * the photo itself, which it has to draw nevertheless (a denoising auto-encoder: Vincent et al. 2008,
 * "Extracting and composing robust features with denoising autoencoders"). So its vectors learn to
 * tell what a photo shows rather than where exactly.
 */
import type { Random } from '../random.ts';

/** How far the middle moves, in parts of the side, at most. */
const mostShift = 0.08;
/** How much larger or smaller it becomes, at most. */
const mostZoom = 0.12;
/** How much stronger or weaker each colour becomes, at most. */
const mostTint = 0.1;

/**
 * Writes a varied photo and the photo itself, mirrored or not, both alike.
 *
 * @param pixels side × side RGB, rows from the top
 * @param side in pixels
 * @param varied takes the numbers, 0 to about 1, of the varied photo
 * @param plain takes the numbers, 0…1, of the photo itself
 */
export function vary(
  pixels: Uint8Array,
  side: number,
  random: Random,
  varied: Float32Array,
  plain: Float32Array,
): void {
  const mirrored = random.chance(0.5);
  const zoom = 1 + random.between(-mostZoom, mostZoom);
  const shiftX = random.between(-mostShift, mostShift) * side;
  const shiftY = random.between(-mostShift, mostShift) * side;
  const tints = random.times(3, () => 1 + random.between(-mostTint, mostTint));
  const columns = sourcesAlong(side, zoom, shiftX, mirrored);
  const rows = sourcesAlong(side, zoom, shiftY, false);
  let at = 0;
  for (let y = 0; y < side; y++) {
    const { first: top, second: bottom, share: down } = rows[y] ?? nowhere;
    for (let x = 0; x < side; x++) {
      const { first: left, second: right, share: across } = columns[x] ?? nowhere;
      const own = (y * side + (mirrored ? side - 1 - x : x)) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const value = (row: number, column: number): number =>
          pixels[(row * side + column) * 3 + channel] ?? 0;
        const above = value(top, left) * (1 - across) + value(top, right) * across;
        const below = value(bottom, left) * (1 - across) + value(bottom, right) * across;
        varied[at] = ((above * (1 - down) + below * down) / 255) * (tints[channel] ?? 1);
        plain[at] = (pixels[own + channel] ?? 0) / 255;
        at++;
      }
    }
  }
}

/** Where a place comes from: between two places of the photo, `share` of the way to the second. */
interface Sources {
  first: number;
  second: number;
  share: number;
}

const nowhere: Sources = { first: 0, second: 0, share: 0 };

/** For each place of a row or column; beyond the edge the last pixel is repeated. */
function sourcesAlong(side: number, zoom: number, shift: number, mirrored: boolean): Sources[] {
  const middle = (side - 1) / 2;
  return Array.from({ length: side }, (_, place) => {
    const to = mirrored ? side - 1 - place : place;
    const from = Math.min(side - 1, Math.max(0, (to - middle) / zoom + middle + shift));
    const first = Math.floor(from);
    return { first, second: Math.min(side - 1, first + 1), share: from - first };
  });
}

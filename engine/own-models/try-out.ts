/**
 * Tries a network on two pictures before it may stand in a library: what is found here would be met
 * at every photo.
 */
import { LookalikeError } from '../errors.ts';
import { Random } from '../random.ts';
import type { Vectors } from './vectors.ts';

/**
 * @param side of the pictures
 * @returns how many numbers it gives for a photo
 * @throws LookalikeError `model-unsuitable` when they are no numbers, always the same, or not as many
 *   for one photo as for another
 */
export function tryOut(vectors: Vectors, side: number): number {
  const [first, second] = [picture(side, 1), picture(side, 2)];
  const [a, b] = vectors(Buffer.concat([first, second]), 2);
  const [alone] = vectors(first, 1);
  if (!a || !b || !alone || a.length === 0) throw unsuitable('gives nothing for a photo');
  if (a.length !== b.length || a.length !== alone.length)
    throw unsuitable('gives another number of values for each photo');
  for (const row of [a, b, alone])
    if (!row.every(Number.isFinite))
      throw unsuitable('gives values that are no numbers. Perhaps the scaling is another one');
  if (a.every((x) => x === 0) || b.every((x) => x === 0))
    throw unsuitable('gives nothing but zeros. Perhaps the scaling is another one');
  if (a.every((x, i) => x === b[i]))
    throw unsuitable('gives the same for every photo. Take another layer');
  return a.length;
}

function unsuitable(what: string): LookalikeError {
  return new LookalikeError('model-unsuitable', `This layer ${what}.`);
}

/** Coarse coloured squares: no photo, but something to see. */
function picture(side: number, seed: number): Uint8Array {
  const random = new Random('try-out', seed);
  const squares = 8;
  const colours = Array.from({ length: squares * squares * 3 }, () => random.integer(0, 255));
  const place = (at: number): number => Math.floor((at * squares) / side);
  return Uint8Array.from({ length: side * side * 3 }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / 3), index % 3];
    const square = place(Math.floor(pixel / side)) * squares + place(pixel % side);
    return colours[square * 3 + channel] ?? 0;
  });
}

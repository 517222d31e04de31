/**
 * An order of rows in which near ones are close together: halves of the rows along the direction in
 * which they differ most, and so on, until a half is a tile. It need not be good, only cheap: what it
 * gains is that good neighbours are known before far ones are asked.
 */
import type { PassMemory } from './pass-memory.ts';
import { tile } from './pass-memory.ts';

/** Directions that are looked at. */
const directions = 16;
/** Rows that a direction is judged by. */
const looked = 256;

/**
 * @param from the first of the directions that are looked at; after a rotation, the first of all say
 * most, and others give another order
 */
export async function localOrder(
  memory: PassMemory,
  pause: () => Promise<void>,
  from = 0,
): Promise<Uint32Array> {
  const { size, rounded } = memory;
  const { numbers: rows, count } = rounded;
  const step = count + 1;
  const order = Uint32Array.from({ length: size }, (_, row) => row);
  const keys = new Int16Array(size);
  const halves: [start: number, end: number][] = [[0, size]];
  for (let half = halves.pop(); half; half = halves.pop()) {
    const [start, end] = half;
    if (end - start <= tile) continue;
    const part = order.subarray(start, end);
    const direction = widest(rows, step, from, Math.min(from + directions, count), part);
    for (const row of part) keys[row] = rows[row * step + direction] as number;
    part.sort((a, b) => (keys[a] as number) - (keys[b] as number));
    // At a whole number of tiles, so that all but the last are full.
    const middle = start + Math.ceil((end - start) / 2 / tile) * tile;
    halves.push([middle, end], [start, middle]);
    await pause();
  }
  return order;
}

/** The direction, from `from` to before `to`, in which some of these rows vary most. */
function widest(
  rows: Int16Array,
  step: number,
  from: number,
  to: number,
  part: Uint32Array,
): number {
  let best = from;
  let most = -1;
  const every = Math.max(1, Math.floor(part.length / looked));
  for (let d = from; d < to; d++) {
    let sum = 0;
    let squares = 0;
    let n = 0;
    for (let i = 0; i < part.length; i += every) {
      const x = rows[(part[i] as number) * step + d] as number;
      sum += x;
      squares += x * x;
      n += 1;
    }
    const variance = squares - (sum * sum) / n;
    if (variance > most) {
      most = variance;
      best = d;
    }
  }
  return best;
}

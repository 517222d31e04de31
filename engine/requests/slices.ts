/**
 * Long work on the host's thread, cut into slices so that everything else is answered meanwhile.
 */
import { setImmediate } from 'node:timers/promises';

const sliceMs = 8;

/** Called now and then by long work: lets other things happen when the slice was long enough. */
export type Breathe = () => Promise<void>;

export function slices(): Breathe {
  let start = performance.now();
  return async () => {
    if (performance.now() - start < sliceMs) return;
    await setImmediate();
    start = performance.now();
  };
}

/** Sorted runs of this length are the beginning; sorting one takes well under a slice. */
const firstRun = 512;
/** Comparisons between two looks at the clock. */
const stretch = 256;

/** `items` in order, by merge sort: stable, as `Array.sort` is. */
export async function sortInSlices<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  breathe: Breathe,
): Promise<T[]> {
  let from: T[] = [];
  for (let start = 0; start < items.length; start += firstRun) {
    for (const item of items.slice(start, start + firstRun).sort(compare)) from.push(item);
    await breathe();
  }
  for (let run = firstRun; run < from.length; run *= 2) {
    const to: T[] = [];
    for (let start = 0; start < from.length; start += 2 * run)
      await merge(from, start, run, to, compare, breathe);
    from = to;
  }
  return from;
}

/** Appends to `to`, in order, the two sorted runs of `from` that begin at `start` and `start + run`. */
async function merge<T>(
  from: readonly T[],
  start: number,
  run: number,
  to: T[],
  compare: (a: T, b: T) => number,
  breathe: Breathe,
): Promise<void> {
  const middle = Math.min(start + run, from.length);
  const end = Math.min(start + 2 * run, from.length);
  let left = start;
  let right = middle;
  while (left < middle || right < end) {
    if (to.length % stretch === 0) await breathe();
    const a = from[left] as T;
    const b = from[right] as T;
    if (right >= end || (left < middle && compare(a, b) <= 0)) {
      to.push(a);
      left += 1;
    } else {
      to.push(b);
      right += 1;
    }
  }
}

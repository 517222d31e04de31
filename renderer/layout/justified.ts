/**
 * The geometry of a justified grid of photos under headings: where every row and photo stands, which
 * rows are in view, and which photo is next to which. Plain numbers, no DOM, so that 100,000 photos
 * can be laid out, shown in part and walked through by keys without measuring anything.
 */
import justifiedLayout from 'justified-layout';

export interface Group {
  title: string;
  /** Index of its first photo. */
  start: number;
}

export interface Heading {
  title: string;
  top: number;
  start: number;
}

/** All lengths in CSS pixels from the top left of the grid. */
export interface Geometry {
  width: number;
  height: number;
  rows: number;
  /** Index of the first photo of every row, and the number of photos as the last entry. */
  rowStart: Int32Array;
  rowTop: Float64Array;
  rowHeight: Float32Array;
  /** One per photo. */
  left: Float32Array;
  photoWidth: Float32Array;
  headings: Heading[];
}

export interface Measures {
  width: number;
  rowHeight: number;
  gap: number;
  headingHeight: number;
}

/** Panoramas and slips of paper are cropped in the grid, so that no row becomes absurd. */
const narrowest = 0.5;
const widest = 3.2;

export function gridRatio(ratio: number): number {
  return Math.min(widest, Math.max(narrowest, ratio));
}

/**
 * How many photos are laid out at once. justified-layout copies all finished items for each new row,
 * so its time grows with the square of their number; a few rows at once are fast, and the unfinished
 * row is carried on. Always more than one row, however wide the window.
 */
function portionFor(m: Measures): number {
  return Math.max(200, Math.ceil((4 * m.width) / (m.rowHeight * narrowest)));
}

/** Lays out photos of these ratios (width / height). `groups` are in order of their `start`. */
export function layOut(ratios: readonly number[], groups: readonly Group[], m: Measures): Geometry {
  const left = new Float32Array(ratios.length);
  const photoWidth = new Float32Array(ratios.length);
  const rowStart: number[] = [];
  const rowTop: number[] = [];
  const rowHeight: number[] = [];
  const headings: Heading[] = [];
  const options = {
    containerWidth: m.width,
    containerPadding: 0,
    boxSpacing: m.gap,
    targetRowHeight: m.rowHeight,
  };

  const portion = portionFor(m);
  let top = 0;
  const parts = groups.length > 0 ? groups : [{ title: '', start: 0 }];
  parts.forEach((group, index) => {
    const end = parts[index + 1]?.start ?? ratios.length;
    if (end <= group.start) return;
    if (group.title !== '') {
      headings.push({ title: group.title, top, start: group.start });
      top += m.headingHeight;
    }
    let next = group.start;
    while (next < end) {
      const last = next + portion >= end;
      const some = ratios.slice(next, Math.min(end, next + portion)).map(gridRatio);
      // Without widows, the photos of the unfinished row are not among the boxes.
      const { boxes } = justifiedLayout(some, { ...options, showWidows: last });
      let previousTop = -1;
      let bottom = 0;
      boxes.forEach((box, i) => {
        if (box.top !== previousTop) {
          rowStart.push(next + i);
          rowTop.push(top + box.top);
          rowHeight.push(box.height);
          previousTop = box.top;
        }
        left[next + i] = box.left;
        photoWidth[next + i] = box.width;
        bottom = box.top + box.height;
      });
      top += bottom + m.gap;
      next += boxes.length;
    }
  });

  return {
    width: m.width,
    height: Math.max(0, top - m.gap),
    rows: rowTop.length,
    rowStart: Int32Array.from([...rowStart, ratios.length]),
    rowTop: Float64Array.from(rowTop),
    rowHeight: Float32Array.from(rowHeight),
    left,
    photoWidth,
    headings,
  };
}

/** Where each photo stands, by its id. */
export function indicesOf(ids: readonly number[]): ReadonlyMap<number, number> {
  return new Map(ids.map((id, index) => [id, index]));
}

/** The last index i with `values[i] <= wanted`, or −1. `values` ascend. */
function lastAtMost(values: ArrayLike<number>, count: number, wanted: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Rows that touch the strip from `top` to `bottom`, as [first, end). */
export function rowsBetween(g: Geometry, top: number, bottom: number): [number, number] {
  let first = Math.max(0, lastAtMost(g.rowTop, g.rows, top));
  if (first < g.rows && (g.rowTop[first] ?? 0) + (g.rowHeight[first] ?? 0) < top) first += 1;
  const end = lastAtMost(g.rowTop, g.rows, bottom) + 1;
  return [first, Math.max(first, end)];
}

/** The row in which a photo stands. */
export function rowOf(g: Geometry, photo: number): number {
  return lastAtMost(g.rowStart, g.rows, photo);
}

/** The heading above a given height, if there is one. */
export function headingAt(g: Geometry, top: number): Heading | undefined {
  let found: Heading | undefined;
  for (const heading of g.headings) {
    if (heading.top > top) break;
    found = heading;
  }
  return found;
}

export type Step = 'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'pageUp' | 'pageDown';

/**
 * The photo that a key leads to from `photo`. Up and down keep to the photo whose middle is nearest,
 * as the eye would; a page is `pageHeight` pixels.
 */
export function step(g: Geometry, photo: number, direction: Step, pageHeight: number): number {
  const last = g.left.length - 1;
  if (last < 0) return -1;
  const row = rowOf(g, photo);
  switch (direction) {
    case 'left':
      return Math.max(0, photo - 1);
    case 'right':
      return Math.min(last, photo + 1);
    case 'first':
      return 0;
    case 'last':
      return last;
    case 'up':
      return row === 0 ? photo : nearestIn(g, row - 1, photo);
    case 'down':
      return row === g.rows - 1 ? photo : nearestIn(g, row + 1, photo);
    case 'pageUp':
    case 'pageDown': {
      const wanted = (g.rowTop[row] ?? 0) + (direction === 'pageUp' ? -pageHeight : pageHeight);
      const target = Math.max(0, lastAtMost(g.rowTop, g.rows, wanted));
      const moved = direction === 'pageUp' ? Math.min(target, row - 1) : Math.max(target, row + 1);
      return nearestIn(g, Math.min(g.rows - 1, Math.max(0, moved)), photo);
    }
  }
}

function nearestIn(g: Geometry, row: number, photo: number): number {
  const middle = (g.left[photo] ?? 0) + (g.photoWidth[photo] ?? 0) / 2;
  let best = g.rowStart[row] ?? 0;
  let bestDistance = Infinity;
  for (let i = best; i < (g.rowStart[row + 1] ?? 0); i++) {
    const distance = Math.abs((g.left[i] ?? 0) + (g.photoWidth[i] ?? 0) / 2 - middle);
    if (distance < bestDistance) {
      best = i;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * How a handful of photos fill a space in reading order, uncropped and as large as they can be: every
 * way to break them into rows is tried (16 for five photos) and the best is taken. Beside a wide
 * query there may be room for two and three; five upright photos stand in one row.
 */

export interface Place {
  left: number;
  top: number;
  width: number;
  /** Of the photo; the caption follows below. */
  height: number;
}

export interface Space {
  width: number;
  height: number;
  gap: number;
  /** Room under each photo. */
  caption: number;
  /** No photo is shown higher than this. */
  tallest: number;
}

export interface Arrangement {
  places: Place[];
  height: number;
}

/** Places photos of these ratios (width / height); at most ten, or it would try too many ways. */
export function arrange(ratios: readonly number[], space: Space): Arrangement {
  let best: { rows: number[][]; heights: number[]; score: number } | undefined;
  const ways = ratios.length === 0 ? 0 : 2 ** (ratios.length - 1);
  for (let way = 0; way < ways; way++) {
    const rows = rowsOfWay(ratios.length, way);
    const heights = heightsOf(rows, ratios, space);
    const score = scoreOf(rows, heights, ratios, space);
    if (best === undefined || score > best.score) best = { rows, heights, score };
  }
  if (best === undefined) return { places: [], height: 0 };

  const places: Place[] = [];
  let top = 0;
  best.rows.forEach((row, index) => {
    const height = best.heights[index] ?? 0;
    let left = 0;
    for (const photo of row) {
      const width = height * (ratios[photo] ?? 1);
      places.push({ left, top, width, height });
      left += width + space.gap;
    }
    top += height + space.caption + space.gap;
  });
  return { places, height: top - space.gap };
}

/** The bits of `way` say after which photos a new row begins. */
function rowsOfWay(count: number, way: number): number[][] {
  const rows: number[][] = [[0]];
  for (let i = 1; i < count; i++) {
    if ((way >> (i - 1)) & 1) rows.push([i]);
    else rows.at(-1)?.push(i);
  }
  return rows;
}

function heightsOf(rows: number[][], ratios: readonly number[], space: Space): number[] {
  // A later row is never taller than one before it: the most similar must not look the least.
  let tallest = space.tallest;
  const full = rows.map((row) => {
    const sum = row.reduce((total, photo) => total + (ratios[photo] ?? 1), 0);
    tallest = Math.min(tallest, (space.width - space.gap * (row.length - 1)) / sum);
    return tallest;
  });
  const used = full.reduce((total, height) => total + height, 0);
  const room = space.height - rows.length * space.caption - (rows.length - 1) * space.gap;
  const shrink = Math.min(1, Math.max(room, 0) / used);
  return full.map((height) => height * shrink);
}

/**
 * The area shown, a little more for earlier ranks, and less where one photo shrinks to a stamp or
 * rows end early: most of all where one row does among others that do not, which looks like a photo
 * that is missing.
 */
function scoreOf(
  rows: number[][],
  heights: number[],
  ratios: readonly number[],
  space: Space,
): number {
  let score = 0;
  let filled = 0;
  let emptiest = 1;
  let smallest = Infinity;
  let largest = 0;
  rows.forEach((row, index) => {
    let width = space.gap * (row.length - 1);
    for (const photo of row) {
      const height = heights[index] ?? 0;
      const area = height * height * (ratios[photo] ?? 1);
      score += area * (1 - photo * 0.03);
      width += height * (ratios[photo] ?? 1);
      smallest = Math.min(smallest, area);
      largest = Math.max(largest, area);
    }
    filled += width / space.width / rows.length;
    emptiest = Math.min(emptiest, width / space.width);
  });
  const evenness = Math.sqrt(emptiest / filled);
  return largest === 0 ? 0 : score * filled * evenness * (smallest / largest) ** 0.25;
}

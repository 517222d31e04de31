/**
 * Where faces may be in a picture, as rectangles: from what the detector says of a square, and which
 * squares are worth a closer look.
 */
import { upright, type Picture, type Similarity } from './picture.ts';

/** A rectangle where a face may be. Its units are those of what it lies in. */
export interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** How sure the detector is, 0 to 1. */
  score: number;
}

/** Of regions that overlap more than this (intersection over union), the surest is the face. */
const mostOverlap = 0.4;
/** The same of a region that lies within another (intersection over the smaller one). */
const mostWithin = 0.65;
/** How near to the edge of a square, in shares of it, a face counts as cut off. */
const edge = 0.01;

/** A region in shares of a square, in pixels of the picture. */
export function inPicture(region: Region, square: Similarity, side: number): Region {
  const scale = square.a * side;
  return {
    left: region.left * scale + square.left,
    top: region.top * scale + square.top,
    right: region.right * scale + square.left,
    bottom: region.bottom * scale + square.top,
    score: region.score,
  };
}

/** A square for a closer look. */
export interface CloserSquare {
  square: Similarity;
  /** Whether a region seen in it is not cut off by an edge within the picture. */
  isWhole: (region: Region) => boolean;
}

/**
 * Overlapping squares of side × side pixels that cover the picture, of which only those that hold
 * one of `hints`. None where the picture is not larger than a square.
 */
export function closerSquares(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  side: number,
  hints: readonly Region[],
): CloserSquare[] {
  if (Math.max(width, height) <= side) return [];
  const margin = edge * side;
  return startsOf(height, side).flatMap((top) =>
    startsOf(width, side).flatMap((left) => {
      const holds = (hint: Region): boolean =>
        hint.left < left + side && hint.right > left && hint.top < top + side && hint.bottom > top;
      if (!hints.some(holds)) return [];
      const isWhole = (region: Region): boolean =>
        (left === 0 || region.left > left + margin) &&
        (top === 0 || region.top > top + margin) &&
        (left + side >= width || region.right < left + side - margin) &&
        (top + side >= height || region.bottom < top + side - margin);
      return [{ square: upright(left, top, side, side), isWhole }];
    }),
  );
}

/** Where squares begin along a side, overlapping by a quarter at least: no small face is in none. */
function startsOf(length: number, side: number): number[] {
  const spare = length - side;
  if (spare <= 0) return [0];
  const steps = Math.ceil(spare / (0.75 * side));
  return Array.from({ length: steps + 1 }, (_, step) => Math.round((step * spare) / steps));
}

/** The surest of each group of regions that overlap, the surest first. */
export function withoutOverlaps(regions: readonly Region[]): Region[] {
  const kept: Region[] = [];
  for (const region of regions.toSorted((a, b) => b.score - a.score))
    if (!kept.some((other) => isSame(region, other))) kept.push(region);
  return kept;
}

function isSame(a: Region, b: Region): boolean {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return false;
  const shared = width * height;
  return (
    shared / (areaOf(a) + areaOf(b) - shared) > mostOverlap ||
    shared / Math.min(areaOf(a), areaOf(b)) > mostWithin
  );
}

function areaOf({ left, top, right, bottom }: Region): number {
  return (right - left) * (bottom - top);
}

/**
 * From a photo to its faces: where each is, and the vector by which it is told from others.
 *
 * 1. The detector looks at the whole photo. Where it sees something like a small face, it looks
 *    again, closer.
 * 2. The landmarks of each candidate are found several times, in squares that are moved a little. On
 *    a face they stay where they are; on anything else they move with the square, so it is no face.
 * 3. Each face is turned and scaled so that its eyes and nose lie where the recogniser learned to
 *    expect them, and becomes a vector.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { normaliseRows } from '../network.ts';
import { detectorSide, openDetector } from './detector.ts';
import { landmarksSide, openLandmarks } from './landmarks.ts';
import {
  centreOf,
  cut,
  fit,
  upright,
  type Picture,
  type Point,
  type Similarity,
} from './picture.ts';
import { faceDimensions, faceSide, openRecogniser } from './recogniser.ts';
import { closerSquares, inPicture, withoutOverlaps, type Region } from './regions.ts';
import { uploadWeights, type NetworkFiles, type NetworkName } from './weights.ts';

/** A face of a photo. */
export interface Face {
  /** Upper left corner and size, in shares of the photo's width and height, within 0 to 1. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** How sure the detector is, 0 to 1. */
  score: number;
  /** 128 numbers, of length 1. */
  vector: Float32Array;
}

/**
 * The long side, in pixels, to which photos are made smaller before they are looked at; the closer
 * look sees twice as much as the first one.
 */
export const pictureSide = 2 * detectorSide;

/** Candidates less sure than this are no faces. */
const leastScore = 0.6;
/** A face is small when it is narrower than this share of the photo's long side. */
const small = 0.1;
/** The first look is followed by a closer one where a small candidate is this sure. */
const hint = 0.1;
/** Faces narrower than this, in pixels of the picture, show too little to be told apart. */
const leastWidth = 20;

/** How squares are moved to see whether landmarks stay: by shares of the box, and scaled. */
const moves = [
  { right: 0, down: 0, scale: 1 },
  { right: 0, down: 0, scale: 1.25 },
  { right: 0.1, down: 0, scale: 1.1 },
  { right: -0.1, down: 0, scale: 1.1 },
  { right: 0, down: 0.1, scale: 1.1 },
  { right: 0, down: -0.1, scale: 1.1 },
];
/**
 * How far landmarks may move: the root of the mean square, in shares of the box. On the reference
 * photos of faces .01 to .03, on large things that look like a face to the detector .04 to .14. Of
 * small faces, landmarks are less exact (up to .1 at 30 pixels), and fewer things are taken for one.
 */
const steady = { large: 0.04, small: 0.1 };

/**
 * Where five points of an upright face lie in the recogniser's square, without the border around it:
 * outer and inner corner of one eye, of the other, and the base of the nose. From dlib's
 * get_face_chip_details, with which the recogniser was trained.
 */
const learnedPoints: readonly Point[] = [
  { x: 0.8595674595992, y: 0.2134981538014 },
  { x: 0.6460604764104, y: 0.2289674387677 },
  { x: 0.1205750620789, y: 0.2137274526848 },
  { x: 0.3340850613712, y: 0.2290642403242 },
  { x: 0.4901123135679, y: 0.6277975316475 },
];
/** The same five among the 68 landmarks. */
const theirLandmarks = [45, 42, 36, 39, 33];
/** The border around them, in shares of their square. */
const border = 0.25;
const facePoints = learnedPoints.map(({ x, y }) => ({
  x: ((x + border) / (1 + 2 * border)) * faceSide,
  y: ((y + border) / (1 + 2 * border)) * faceSide,
}));

/**
 * Uploads all three networks.
 * @returns a function from a picture (its long side at most `pictureSide`) to its faces, the surest
 *   first
 */
export function openFaceFinder(
  tf: typeof TensorFlow,
  files: Record<NetworkName, NetworkFiles>,
): (picture: Picture) => Face[] {
  const detect = openDetector(tf, uploadWeights(tf, files.detector));
  const landmarks = openLandmarks(tf, uploadWeights(tf, files.landmarks));
  const recognise = openRecogniser(tf, uploadWeights(tf, files.recogniser));

  const look = (picture: Picture, square: Similarity, least: number): Region[] =>
    detect(cut(picture, square, detectorSide), least).map((seen) =>
      inPicture(seen, square, detectorSide),
    );

  const candidates = (picture: Picture): Region[] => {
    const longSide = Math.max(picture.width, picture.height);
    const first = look(picture, upright(0, 0, longSide, detectorSide), hint);
    const hints = first.filter((region) => isSmall(region, picture));
    const closer = closerSquares(picture, detectorSide, hints).flatMap(({ square, isWhole }) =>
      look(picture, square, leastScore).filter(isWhole),
    );
    const sure = [...first, ...closer].filter(
      ({ score, left, right }) => score >= leastScore && right - left >= leastWidth,
    );
    return withoutOverlaps(sure);
  };

  /** Where the recogniser's square lies so that it shows the face upright; null if it is no face. */
  const alignment = (picture: Picture, region: Region): Similarity | null => {
    const length = Math.max(region.right - region.left, region.bottom - region.top);
    const middle = {
      x: (region.left + region.right) / 2,
      y: (region.top + region.bottom) / 2,
    };
    const squares = moves.map(({ right, down, scale }) => {
      const side = length * scale;
      const left = middle.x + right * length - side / 2;
      const top = middle.y + down * length - side / 2;
      return { left, top, side };
    });
    const cuts = squares.map(({ left, top, side }) =>
      cut(picture, upright(left, top, side, landmarksSide), landmarksSide),
    );
    const seen = landmarks(joined(cuts), cuts.length).map((points, index) => {
      const { left = 0, top = 0, side = 0 } = squares[index] ?? {};
      return points.map(({ x, y }) => ({ x: left + x * side, y: top + y * side }));
    });
    const { means, spread } = agreement(seen);
    const most = isSmall(region, picture) ? steady.small : steady.large;
    if (!(spread <= most * length)) return null;
    return fit(
      facePoints,
      theirLandmarks.map((index) => means[index] ?? middle),
    );
  };

  return (picture) => {
    const found = candidates(picture).flatMap((region) => {
      const place = alignment(picture, region);
      return place ? [{ region, upright: cut(picture, place, faceSide) }] : [];
    });
    // One at a time: the recogniser gains nothing from more, and photos mostly have few.
    return found.map(({ region, upright }) => ({
      ...sharesOf(region, picture),
      score: region.score,
      vector: normaliseRows(recognise(upright, 1), faceDimensions),
    }));
  };
}

function isSmall({ left, right }: Region, { width, height }: Picture): boolean {
  return right - left < small * Math.max(width, height);
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * The same points as seen several times.
 * @returns the mean of each point, and the root of the mean square of how far they are from it
 */
function agreement(seen: readonly (readonly Point[])[]): { means: Point[]; spread: number } {
  const [first = []] = seen;
  const means = first.map((_, index) =>
    centreOf(seen.map((points) => points[index] ?? { x: NaN, y: NaN })),
  );
  let sum = 0;
  for (const points of seen)
    for (const [index, { x, y }] of points.entries()) {
      const mean = means[index] ?? { x: NaN, y: NaN };
      sum += (x - mean.x) ** 2 + (y - mean.y) ** 2;
    }
  return { means, spread: Math.sqrt(sum / (seen.length * means.length)) };
}

function sharesOf(
  { left, top, right, bottom }: Region,
  { width, height }: Picture,
): Pick<Face, 'x' | 'y' | 'width' | 'height'> {
  const inside = (share: number): number => Math.min(1, Math.max(0, share));
  const x = inside(left / width);
  const y = inside(top / height);
  return { x, y, width: inside(right / width) - x, height: inside(bottom / height) - y };
}

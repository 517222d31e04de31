/**
 * Where the map is looked at from: which place of it is in the middle of the view, and how large one
 * of its units is there. Pure: every movement gives another camera.
 */

/** Places of a map: photo i is at (x[i], y[i]). */
export interface Places {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface Camera {
  /** The place in the middle. */
  readonly x: number;
  readonly y: number;
  /** Pixels for each unit of the map. */
  readonly scale: number;
}

/** Pixels, as the style sheet counts them. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Kept free around the map when all of it is shown. */
const margin = 48;
/** How much nearer and farther than "all of it" one can go. */
const nearest = 400;
const farthest = 0.5;

/** All photos in view. A map of one spot is shown as if it were one unit wide. */
export function wholeMap({ x, y }: Places, view: Size): Camera {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    left = Math.min(left, x[i] ?? 0);
    right = Math.max(right, x[i] ?? 0);
    top = Math.min(top, y[i] ?? 0);
    bottom = Math.max(bottom, y[i] ?? 0);
  }
  if (left > right) return { x: 0, y: 0, scale: 1 };
  const scale = Math.min(
    Math.max(1, view.width - 2 * margin) / Math.max(1, right - left),
    Math.max(1, view.height - 2 * margin) / Math.max(1, bottom - top),
  );
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale };
}

export function toScreen(camera: Camera, view: Size, place: Point): Point {
  return {
    x: (place.x - camera.x) * camera.scale + view.width / 2,
    y: (place.y - camera.y) * camera.scale + view.height / 2,
  };
}

export function toMap(camera: Camera, view: Size, point: Point): Point {
  return {
    x: (point.x - view.width / 2) / camera.scale + camera.x,
    y: (point.y - view.height / 2) / camera.scale + camera.y,
  };
}

/** Moves the map by this many pixels. */
export function panned(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/**
 * Makes the map `factor` times as large, while what is at `point` stays there.
 * @param whole the camera that shows all of it, which the bounds are counted from
 */
export function zoomed(
  camera: Camera,
  view: Size,
  factor: number,
  point: Point,
  whole: Camera,
): Camera {
  const scale = Math.min(
    whole.scale * nearest,
    Math.max(whole.scale * farthest, camera.scale * factor),
  );
  const held = toMap(camera, view, point);
  return {
    x: held.x - (point.x - view.width / 2) / scale,
    y: held.y - (point.y - view.height / 2) / scale,
    scale,
  };
}

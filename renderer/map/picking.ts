/** Which photos of a map are meant: under the pointer, inside a lasso, or next in a direction. */
import { toMap, toScreen, type Camera, type Places, type Point, type Size } from './camera.ts';
import { pictureSide } from './pictures.ts';

/** How near the pointer has to be, in pixels. */
const reach = 10;

/**
 * The photo whose picture is at a point of the view, or else the one whose mark is nearest, as its
 * place in the lists; −1 where none is near.
 * @param pictures photos shown as pictures, the uppermost last
 */
export function photoAt(
  places: Places,
  camera: Camera,
  view: Size,
  point: Point,
  pictures: readonly number[],
): number {
  const { x, y } = toMap(camera, view, point);
  const half = pictureSide / 2 / camera.scale;
  const picture = pictures.findLast(
    (photo) =>
      Math.abs((places.x[photo] ?? NaN) - x) <= half &&
      Math.abs((places.y[photo] ?? NaN) - y) <= half,
  );
  if (picture !== undefined) return picture;
  let nearest = -1;
  let least = (reach / camera.scale) ** 2;
  for (let i = 0; i < places.x.length; i++) {
    const dx = (places.x[i] ?? NaN) - x;
    const dy = (places.y[i] ?? NaN) - y;
    const squared = dx * dx + dy * dy;
    if (squared > least) continue;
    least = squared;
    nearest = i;
  }
  return nearest;
}

/**
 * The photos inside a lasso, which is closed from its end to its beginning; where it crosses itself,
 * what is inside an odd number of times counts.
 * @param lasso points of the view
 * @returns places in the lists, rising
 */
export function photosInside(
  places: Places,
  camera: Camera,
  view: Size,
  lasso: readonly Point[],
): number[] {
  const corners = lasso.map((point) => toMap(camera, view, point));
  const inside: number[] = [];
  for (let i = 0; i < places.x.length; i++)
    if (isInside(corners, places.x[i] ?? NaN, places.y[i] ?? NaN)) inside.push(i);
  return inside;
}

function isInside(corners: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  let before = corners.at(-1);
  for (const corner of corners) {
    if (before && corner.y > y !== before.y > y) {
      const crossing = ((before.x - corner.x) * (y - corner.y)) / (before.y - corner.y) + corner.x;
      if (x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

const ways: Record<Direction, Point> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/**
 * The next photo in a direction: near, and not far off the straight way. −1 where there is none.
 * @param from a place in the lists; −1 takes the photo nearest to the middle of the view
 */
export function nextPhoto(
  places: Places,
  camera: Camera,
  from: number,
  direction: Direction,
): number {
  const start = from === -1 ? camera : { x: places.x[from] ?? 0, y: places.y[from] ?? 0 };
  const way = ways[direction];
  let next = -1;
  let least = Infinity;
  for (let i = 0; i < places.x.length; i++) {
    if (i === from) continue;
    const dx = (places.x[i] ?? NaN) - start.x;
    const dy = (places.y[i] ?? NaN) - start.y;
    const along = dx * way.x + dy * way.y;
    const aside = Math.abs(dx * way.y) + Math.abs(dy * way.x);
    if (from !== -1 && (along <= 0 || aside > 2 * along)) continue;
    const cost = from === -1 ? Math.hypot(dx, dy) : along + 2 * aside;
    if (cost >= least) continue;
    least = cost;
    next = i;
  }
  return next;
}

/** Whether a place of the map is in view, `edge` pixels around it included. */
export function isInView(camera: Camera, view: Size, place: Point, edge = 0): boolean {
  const { x, y } = toScreen(camera, view, place);
  return x >= -edge && y >= -edge && x <= view.width + edge && y <= view.height + edge;
}

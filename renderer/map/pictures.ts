/**
 * Which photos of a map are shown as pictures instead of marks: where few enough are in view, those
 * that do not cover each other, and never more than a bounded number.
 */
import { toScreen, type Camera, type Places, type Size } from './camera.ts';

/** Side of the square that a picture is fitted into, in pixels. */
export const pictureSide = 72;
/** With more photos in view than this there are only marks. */
const mostInView = 320;
const mostPictures = 120;
/** Pictures may cover each other by a little. */
const apart = pictureSide * 0.92;

/**
 * @returns places in the lists, in their order: which one is shown where two would cover each other
 *   does not change while the map is moved
 */
export function shownPictures(places: Places, camera: Camera, view: Size): number[] {
  const inView: { place: number; x: number; y: number }[] = [];
  for (let place = 0; place < places.x.length; place++) {
    const at = { x: places.x[place] ?? NaN, y: places.y[place] ?? NaN };
    const { x, y } = toScreen(camera, view, at);
    if (x < -apart || y < -apart || x > view.width + apart || y > view.height + apart) continue;
    if (inView.length === mostInView) return [];
    inView.push({ place, x, y });
  }
  const shown: typeof inView = [];
  for (const photo of inView) {
    if (shown.length === mostPictures) break;
    const free = shown.every(
      ({ x, y }) => Math.abs(x - photo.x) >= apart || Math.abs(y - photo.y) >= apart,
    );
    if (free) shown.push(photo);
  }
  return shown.map(({ place }) => place);
}

/**
 * Draws a map on a canvas. Every mark is a small picture that is made once, so that twenty thousand
 * of them are copied in a few milliseconds.
 */
import { toScreen, type Camera, type Places, type Point, type Size } from './camera.ts';
import { marks, outline } from './marks.ts';
import { pictureSide } from './pictures.ts';

/** What is to be seen. Numbers of photos are places in the lists. */
export interface Scene {
  places: Places;
  /** The mark of each photo, as a place in `marks`. */
  marks: ArrayLike<number>;
  camera: Camera;
  view: Size;
  /** Photos shown as pictures, as far as these are loaded. */
  pictures: readonly number[];
  pictureOf: (photo: number) => HTMLImageElement | null;
  /** Whether a photo stands out: all do while nothing is selected or looked at more closely. */
  isLit: (photo: number) => boolean;
  selected: ReadonlySet<number>;
  /** The photo under the pointer or the keys, −1 for none. */
  current: number;
  lasso: readonly Point[];
}

/** How strongly what does not stand out is drawn. */
const dim = 0.18;

export class MapPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  /** Marks by their place, of `#radius` and `#density`. */
  #stamps: HTMLCanvasElement[] = [];
  #radius = 0;
  #density = 0;

  /** @throws Error where the browser has no canvas */
  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser has no canvas');
    this.#canvas = canvas;
    this.#context = context;
  }

  /** The colours are others now. */
  forgetColours(): void {
    this.#stamps = [];
  }

  paint(scene: Scene): void {
    const { view, camera, places } = scene;
    const density = window.devicePixelRatio;
    this.#fit(view, density);
    this.#makeStamps(radiusOf(places.x.length), density);
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const pictured = new Set(scene.pictures.filter((photo) => scene.pictureOf(photo) !== null));
    this.#paintMarks(scene, density, pictured);
    context.setTransform(density, 0, 0, density, 0, 0);
    const accent = this.#token('--accent');
    const at = (photo: number): Point =>
      toScreen(camera, view, { x: places.x[photo] ?? NaN, y: places.y[photo] ?? NaN });
    for (const photo of pictured) {
      const picture = scene.pictureOf(photo);
      if (picture === null) continue;
      const colour = this.#token(marks[scene.marks[photo] ?? 0]?.colour ?? '--map-none');
      context.globalAlpha = scene.isLit(photo) ? 1 : dim;
      this.#paintPicture(picture, at(photo), scene.selected.has(photo) ? accent : colour);
    }
    context.globalAlpha = 1;
    if (scene.current !== -1) this.#ring(at(scene.current), this.#radius + 4, accent);
    this.#paintLasso(scene.lasso, accent);
  }

  /** The size of the canvas in the screen's own pixels. */
  #fit({ width, height }: Size, density: number): void {
    const [wide, high] = [Math.round(width * density), Math.round(height * density)];
    if (this.#canvas.width === wide && this.#canvas.height === high) return;
    this.#canvas.width = wide;
    this.#canvas.height = high;
  }

  #paintMarks(scene: Scene, density: number, pictured: ReadonlySet<number>): void {
    const { places, camera, view } = scene;
    const context = this.#context;
    const half = (this.#stamps[0]?.width ?? 0) / 2;
    const scale = camera.scale * density;
    const left = (view.width / 2) * density - camera.x * scale - half;
    const top = (view.height / 2) * density - camera.y * scale - half;
    const [right, bottom] = [view.width * density, view.height * density];
    // What stands out is not covered by what does not.
    for (const lit of [false, true]) {
      context.globalAlpha = lit ? 1 : dim;
      for (let photo = 0; photo < places.x.length; photo++) {
        if (scene.isLit(photo) !== lit) continue;
        const x = (places.x[photo] ?? NaN) * scale + left;
        const y = (places.y[photo] ?? NaN) * scale + top;
        if (x < -2 * half || y < -2 * half || x > right || y > bottom || pictured.has(photo))
          continue;
        const stamp = this.#stamps[scene.marks[photo] ?? 0];
        // Whole pixels: a copy without blending between them is several times as fast.
        if (stamp) context.drawImage(stamp, Math.round(x), Math.round(y));
      }
    }
    context.globalAlpha = 1;
  }

  #paintPicture(picture: HTMLImageElement, { x, y }: Point, edge: string): void {
    const context = this.#context;
    const ratio = picture.naturalWidth / picture.naturalHeight;
    const width = ratio > 1 ? pictureSide : pictureSide * ratio;
    const height = width / ratio;
    context.drawImage(picture, x - width / 2, y - height / 2, width, height);
    context.lineWidth = 2;
    context.strokeStyle = edge;
    context.strokeRect(x - width / 2, y - height / 2, width, height);
  }

  #ring({ x, y }: Point, radius: number, colour: string): void {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }

  #paintLasso(lasso: readonly Point[], colour: string): void {
    const [first, ...others] = lasso;
    if (first === undefined) return;
    const context = this.#context;
    context.beginPath();
    context.moveTo(first.x, first.y);
    for (const { x, y } of others) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = colour;
    context.globalAlpha = 0.12;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.strokeStyle = colour;
    context.stroke();
  }

  #makeStamps(radius: number, density: number): void {
    const known = this.#stamps.length > 0 && this.#radius === radius && this.#density === density;
    if (known) return;
    this.#radius = radius;
    this.#density = density;
    const side = 2 * Math.ceil((radius * 1.25 + 1) * density);
    const ground = this.#token('--ground');
    this.#stamps = marks.map(({ colour, shape }) => {
      const stamp = document.createElement('canvas');
      stamp.width = side;
      stamp.height = side;
      const context = stamp.getContext('2d');
      if (context === null) return stamp;
      context.setTransform(density, 0, 0, density, side / 2, side / 2);
      const path = new Path2D(outline(shape, radius));
      // A thin edge parts marks of one colour that lie over each other.
      context.lineWidth = 0.75;
      context.strokeStyle = ground;
      context.stroke(path);
      context.fillStyle = this.#token(colour);
      context.fill(path, 'evenodd');
      return stamp;
    });
  }

  #token(name: string): string {
    return getComputedStyle(this.#canvas).getPropertyValue(name).trim();
  }
}

/** Smaller marks for more photos, in pixels. */
function radiusOf(photos: number): number {
  if (photos > 8000) return 2.25;
  if (photos > 2000) return 3;
  return photos > 600 ? 3.75 : 4.75;
}

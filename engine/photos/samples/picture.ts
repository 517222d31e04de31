/**
 * The canvas a theme draws on: collects SVG, and turns it into pixels. What makes a drawing look
 * like a photo lives here: depth of field, film grain and a vignette.
 */
import sharp, { type Sharp } from '../sharp.ts';
import type { Random } from '../../random.ts';
import type { Textures } from './textures.ts';

/**
 * A colour of a gradient: just '#rrggbb' if all stand at equal distances, else with its offset 0…1,
 * and its opacity 0…1 (default 1).
 */
export type Stop = string | readonly [offset: number, colour: string, opacity?: number];
export type Point = readonly [x: number, y: number];

/** The short side of every picture, in the units that themes draw in. */
const shortSide = 600;

export class Picture {
  readonly width: number;
  readonly height: number;
  readonly random: Random;
  readonly #pixelsPerUnit: number;
  readonly #textures: Textures;
  /** Finished layers, the farthest first, and how far each is out of focus. */
  readonly #layers: { svg: string; blur: number }[] = [];
  #content = '';
  /** Definitions by id, in order: a later one may refer to an earlier one. */
  readonly #definitions = new Map<string, string>();

  /** `aspect` is width / height; the finished photo has `longSide` pixels on its long side. */
  constructor(random: Random, aspect: number, longSide: number, textures: Textures) {
    this.random = random;
    this.width = aspect >= 1 ? shortSide * aspect : shortSide;
    this.height = aspect >= 1 ? shortSide : shortSide / aspect;
    this.#pixelsPerUnit = longSide / Math.max(this.width, this.height);
    this.#textures = textures;
  }

  /** Draws SVG elements over what is there. */
  add(...elements: string[]): void {
    this.#content += elements.join('') + '\n';
  }

  /** Puts a definition into the picture; `make` is given its id. Returns what refers to it. */
  define(make: (id: string) => string): string {
    const id = `d${this.#definitions.size}`;
    this.#definitions.set(id, make(id));
    return `url(#${id})`;
  }

  /** Something to draw many times. Returns the element that draws it, about (0, 0). */
  symbol(content: string): string {
    const reference = this.define((id) => `<g id="${id}">${content}</g>`);
    return `<use href="${reference.slice(4, -1)}"/>`;
  }

  /** A fill that runs across a shape at `angle` degrees: 0 left to right, 90 top to bottom. */
  linear(stops: readonly Stop[], angle = 90): string {
    const turn = `rotate(${angle} .5 .5)`;
    return this.define(
      (id) =>
        `<linearGradient id="${id}" gradientTransform="${turn}">${stopElements(stops)}</linearGradient>`,
    );
  }

  /** A fill that runs outwards from (cx, cy), given as shares of the shape's box. */
  radial(stops: readonly Stop[], cx = 0.5, cy = 0.5, radius = 0.5): string {
    return this.define(
      (id) =>
        `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${radius}">${stopElements(stops)}</radialGradient>`,
    );
  }

  /** A fill of noise, to lay over a shape: `scale` in x and y, strength 0…1. */
  texture(name: keyof Textures, scaleX: number, scaleY: number, strength: number): string {
    const { size, address } = this.#textures[name];
    // Two habits of librsvg: a tile that begins or ends between two pixels takes ten times as
    // long, and one that is larger than the picture is cut off.
    const snap = (units: number): number =>
      Math.max(1, Math.round(units * this.#pixelsPerUnit)) / this.#pixelsPerUnit;
    const cellWidth = snap(Math.min(size * scaleX, this.width));
    const cellHeight = snap(Math.min(size * scaleY, this.height));
    const [x, y] = [
      snap(this.random.between(0, cellWidth)),
      snap(this.random.between(0, cellHeight)),
    ];
    const transform = `translate(${x} ${y}) scale(${cellWidth / size} ${cellHeight / size})`;
    return this.define(
      (id) =>
        `<pattern id="${id}" patternUnits="userSpaceOnUse" width="${size}" height="${size}" patternTransform="${transform}"><image href="${address}" width="${size}" height="${size}" opacity="${n(strength)}"/></pattern>`,
    );
  }

  /** A filter that blurs by `radius` units. Only for small things: it costs time by area. */
  blur(radius: number): string {
    return this.define(
      (id) =>
        `<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${n(radius)}"/></filter>`,
    );
  }

  /** Keeps what is drawn with clip-path="…" inside the given shapes. */
  clip(shapes: string): string {
    return this.define((id) => `<clipPath id="${id}">${shapes}</clipPath>`);
  }

  /** Covers the whole picture with a fill. */
  cover(fill: string, opacity = 1): void {
    this.add(rect(-10, -10, this.width + 20, this.height + 20, fill, opacity));
  }

  /** Colours everything drawn so far, as a light of that colour does; strength 0…1. */
  tint(colour: string, strength: number): void {
    const softly = 'style="mix-blend-mode:soft-light"';
    this.add(rect(-10, -10, this.width + 20, this.height + 20, colour, strength, softly));
  }

  /** Everything drawn so far is out of focus, by `blur` units; what follows is nearer. */
  defocus(blur: number): void {
    this.#layers.push({ svg: this.#content, blur });
    this.#content = '';
  }

  /**
   * The finished photo, to be written in any format. Call it once, last.
   * An out-of-focus layer is drawn with few pixels and enlarged, which makes it cheap.
   */
  async develop(): Promise<Sharp> {
    let behind = '';
    for (const { svg, blur } of this.#layers) {
      const scale = Math.min(this.#pixelsPerUnit, 2.5 / blur);
      const pixels = await sharp(this.#document(behind + svg, scale))
        .blur(Math.max(0.5, blur * scale))
        .png({ compressionLevel: 1 })
        .toBuffer();
      const address = `data:image/png;base64,${pixels.toString('base64')}`;
      behind = `<image href="${address}" width="${n(this.width)}" height="${n(this.height)}" preserveAspectRatio="none"/>`;
    }
    this.#finish();
    return sharp(this.#document(behind + this.#content, this.#pixelsPerUnit)).flatten();
  }

  /** What a camera adds: darker corners, and grain. */
  #finish(): void {
    const corner = this.random.between(0.1, 0.4);
    this.cover(
      this.radial(
        [
          [0.5, '#000000', 0],
          [1, '#080410', corner],
        ],
        0.5,
        0.5,
        0.75,
      ),
    );
    const pixel = 1 / this.#pixelsPerUnit;
    this.cover(this.texture('grain', pixel, pixel, this.random.between(0.03, 0.1)));
  }

  /** `content`, and the definitions it needs, as an SVG file of `scale` pixels a unit. */
  #document(content: string, scale: number): Buffer {
    for (const [id, definition] of [...this.#definitions].reverse()) {
      if (content.includes(`#${id})`) || content.includes(`#${id}"`))
        content = `<defs>${definition}</defs>${content}`;
    }
    const [width, height] = [this.width, this.height].map((side) => Math.round(side * scale));
    return Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${n(this.width)} ${n(this.height)}" preserveAspectRatio="none">${content}</svg>`,
    );
  }
}

function stopElements(stops: readonly Stop[]): string {
  return stops
    .map((stop, i) => {
      const [offset, colour, opacity = 1] =
        typeof stop === 'string' ? [i / (stops.length - 1), stop] : stop;
      return `<stop offset="${n(offset)}" stop-color="${colour}" stop-opacity="${n(opacity)}"/>`;
    })
    .join('');
}

/** A number as SVG wants it: short. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

// The shapes: `fill` and `colour` are '#rrggbb' or what a fill of Picture returned. They carry their
// opacity as fill-opacity and stroke-opacity, for which librsvg needs no layer of its own.

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  opacity = 1,
  attributes = '',
): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(0, width))}" height="${n(Math.max(0, height))}" ${filled(fill, opacity)} ${attributes}/>`;
}

export function ellipse(
  x: number,
  y: number,
  radiusX: number,
  radiusY: number,
  fill: string,
  opacity = 1,
): string {
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(radiusX)}" ry="${n(radiusY)}" ${filled(fill, opacity)}/>`;
}

/** An empty circle. */
export function ring(
  x: number,
  y: number,
  radius: number,
  colour: string,
  lineWidth: number,
): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="none" stroke="${colour}" stroke-width="${n(lineWidth)}"/>`;
}

/** A closed shape from SVG path data. */
export function shape(data: string, fill: string, opacity = 1, attributes = ''): string {
  return `<path d="${data}" ${filled(fill, opacity)} ${attributes}/>`;
}

/** An open line from SVG path data. */
export function line(data: string, colour: string, width: number, opacity = 1): string {
  return `<path d="${data}" fill="none" stroke="${colour}" stroke-width="${n(width)}" stroke-opacity="${n(opacity)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function filled(fill: string, opacity: number): string {
  return opacity === 1 ? `fill="${fill}"` : `fill="${fill}" fill-opacity="${n(opacity)}"`;
}

/** Path data through points, straight from each to the next. */
export function polyline(points: readonly Point[]): string {
  return 'M' + points.map(([x, y]) => `${n(x)} ${n(y)}`).join('L');
}

/** Elements moved to (x, y), scaled and turned by `angle` degrees about there. */
export function placed(
  x: number,
  y: number,
  scale: number,
  content: string,
  angle = 0,
  attributes = '',
): string {
  return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(angle)}) scale(${scale.toFixed(4)})" ${attributes}>${content}</g>`;
}

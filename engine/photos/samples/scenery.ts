/** Pieces that several themes share: daylight, sky, clouds, ridges, water, soft lights. */
import { mix, lighter } from './colour.ts';
import { n, ellipse, polyline, rect, shape, type Picture, type Point } from './picture.ts';
import type { Random } from '../../random.ts';

/** The light of a time of day. */
export interface Light {
  /** Sky colours from the zenith to the horizon. */
  readonly sky: readonly [string, string, string];
  /** What far things fade into. */
  readonly haze: string;
  readonly sun: string;
  /** The colour that everything in the open takes on, and how much of it, 0…1. */
  readonly tint: string;
  readonly tintStrength: number;
  /** How much of the sky clouds cover, 0…1, and their colour. */
  readonly clouds: number;
}

const lights = {
  day: {
    sky: ['#2f6fb7', '#6aa6dc', '#c3dff0'],
    haze: '#bcd6e8',
    sun: '#fffbe8',
    tint: '#fff6dd',
    tintStrength: 0.05,
    clouds: 0.9,
  },
  morning: {
    sky: ['#6f9cc9', '#b5cde0', '#f6e3c8'],
    haze: '#e6dccb',
    sun: '#fff3cf',
    tint: '#ffe2b0',
    tintStrength: 0.14,
    clouds: 0.6,
  },
  golden: {
    sky: ['#4a6c9c', '#d9a878', '#ffd08a'],
    haze: '#f0b67c',
    sun: '#fff0c0',
    tint: '#ff9a3c',
    tintStrength: 0.22,
    clouds: 0.7,
  },
  dusk: {
    sky: ['#33436f', '#8b7796', '#f0b08c'],
    haze: '#b58f98',
    sun: '#ffc9a0',
    tint: '#5a4a80',
    tintStrength: 0.3,
    clouds: 0.6,
  },
  overcast: {
    sky: ['#8d9aa6', '#aeb8c0', '#d3d8da'],
    haze: '#c6cdd1',
    sun: '#eef0f0',
    tint: '#8fa0ad',
    tintStrength: 0.18,
    clouds: 1,
  },
} as const satisfies Record<string, Light>;

type LightName = keyof typeof lights;

/** One of the lights, its colours moved a little. */
export function chooseLight(
  random: Random,
  names: readonly [LightName, ...LightName[]] = [
    'day',
    'day',
    'morning',
    'golden',
    'dusk',
    'overcast',
  ],
): Light {
  const light: Light = lights[random.pick(names)];
  const drift = random.pick(['#2060c0', '#c08040', '#7050a0', '#408080'] as const);
  const amount = random.between(0, 0.14);
  const move = (colour: string): string => mix(colour, drift, amount);
  const [top, middle, low] = light.sky;
  return { ...light, sky: [move(top), move(middle), move(low)], haze: move(light.haze) };
}

/** The sky down to `horizon`, with clouds and, if `sunAt` is given, the sun. */
export function sky(picture: Picture, light: Light, horizon: number, sunAt?: Point): void {
  const { random, width } = picture;
  const [top, middle, low] = light.sky;
  const fill = picture.linear([
    [0, top],
    [0.55, middle],
    [1, low],
  ]);
  picture.add(rect(-10, -10, width + 20, horizon + 20, fill));
  if (sunAt) glow(picture, sunAt, random.between(260, 420), light.sun, 0.9);
  const stretch = random.between(1.8, 3.4);
  const clouds = picture.texture(
    'clouds',
    stretch,
    stretch * random.between(0.3, 0.55),
    light.clouds * random.between(0.25, 0.95),
  );
  picture.add(rect(-10, -10, width + 20, horizon + 20, clouds));
  // Clouds dissolve towards the horizon.
  const veil = picture.linear([
    [0.45, low, 0],
    [1, low, 0.85],
  ]);
  picture.add(rect(-10, -10, width + 20, horizon + 20, veil));
  if (sunAt) glow(picture, sunAt, random.between(50, 90), '#ffffff', 1);
}

/** A soft round light. */
export function glow(
  picture: Picture,
  at: Point,
  radius: number,
  colour: string,
  opacity: number,
): void {
  const fill = picture.radial([
    [0, lighter(colour, 0.5), opacity],
    [0.25, colour, opacity * 0.6],
    [0.6, colour, opacity * 0.15],
    [1, colour, 0],
  ]);
  picture.add(ellipse(at[0], at[1], radius, radius, fill));
}

/** Gives everything drawn so far the colour of the light. */
export function tint(picture: Picture, light: Light): void {
  picture.tint(light.tint, light.tintStrength * 1.4);
}

/**
 * The outline of hills from the left edge to the right: about `y`, up to `rise` higher or lower.
 * `roughness` 0.3 gives dunes, 0.6 mountains. By midpoint displacement (Fournier, Fussell and
 * Carpenter 1982).
 */
export function ridge(
  picture: Picture,
  y: number,
  rise: number,
  roughness: number,
  steps = 7,
): Point[] {
  const { random, width } = picture;
  let heights = [random.between(-1, 1), random.between(-1, 1), random.between(-1, 1)];
  let reach = 0.8;
  for (let step = 0; step < steps; step++) {
    heights = heights.flatMap((height, i) => {
      const next = heights[i + 1];
      if (next === undefined) return [height];
      return [height, (height + next) / 2 + random.between(-reach, reach)];
    });
    reach *= roughness;
  }
  const last = heights.length - 1;
  return heights.map((height, i): Point => [-10 + ((width + 20) * i) / last, y - height * rise]);
}

/** Path data for everything below an outline. */
export function below(outline: readonly Point[], bottom: number): string {
  const first = outline[0] ?? [0, bottom];
  const last = outline.at(-1) ?? [0, bottom];
  return `${polyline(outline)}L${n(last[0])} ${n(bottom)}L${n(first[0])} ${n(bottom)}Z`;
}

/** Hills or mountains: coloured by height, with a surface of strength `rock`, 0…1. */
export function range(
  picture: Picture,
  outline: readonly Point[],
  bottom: number,
  top: string,
  foot: string,
  rock: number,
): void {
  const data = below(outline, bottom);
  const fill = picture.linear([top, foot]);
  picture.add(shape(data, fill));
  if (rock > 0) picture.add(shape(data, picture.texture('relief', 0.9, 0.9, rock)));
}

/** Snow on a ridge: what lies above `snowLine`, with a ragged lower edge. */
export function snowCap(random: Random, outline: readonly Point[], snowLine: number): string {
  let reach = 0.5;
  const edge = outline
    .filter((_, i) => i % 2 === 0)
    .map(([x, y]): Point => {
      reach = Math.min(0.8, Math.max(0.25, reach + random.between(-0.35, 0.35)));
      return [x, y + Math.max(0, snowLine - y) * reach];
    });
  return `${polyline([...outline, ...edge.reverse()])}Z`;
}

/** The sides of mountains that turn from the light: from each peak of an outline down to `bottom`. */
export function shadedSides(random: Random, outline: readonly Point[], bottom: number): string {
  let data = '';
  for (let i = 6; i < outline.length - 6; i++) {
    const peak = outline[i];
    if (!peak || outline.slice(i - 6, i + 7).some(([, y]) => y < peak[1])) continue;
    const side: Point[] = [peak];
    for (let j = i + 1; j < outline.length; j++) {
      const [before, next] = [outline[j - 1], outline[j]];
      if (!before || !next || next[1] < before[1] - 5) break;
      side.push(next);
    }
    const [endX, endY] = side.at(-1) ?? peak;
    const foot = Math.min(bottom, Math.max(endY, peak[1] + (endX - peak[0]) * 1.4));
    const crest: Point[] = [];
    for (let share = 1; share > 0.05; share -= 0.12) {
      const lean = peak[0] + (endX - peak[0]) * 0.25 * share;
      crest.push([lean + random.between(-9, 9) * share, peak[1] + (foot - peak[1]) * share]);
    }
    data += `${polyline([...side, ...crest])}Z`;
  }
  return data;
}

/** Water from `top` to `bottom`: darker towards the viewer, with ripples that grow. */
export function water(
  picture: Picture,
  top: number,
  bottom: number,
  far: string,
  near: string,
  opacity = 1,
): void {
  const { width } = picture;
  const depth = bottom - top;
  const fill = picture.linear([
    [0, far, opacity],
    [1, near, opacity],
  ]);
  picture.add(rect(-10, top, width + 20, depth + 10, fill));
  for (const [share, scale, strength] of [
    [0, 0.16, 0.5],
    [0.3, 0.3, 0.4],
  ] as const) {
    const ripples = picture.texture('ripples', scale * 8, scale, strength);
    picture.add(rect(-10, top + depth * share, width + 20, depth * (1 - share) + 10, ripples));
  }
}

/** The path of light that a low sun or moon lays on water. */
export function glitter(
  picture: Picture,
  x: number,
  top: number,
  bottom: number,
  colour: string,
): void {
  const { random } = picture;
  const strokes = random.times(90, () => {
    const share = random.next() ** 1.3;
    const y = top + (bottom - top) * share;
    const spread = 16 + 110 * share;
    const long = random.between(4, 14) * (0.5 + 2.2 * share);
    return ellipse(
      x + (random.next() + random.next() - 1) * spread,
      y,
      long,
      0.7 + 2 * share,
      colour,
      random.between(0.25, 0.85),
    );
  });
  picture.add(...strokes);
}

/** A fir as path data about (0, 0) at its foot, 100 units high. */
export function fir(random: Random): string {
  const tiers = 7;
  const edge = (sign: number): Point[] =>
    random
      .times(tiers, (tier): Point[] => {
        const share = (tier + 1) / tiers;
        const reach = sign * share * random.between(17, 25);
        const y = -100 + share * 91;
        return [
          [reach, y],
          [reach * 0.45, y - 4],
        ];
      })
      .flat();
  const trunk: Point[] = [
    [2, -9],
    [2, 0],
    [-2, 0],
    [-2, -9],
  ];
  return polyline([[0, -100], ...edge(1), ...trunk, ...edge(-1).reverse()]) + 'Z';
}

/** Round lights out of focus, within the picture above `bottom`. */
export function bokeh(
  picture: Picture,
  colours: readonly [string, ...string[]],
  count: number,
  bottom: number,
): void {
  const { random, width } = picture;
  picture.add(
    ...random.times(count, () => {
      const radius = random.between(18, 70);
      return ellipse(
        random.between(0, width),
        random.between(0, bottom),
        radius,
        radius,
        random.pick(colours),
        random.between(0.12, 0.5),
      );
    }),
  );
}

/** A soft shadow on the ground, centred at (x, y). */
export function shadow(
  picture: Picture,
  x: number,
  y: number,
  radiusX: number,
  radiusY: number,
  strength = 0.5,
): void {
  const fill = picture.radial([
    [0, '#000000', strength],
    [0.5, '#000000', strength * 0.7],
    [1, '#000000', 0],
  ]);
  picture.add(ellipse(x, y, radiusX, radiusY, fill));
}

/** Saguaro cacti among dunes, with table mountains behind. */
import { darker, lighter, mix } from '../colour.ts';
import {
  ellipse,
  line,
  n,
  placed,
  polyline,
  rect,
  shape,
  type Picture,
  type Point,
} from '../picture.ts';
import { below, chooseLight, range, ridge, shadow, sky, tint } from '../scenery.ts';

export function desert(picture: Picture): void {
  const { random, width, height } = picture;
  const light = {
    ...chooseLight(random, ['day', 'day', 'golden', 'dusk', 'morning']),
    clouds: 0.35,
  };
  const horizon = height * random.between(0.4, 0.62);
  const sunX = random.between(0.1, 0.9) * width;
  sky(
    picture,
    light,
    horizon,
    random.chance(0.6) ? [sunX, horizon * random.between(0.3, 0.85)] : undefined,
  );
  const sand = random.pick(['#d9a566', '#cf8f55', '#e0b780', '#c97f4e']);
  picture.add(rect(-10, horizon - 2, width + 20, height, mix(sand, light.haze, 0.55)));
  mesas(picture, horizon, mix('#9a5a44', light.haze, 0.5));
  const dunes = random.integer(3, 5);
  for (let i = 0; i < dunes; i++) {
    const depth = (i + 1) / dunes;
    const y = horizon + (height - horizon) * (depth ** 1.4 * 0.75) - 4;
    dune(picture, y, 14 + 34 * depth, mix(sand, light.haze, 0.45 * (1 - depth)), i >= dunes - 2);
    if (i < dunes - 1) {
      for (let k = random.integer(1, 4); k > 0; k--)
        cactus(
          picture,
          random.between(0, width),
          y + 18 * depth,
          0.16 + 0.3 * depth,
          mix('#4a6a3c', light.haze, 0.5 * (1 - depth)),
        );
    }
  }
  const scale = random.between(0.85, 1.5);
  cactus(
    picture,
    width * random.between(0.2, 0.8),
    height * random.between(0.86, 0.98),
    scale,
    random.pick(['#456b3a', '#527446', '#3f6048']),
  );
  for (let i = random.integer(3, 8); i > 0; i--)
    stone(picture, random.between(0, width), height * random.between(0.84, 1), sand);
  tint(picture, light);
}

/** Flat-topped mountains that stand on the horizon. */
function mesas(picture: Picture, horizon: number, colour: string): void {
  const { random, width } = picture;
  for (let i = random.integer(1, 4); i > 0; i--) {
    const [x, half, tall] = [
      random.between(0, width),
      random.between(40, 150),
      random.between(30, 110),
    ];
    const points: Point[] = [
      [x - half - 40, horizon + 5],
      [x - half, horizon - tall * 0.55],
      [x - half * 0.9, horizon - tall],
    ];
    for (let share = -0.8; share < 0.9; share += 0.12)
      points.push([x + half * share, horizon - tall + random.between(-3, 3)]);
    points.push(
      [x + half * 0.92, horizon - tall * 0.97],
      [x + half, horizon - tall * 0.5],
      [x + half + 50, horizon + 5],
    );
    const data = `${polyline(points)}Z`;
    picture.add(
      shape(
        data,
        picture.linear([lighter(colour, 0.1), darker(colour, 0.12)], random.pick([0, 180])),
      ),
    );
    picture.add(shape(data, picture.texture('ripples', 2.5, 0.25, 0.3)));
  }
}

/** A dune: a soft ridge with a lit and a shaded side, and ripples of wind. */
function dune(picture: Picture, y: number, rise: number, sand: string, near: boolean): void {
  const { random, height } = picture;
  const outline = ridge(picture, y, rise, 0.28, 5);
  range(picture, outline, height + 10, lighter(sand, 0.12), darker(sand, 0.3), near ? 0.1 : 0);
  if (near)
    picture.add(shape(below(outline, height + 10), picture.texture('ripples', 1.6, 0.35, 0.35)));
  const crest = random.integer(4, outline.length - 9);
  const side = outline.slice(crest, crest + random.integer(5, outline.length - crest));
  const [x, top] = side[0] ?? [0, y];
  const [endX, endY] = side.at(-1) ?? [0, y];
  picture.add(
    shape(
      `${polyline(side)}Q${n((x + endX) / 2)} ${n(endY + rise * 1.6)} ${n(x - 60)} ${n(top + rise * 2.4)}Q${n(x + 30)} ${n(top + rise)} ${n(x)} ${n(top)}Z`,
      '#3a1c18',
      0.25,
    ),
  );
}

/** A saguaro that stands on (x, y); at scale 1 it is about 300 units high. */
function cactus(picture: Picture, x: number, y: number, scale: number, green: string): void {
  const { random } = picture;
  const tall = random.between(220, 320);
  const thick = random.between(40, 54);
  const limbs: [data: string, wide: number][] = [[`M0 0V${n(-tall)}`, thick]];
  for (const sign of [1, -1]) {
    if (random.chance(0.2)) continue;
    const [from, reach, up] = [
      random.between(0.3, 0.62) * tall,
      random.between(58, 90),
      random.between(60, 130),
    ];
    const data = `M0 ${n(-from)}H${n(sign * (reach - 22))}Q${n(sign * reach)} ${n(-from)} ${n(sign * reach)} ${n(-from - 26)}V${n(-from - up)}`;
    limbs.push([data, thick * random.between(0.6, 0.75)]);
  }
  const side = random.pick([-1, 1]);
  // Each limb is strokes in strokes, shifted towards the light: its dark edge, its body, its ribs.
  const [edge, rib] = [darker(green, 0.5), darker(green, 0.38)];
  const strokes = [
    [edge, 1, 0],
    [green, 0.74, -0.12],
    [lighter(green, 0.16), 0.34, -0.2],
    [lighter(green, 0.34), 0.1, -0.27],
    [rib, 0.045, -0.12],
    [rib, 0.045, 0.02],
    [rib, 0.045, 0.15],
    [edge, 0.05, 0.28],
  ] as const;
  const drawn = limbs.map(([data, wide]) =>
    strokes
      .map(([colour, share, shift]) =>
        placed(shift * wide * side, 0, 1, line(data, colour, wide * share)),
      )
      .join(''),
  );
  shadow(picture, x + 90 * scale * side, y + 6 * scale, 170 * scale, 20 * scale, 0.6);
  picture.add(placed(x, y, scale, drawn.reverse().join('')));
  shadow(picture, x, y + thick * 0.4 * scale, thick * scale, 12 * scale, 0.7);
}

function stone(picture: Picture, x: number, y: number, sand: string): void {
  const { random } = picture;
  const size = random.between(5, 20);
  shadow(picture, x + size * 0.4, y + size * 0.4, size * 1.8, size * 0.5);
  picture.add(
    ellipse(x, y, size, size * 0.65, picture.linear([lighter(sand, 0.2), darker(sand, 0.55)])),
  );
}

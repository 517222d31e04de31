/** Fruit in a bowl, as in a still life. */
import { darker, hsl, lighter, mix } from '../colour.ts';
import { ellipse, line, n, placed, rect, shape, type Picture } from '../picture.ts';
import { glow, shadow } from '../scenery.ts';

type Fruit = (picture: Picture) => string;
const fruits: readonly [Fruit, ...Fruit[]] = [apple, apple, orange, orange, lemon, pear, plum];

export function fruitBowl(picture: Picture): void {
  const { random, width, height } = picture;
  const wall = random.pick(['#5a4a3e', '#3c4444', '#8a8a80', '#b9a58a', '#4f3a3a', '#6f7f86']);
  picture.cover(picture.linear([lighter(wall, 0.2), darker(wall, 0.55)], random.between(20, 160)));
  picture.cover(picture.texture('patches', 2.2, 2.2, 0.16));
  glow(
    picture,
    [random.between(0.1, 0.9) * width, height * 0.2],
    width * 0.55,
    lighter(wall, 0.4),
    0.6,
  );
  const edge = height * random.between(0.56, 0.7);
  const cloth = random.pick(['#e8e0d0', '#7a5230', '#8a3a34', '#34506a', '#a8865a', '#d9cdb8']);
  picture.add(rect(-10, edge, width + 20, height, picture.linear([cloth, darker(cloth, 0.45)])));
  picture.add(rect(-10, edge, width + 20, height, picture.texture('ripples', 4, 0.4, 0.3)));
  picture.add(
    rect(
      -10,
      edge - 4,
      width + 20,
      16,
      picture.linear([
        [0, '#000000', 0],
        [0.5, '#000000', 0.45],
        [1, '#000000', 0],
      ]),
    ),
  );
  picture.defocus(random.between(2, 4));

  const scale = random.between(0.85, 1.3);
  const x = width * random.between(0.4, 0.6);
  const y = Math.min(height * random.between(0.8, 0.9), edge + 190);
  bowl(picture, x, y, scale);
  for (let i = random.integer(0, 4); i > 0; i--) {
    const at = x + random.pick([-1, 1]) * random.between(230, 330) * scale;
    loose(picture, at, y + random.between(-10, 30) * scale, scale);
  }
  picture.cover(
    picture.linear(
      [
        [0, '#fff0cc', 0.28],
        [0.5, '#fff0cc', 0],
        [1, '#0a0510', 0.35],
      ],
      random.pick([0, 180, 30, 150]),
    ),
  );
}

/** The bowl on (x, y), filled; at scale 1 it is 430 units wide. */
function bowl(picture: Picture, x: number, y: number, scale: number): void {
  const { random } = picture;
  const glaze = random.pick(['#e9e4d8', '#2c4a6a', '#7a4a2a', '#3f5a4c', '#b8b8b4', '#c98a4a']);
  shadow(picture, x, y + 4, 270 * scale, 40 * scale, 0.85);
  const body = 'M-214 -130C-206 -40 -130 0 -76 4H76C130 0 206 -40 214 -130Z';
  const round = picture.linear(
    [
      [0, darker(glaze, 0.5)],
      [0.25, lighter(glaze, 0.25)],
      [0.55, glaze],
      [1, darker(glaze, 0.6)],
    ],
    random.pick([0, 180]),
  );
  // The back rows first; each row: how many fruits, and how high they lie.
  const rows = [
    [4, -176],
    [5, -126],
    [random.integer(2, 4), -196],
    [random.integer(0, 2), -252],
  ] as const;
  const heap = rows.flatMap(([count, height]) =>
    random.times(count, (i) => {
      const across = (i - (count - 1) / 2) * 84 + random.between(-10, 10);
      const fruit = random.pick(fruits)(picture);
      return placed(
        across,
        height + random.between(-8, 8),
        random.between(0.9, 1.08),
        fruit,
        random.between(-30, 30),
      );
    }),
  );
  const grapes = random.chance(0.5)
    ? placed(random.pick([-130, 130]), -128, 1, bunch(picture))
    : '';
  const stripe = random.chance(0.5)
    ? line('M-206 -98Q0 -62 206 -98', lighter(glaze, 0.5), random.between(3, 12), 0.7)
    : '';
  picture.add(
    placed(
      x,
      y,
      scale,
      ellipse(0, -130, 214, 46, darker(glaze, 0.6)) +
        ellipse(0, 4, 84, 11, darker(glaze, 0.5)) +
        heap.join('') +
        shape(
          'M-214 -130C-206 -40 -130 0 -76 4H76C130 0 206 -40 214 -130Q120 -84 0 -84Q-120 -84 -214 -130Z',
          round,
        ) +
        line('M-214 -130Q-120 -84 0 -84Q120 -84 214 -130', lighter(glaze, 0.35), 5) +
        `<g clip-path="${picture.clip(shape(body, '#000'))}">${stripe}</g>` +
        grapes,
    ),
  );
}

/** A fruit that lies beside the bowl. */
function loose(picture: Picture, x: number, y: number, scale: number): void {
  shadow(picture, x, y + 40 * scale, 66 * scale, 16 * scale, 0.8);
  picture.add(
    placed(x, y, scale, picture.random.pick(fruits)(picture), picture.random.between(-40, 40)),
  );
}

/** A fill that makes a ball of a disc. */
function ball(picture: Picture, colour: string): string {
  return picture.radial(
    [
      [0, lighter(colour, 0.55)],
      [0.25, lighter(colour, 0.12)],
      [0.7, darker(colour, 0.12)],
      [1, darker(colour, 0.62)],
    ],
    0.36,
    0.3,
    0.75,
  );
}

function apple(picture: Picture): string {
  const { random } = picture;
  const skin = random.pick(['#c2202a', '#a8182a', '#d8442c', '#86b03a', '#d9b23a']);
  const blush = random.times(12, () =>
    line(
      `M${n(random.between(-34, 34))} -30q${n(random.between(-8, 8))} 30 0 ${n(random.between(40, 60))}`,
      mix(skin, '#ffd060', 0.6),
      2,
      0.35,
    ),
  );
  return (
    shape(
      'M0 -38C26 -56 56 -34 52 4C50 36 24 52 0 46C-24 52 -50 36 -52 4C-56 -34 -26 -56 0 -38Z',
      ball(picture, skin),
    ) +
    blush.join('') +
    ellipse(0, -37, 15, 5, '#000000', 0.35) +
    line('M0 -36q2 -18 10 -26', '#4a2e18', 4) +
    (random.chance(0.4) ? shape('M8 -56q22 -20 40 -6q-20 16 -40 6z', '#5a8a34') : '')
  );
}

function orange(picture: Picture): string {
  const { random } = picture;
  const peel = mix('#f08a1c', '#f8b030', random.next());
  const pores = random.times(30, () =>
    ellipse(random.between(-36, 36), random.between(-36, 36), 1.3, 1.3, darker(peel, 0.3), 0.5),
  );
  return (
    ellipse(0, 0, 52, 50, ball(picture, peel)) + pores.join('') + ellipse(4, -34, 4.5, 3, '#5a6a2a')
  );
}

function lemon(picture: Picture): string {
  return shape(
    'M-66 0C-58 -10 -52 -12 -46 -20C-24 -46 24 -46 46 -20C52 -12 58 -10 66 0C58 10 52 12 46 20C24 46 -24 46 -46 20C-52 12 -58 10 -66 0Z',
    ball(picture, mix('#f3cf24', '#e6d83a', picture.random.next())),
  );
}

function pear(picture: Picture): string {
  const skin = picture.random.pick(['#b9b93a', '#d3bb48', '#9aa83a', '#c98a3a']);
  return (
    shape(
      'M-4 -78C18 -80 22 -46 36 -22C58 10 44 52 0 52C-44 52 -58 10 -36 -22C-22 -46 -24 -76 -4 -78Z',
      ball(picture, skin),
    ) + line('M-2 -76q2 -14 12 -22', '#4a3018', 4)
  );
}

function plum(picture: Picture): string {
  const skin = picture.random.pick(['#3a2050', '#5a1c3c', '#2c2a5a']);
  return (
    ellipse(0, 4, 42, 44, ball(picture, skin)) + line('M0 -38q8 30 0 76', darker(skin, 0.5), 2, 0.6)
  );
}

/** Grapes that hang over the rim. */
function bunch(picture: Picture): string {
  const { random } = picture;
  const berry = ball(
    picture,
    random.chance(0.5)
      ? hsl(random.between(70, 85), 0.5, 0.5)
      : hsl(random.between(280, 330), 0.45, 0.25),
  );
  return random
    .times(24, (i) => ellipse(random.between(-1, 1) * (40 - i * 1.2), i * 4 - 20, 16, 16, berry))
    .join('');
}

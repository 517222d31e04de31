/** A cup of tea or coffee on a wooden table. */
import { darker, hsl, lighter } from '../colour.ts';
import { ellipse, line, n, placed, rect, shape, type Picture } from '../picture.ts';
import { bokeh, glow, shadow } from '../scenery.ts';

const rooms = [
  { wall: '#c9b79a', lights: ['#ffe2ae', '#fff4dc', '#e8c48a'] },
  { wall: '#3b3230', lights: ['#ffb45e', '#ffd79a', '#d9743a'] },
  { wall: '#8fa38a', lights: ['#e9f4c9', '#cfe0a4', '#fdfbe6'] },
  { wall: '#93a7b8', lights: ['#f2f7fb', '#cfdfec', '#ffe9cc'] },
] as const;

export function teaCup(picture: Picture): void {
  const { random, width, height } = picture;
  const room = random.pick(rooms);
  const edge = height * random.between(0.36, 0.56);
  picture.cover(
    picture.linear(
      [
        [0, lighter(room.wall, 0.15)],
        [0.6, darker(room.wall, 0.25)],
        [1, darker(room.wall, 0.5)],
      ],
      random.between(60, 120),
    ),
  );
  bokeh(picture, room.lights, random.integer(10, 26), edge);
  const wood = random.pick(['#8a5a34', '#6a4228', '#a87a4c', '#c4a27a', '#4a3428']);
  table(picture, edge, wood);
  picture.defocus(random.between(5, 9));

  table(picture, edge + (height - edge) * 0.22, wood, true);
  const x = width * random.between(0.36, 0.64);
  const scale = random.between(0.85, 1.35);
  const y = Math.max(edge + 150 * scale, height * random.between(0.64, 0.78));
  const glaze = random.pick([
    '#f4f1ea',
    '#f4f1ea',
    '#2f4a63',
    '#8c3b32',
    '#5d7a66',
    '#e0b04a',
    hsl(random.between(0, 360), 0.35, 0.6),
  ]);
  cup(
    picture,
    x,
    y,
    scale,
    glaze,
    random.pick(['#3a1e0f', '#5a2a12', '#8a3f14', '#a8702c', '#7a8a3a']),
  );
  if (random.chance(0.55))
    biscuits(
      picture,
      x + random.pick([-1, 1]) * random.between(250, 310) * scale,
      y + random.between(20, 60),
      scale,
    );
  if (random.chance(0.8)) steam(picture, x, y - 150 * scale, scale);
  glow(picture, [width * random.pick([0, 1]), 0], width * 0.7, room.lights[0], 0.4);
}

/** The table top below `edge`; `near` adds the grain, and lets the far part stay out of focus. */
function table(picture: Picture, edge: number, wood: string, near = false): void {
  const { random, width, height } = picture;
  if (!near)
    picture.add(
      rect(
        -10,
        edge,
        width + 20,
        height,
        picture.linear([
          [0, lighter(wood, 0.25)],
          [0.3, wood],
          [1, darker(wood, 0.45)],
        ]),
      ),
    );
  const grain = picture.texture('ripples', 9, near ? 0.28 : 0.2, near ? 0.3 : 0.2);
  picture.add(rect(-10, edge, width + 20, height, grain));
  let y = edge + 10;
  for (let gap = random.between(24, 34); y < height; gap *= 1.5) {
    picture.add(line(`M-10 ${n(y)}H${n(width + 10)}`, darker(wood, 0.75), 1.5, 0.55));
    y += gap;
  }
}

/** A cup on its saucer, which stands about (x, y); at scale 1 the cup is 220 units wide. */
function cup(
  picture: Picture,
  x: number,
  y: number,
  scale: number,
  glaze: string,
  drink: string,
): void {
  const { random } = picture;
  const side = random.pick([1, -1]);
  const [top, foot] = [random.between(100, 118), random.between(52, 76)];
  const tall = random.between(118, 150);
  const round = picture.linear(
    [
      [0, darker(glaze, 0.45)],
      [0.22, lighter(glaze, 0.25)],
      [0.5, glaze],
      [0.8, darker(glaze, 0.3)],
      [1, darker(glaze, 0.6)],
    ],
    random.pick([0, 180]),
  );
  const plate = picture.linear([lighter(glaze, 0.3), darker(glaze, 0.25)], random.between(0, 90));
  const body = `M${n(-top)} ${n(-tall)}C${n(-top)} ${n(-tall * 0.35)} ${n(-foot - 14)} -6 ${n(-foot)} 2Q0 22 ${n(foot)} 2C${n(foot + 14)} -6 ${n(top)} ${n(-tall * 0.35)} ${n(top)} ${n(-tall)}Z`;
  const handle = `M${n(top - 6)} ${n(-tall + 26)}C${n(top + 62)} ${n(-tall + 12)} ${n(top + 56)} ${n(-tall * 0.3)} ${n(top - 26)} ${n(-tall * 0.28)}`;
  const surface = picture.radial([
    [0, lighter(drink, 0.12)],
    [0.75, drink],
    [1, darker(drink, 0.4)],
  ]);
  const band = random.chance(0.5)
    ? `<g clip-path="${picture.clip(shape(body, '#000'))}">${line(`M${n(-top)} ${n(-tall * 0.62)}Q0 ${n(-tall * 0.62 + 40)} ${n(top)} ${n(-tall * 0.62)}`, random.pick(['#c9a24a', '#2a4a7a', '#ffffff', '#a03a3a']), random.between(4, 18))}</g>`
    : '';
  shadow(picture, x + 30 * scale * side, y + 34 * scale, 250 * scale, 62 * scale, 0.7);
  picture.add(
    placed(
      x,
      y,
      scale,
      ellipse(0, 22, 190, 52, darker(glaze, 0.45)) +
        ellipse(0, 16, 190, 51, plate) +
        ellipse(0, 16, 150, 38, darker(glaze, 0.16), 0.5) +
        ellipse(0, 17, 118, 28, plate) +
        ellipse(8, 14, 92, 20, '#000000', 0.3) +
        spoon(side) +
        `<g transform="scale(${side} 1)">${line(handle, darker(glaze, 0.4), 19)}${line(handle, glaze, 12)}${line(handle, lighter(glaze, 0.4), 3)}</g>` +
        shape(body, round) +
        band +
        ellipse(0, -tall, top, 30, lighter(glaze, 0.3)) +
        ellipse(0, -tall + 1.5, top - 6, 26.5, darker(glaze, 0.35)) +
        ellipse(0, -tall + 7, top - 13, 21, surface) +
        shape(`M${n(-top + 26)} ${n(-tall + 8)}q40 -16 90 -13q-50 2 -80 20z`, '#ffffff', 0.4) +
        shape(
          `M${n(-top * 0.68)} ${n(-tall + 44)}q6 ${n(tall * 0.35)} 26 ${n(tall * 0.5)}q-8 -30 -8 ${n(-tall * 0.48)}z`,
          '#ffffff',
          0.45,
        ),
      random.between(-2, 2),
    ),
  );
}

function spoon(side: number): string {
  return (
    `<g transform="scale(${-side} 1)">` +
    line('M60 34Q120 30 214 6', '#5a5a60', 8) +
    line('M60 33Q120 29 214 5', '#d8d8de', 5) +
    ellipse(48, 36, 26, 9, '#8a8a92') +
    ellipse(46, 34.5, 20, 6, '#d8dade') +
    '</g>'
  );
}

function biscuits(picture: Picture, x: number, y: number, scale: number): void {
  const { random } = picture;
  shadow(picture, x, y + 14 * scale, 110 * scale, 30 * scale, 0.6);
  for (let i = 0; i < 3; i++) {
    const [at, up] = [x + random.between(-26, 26) * scale, y - i * 17 * scale];
    picture.add(
      ellipse(at, up + 9 * scale, 70 * scale, 24 * scale, '#6a4018'),
      ellipse(at, up, 70 * scale, 24 * scale, picture.linear(['#e2ac60', '#b87a34'], 20)),
    );
    picture.add(
      ...random.times(9, () =>
        ellipse(
          at + random.between(-48, 48) * scale,
          up + random.between(-13, 13) * scale,
          6 * scale,
          3.4 * scale,
          '#3a1c0c',
        ),
      ),
    );
  }
}

function steam(picture: Picture, x: number, y: number, scale: number): void {
  const { random } = picture;
  const soft = picture.blur(9 * scale);
  const wisps = random.times(3, () => {
    const sway = random.between(20, 50) * random.pick([1, -1]);
    return `M${n(random.between(-50, 50))} 0q${n(sway)} -50 0 -100t${n(sway * 0.4)} -90`;
  });
  picture.add(
    placed(
      x,
      y,
      scale,
      line(wisps.join(''), '#ffffff', 15),
      0,
      `filter="${soft}" opacity="${n(random.between(0.3, 0.6))}"`,
    ),
  );
}

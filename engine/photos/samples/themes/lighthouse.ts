/** A lighthouse on a rock by the sea. */
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
import { below, chooseLight, glitter, glow, sky, tint, water } from '../scenery.ts';

export function lighthouse(picture: Picture): void {
  const { random, width, height } = picture;
  const light = chooseLight(random);
  const horizon = height * random.between(0.62, 0.78);
  const sunX = random.between(0, width);
  const lowSun = random.chance(0.4);
  sky(picture, light, horizon, lowSun ? [sunX, horizon * random.between(0.6, 0.9)] : undefined);
  const deep = mix(random.pick(['#12445f', '#1d5a6b', '#2a4a5e']), light.sky[0], 0.25);
  water(picture, horizon, height, mix(light.sky[2], deep, 0.5), deep);
  if (lowSun) glitter(picture, sunX, horizon, height, light.sun);

  const x = width * random.between(0.25, 0.75);
  const foot = horizon - random.between(10, 70);
  const scale = random.between(0.75, 1.2) * (foot / 480);
  rock(picture, x, foot, horizon);
  if (random.chance(0.6))
    house(picture, x + random.pick([-1, 1]) * random.between(90, 130) * scale, foot + 8, scale);
  tower(picture, x, foot + 6, scale, light.tintStrength > 0.2);
  tint(picture, light);
  gulls(picture, horizon);
}

/** The rock: a plateau about (x, foot) that falls to the sea, grass on top, surf below. */
function rock(picture: Picture, x: number, foot: number, horizon: number): void {
  const { random, width, height } = picture;
  const half = random.between(0.22, 0.4) * width + 60;
  const surf = horizon + (height - horizon) * random.between(0.3, 0.65);
  const top: Point[] = [];
  for (let share = -1; share <= 1.001; share += 0.05) {
    const fall = Math.max(0, Math.abs(share) - 0.5) / 0.5;
    top.push([
      x + half * share + random.between(-4, 4),
      foot + (surf - foot) * fall ** 1.6 + random.between(-5, 5) * (0.3 + fall),
    ]);
  }
  const stone = random.pick(['#6d665d', '#5b5a5c', '#7d6a58']);
  const data = below(top, surf + 6);
  picture.add(shape(data, picture.linear([stone, darker(stone, 0.55)])));
  picture.add(shape(data, picture.texture('relief', 0.7, 0.9, 0.85)));
  const grass = polyline([
    ...top.slice(6, -6),
    ...top
      .slice(6, -6)
      .map(([gx, gy]): Point => [gx, gy + random.between(9, 26)])
      .reverse(),
  ]);
  picture.add(shape(`${grass}Z`, mix('#4f6b35', stone, random.between(0, 0.5))));
  picture.add(
    ...random.times(80, () =>
      ellipse(
        x + random.between(-1.08, 1.08) * half,
        surf + random.between(-3, 12),
        random.between(6, 30),
        random.between(1.5, 6),
        '#ffffff',
        random.between(0.15, 0.6),
      ),
    ),
  );
}

/** The tower on (x, y); at scale 1 it is 390 units high. */
function tower(picture: Picture, x: number, y: number, scale: number, lit: boolean): void {
  const { random } = picture;
  const paint = random.pick(['#c23a2b', '#c23a2b', '#24508a', '#2b2b2d', '#d7d2c6']);
  const [foot, neck, tall] = [random.between(36, 50), random.between(24, 30), 320];
  const body = `M${n(-foot)} 0L${n(-neck)} ${-tall}H${n(neck)}L${n(foot)} 0Z`;
  const bands = random.pick([0, 2, 3, 4]);
  const stripes = random
    .times(bands, (i) =>
      rect(-60, -tall + (tall / (bands * 2 - 0.5)) * (2 * i + 0.6), 120, tall / (bands * 2), paint),
    )
    .join('');
  const round = picture.linear(
    [
      [0, '#000000', 0.42],
      [0.3, '#ffffff', 0.12],
      [0.55, '#000000', 0.05],
      [1, '#000000', 0.5],
    ],
    random.pick([0, 180]),
  );
  const clip = picture.clip(shape(body, '#000'));
  const roof = bands ? paint : '#8c2f23';
  const panes = [-14, 0, 14]
    .map((at) => rect(at - 6, -tall - 44, 12, 36, lit ? '#fff2b8' : '#cfe6ee'))
    .join('');
  const openings = [-60, -150, -240]
    .map((at) => rect(-6, at - 16, 12, 22, '#2a2a30') + rect(-7, at + 6, 14, 3, '#dddddd'))
    .join('');
  picture.add(
    placed(
      x,
      y,
      scale,
      shape(body, '#f3efe6') +
        `<g clip-path="${clip}">${stripes}</g>` +
        openings +
        rect(-10, -34, 20, 34, '#4a3226') +
        shape(body, round) +
        rect(-neck - 14, -tall - 8, neck * 2 + 28, 9, '#3a3a3e') +
        line(
          `M${n(-neck - 12)} ${-tall - 24}H${n(neck + 12)}M${n(-neck - 12)} ${-tall - 16}H${n(neck + 12)}`,
          '#3a3a3e',
          2,
        ) +
        line(
          [-1, -0.5, 0, 0.5, 1].map((at) => `M${n(at * (neck + 12))} ${-tall - 8}v-17`).join(''),
          '#3a3a3e',
          2,
        ) +
        rect(-23, -tall - 48, 46, 40, '#35353a') +
        panes +
        ellipse(0, -tall - 26, 7, 11, lit ? '#ffffff' : '#f0f6da') +
        shape(`M-28 ${-tall - 46}Q0 ${-tall - 88} 28 ${-tall - 46}Z`, roof) +
        line(`M0 ${-tall - 66}v-22`, '#333333', 2.5) +
        ellipse(0, -tall - 68, 5, 5, darker(roof, 0.3)),
    ),
  );
  if (!lit) return;
  const lamp: Point = [x, y - (tall + 26) * scale];
  glow(picture, lamp, 110 * scale, '#fff0b0', 1);
  const beam = picture.linear(
    [
      [0, '#fff6c8', 0],
      [0.5, '#fff6c8', 0.4],
      [1, '#fff6c8', 0],
    ],
    0,
  );
  picture.add(
    shape(
      `M${n(lamp[0])} ${n(lamp[1])}l-600 -70v90zM${n(lamp[0])} ${n(lamp[1])}l600 -50v90z`,
      beam,
    ),
  );
}

/** The keeper's house, its ground floor on (x, y). */
function house(picture: Picture, x: number, y: number, scale: number): void {
  const roof = picture.random.pick(['#a2402c', '#5a4a46', '#3f4c5a']);
  const panes = [-50, -14, 36]
    .map((at) => rect(at, -40, 16, 18, '#39434d', 1, 'stroke="#ffffff" stroke-width="3"'))
    .join('');
  picture.add(
    placed(
      x,
      y,
      scale * 0.8,
      rect(-74, -58, 148, 58, picture.linear(['#f6f1e6', '#cfc8ba'], 0)) +
        panes +
        rect(8, -38, 18, 38, '#5a3a28') +
        shape(
          'M-84 -56L-64 -104H64L84 -56Z',
          picture.linear([lighter(roof, 0.15), darker(roof, 0.25)]),
        ) +
        rect(34, -122, 14, 24, '#8a5a48'),
    ),
  );
}

function gulls(picture: Picture, horizon: number): void {
  const { random, width } = picture;
  for (let i = random.integer(0, 7); i > 0; i--) {
    const span = random.between(7, 20);
    const dip = random.between(0.2, 0.6) * span;
    picture.add(
      line(
        `M${n(random.between(0, width))} ${n(random.between(0.1, 0.7) * horizon)}q${n(span / 2)} ${n(-dip)} ${n(span)} 0q${n(span / 2)} ${n(-dip)} ${n(span)} 0`,
        '#f4f4f4',
        2,
        0.9,
      ),
    );
  }
}

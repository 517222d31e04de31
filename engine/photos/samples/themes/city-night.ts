/** The lit windows of a city by a river, at night or in the last light. */
import { darker, lighter, mix } from '../colour.ts';
import { ellipse, line, n, rect, shape, type Picture } from '../picture.ts';
import { glow, water } from '../scenery.ts';

const nights = [
  ['#0a1430', '#223a72', '#5f6fa8'],
  ['#15153a', '#443672', '#c0708a'],
  ['#061020', '#163252', '#3f7a94'],
  ['#18244e', '#524e8a', '#f0a070'],
] as const;

export function cityNight(picture: Picture): void {
  const { random, width, height } = picture;
  const [top, middle, low] = random.pick(nights);
  const bank = height * random.between(0.6, 0.85);
  picture.cover(
    picture.linear([
      [0, top],
      [0.45, middle],
      [0.8, low],
      [1, low],
    ]),
  );
  const clouds = picture.texture('clouds', 2.4, 0.7, random.between(0.04, 0.16));
  picture.cover(clouds);
  picture.add(
    ...random.times(random.integer(20, 90), () =>
      ellipse(
        random.between(0, width),
        random.between(0, bank * 0.5),
        0.8,
        0.8,
        '#ffffff',
        random.between(0.2, 0.9),
      ),
    ),
  );
  if (random.chance(0.5))
    moon(picture, random.between(0.08, 0.92) * width, bank * random.between(0.12, 0.35));
  glow(
    picture,
    [width * random.between(0.3, 0.7), bank],
    width * 0.5,
    mix(low, '#ffb060', 0.5),
    0.5,
  );

  const wide = random.between(0.75, 1.4);
  picture.add('<g id="city">');
  skyline(picture, bank, bank * 0.42, 34 * wide, mix(middle, low, 0.5), 0.25);
  skyline(picture, bank, bank * 0.58, 52 * wide, mix(top, middle, 0.6), 0.6);
  if (random.chance(0.45))
    mast(picture, width * random.between(0.15, 0.85), bank, bank * random.between(0.68, 0.85), top);
  skyline(picture, bank, bank * 0.4, 64 * wide, darker(top, 0.2), 0.9);
  picture.add('</g>');

  picture.add(rect(-10, bank, width + 20, height - bank + 10, darker(middle, 0.35)));
  const river = picture.clip(rect(-10, bank, width + 20, height, '#000'));
  picture.add(
    `<g clip-path="${river}"><use href="#city" transform="matrix(1 0 0 -0.8 0 ${n(bank * 1.8)})" opacity="0.65"/></g>`,
  );
  water(picture, bank, height, mix(low, top, 0.6), top, 0.35);
  quay(picture, bank);
}

/** A row of houses that stand on `foot`, up to `tallest` high, `lit` of their windows bright. */
function skyline(
  picture: Picture,
  foot: number,
  tallest: number,
  wide: number,
  wall: string,
  lit: number,
): void {
  const { random, width } = picture;
  for (let x = -20; x < width; x += wide * random.between(0.7, 1.25)) {
    const across = wide * random.between(0.7, 1.2);
    const tall = tallest * random.between(0.3, 1) ** 1.3;
    const top = foot - tall;
    picture.add(
      rect(
        x,
        top,
        across,
        tall,
        picture.linear([lighter(wall, 0.07), darker(wall, 0.3)], random.pick([0, 90, 180])),
      ),
    );
    if (random.chance(0.25))
      picture.add(
        shape(
          `M${n(x)} ${n(top)}l${n(across / 2)} ${n(-random.between(10, 40))}L${n(x + across)} ${n(top)}Z`,
          wall,
        ),
      );
    if (random.chance(0.2)) picture.add(line(`M${n(x + across / 2)} ${n(top)}v-34`, wall, 1.5));
    picture.add(...windows(picture, x, top, across, tall, lit));
  }
}

function windows(
  picture: Picture,
  x: number,
  top: number,
  across: number,
  tall: number,
  lit: number,
): string[] {
  const { random } = picture;
  const [stepX, stepY] = [random.between(5, 8.5), random.between(7, 11)];
  const share = random.between(0.25, 0.75) * lit;
  const colours = random.pick([
    ['#ffdf9a', '#ffb95e'],
    ['#ffe9c0', '#cfe4ff'],
    ['#ffc777', '#ffefcf'],
  ]);
  let [warm, other] = ['', ''];
  for (let y = top + 6; y < top + tall - 6; y += stepY) {
    for (let at = x + 4; at < x + across - stepX; at += stepX) {
      if (!random.chance(share)) continue;
      const pane = `M${n(at)} ${n(y)}h${n(stepX * 0.55)}v${n(stepY * 0.55)}h${n(-stepX * 0.55)}z`;
      if (random.chance(0.7)) warm += pane;
      else other += pane;
    }
  }
  return [
    shape(warm, colours[0] ?? '#fff', 0.4 + lit / 2),
    shape(other, colours[1] ?? '#fff', 0.3 + lit / 2),
  ];
}

/** A television tower. */
function mast(picture: Picture, x: number, foot: number, tall: number, colour: string): void {
  const y = foot - tall;
  picture.add(
    shape(
      `M${n(x - 9)} ${n(foot)}L${n(x - 3)} ${n(y + 60)}L${n(x)} ${n(y - 50)}L${n(x + 3)} ${n(y + 60)}L${n(x + 9)} ${n(foot)}Z`,
      lighter(colour, 0.2),
    ),
  );
  picture.add(
    ellipse(x, y + 64, 17, 12, lighter(colour, 0.3)),
    rect(x - 16, y + 62, 32, 3, '#ffd48a'),
  );
  glow(picture, [x, y - 48], 14, '#ff4030', 1);
}

function moon(picture: Picture, x: number, y: number): void {
  const radius = picture.random.between(14, 34);
  glow(picture, [x, y], radius * 5, '#cfd8ff', 0.5);
  picture.add(ellipse(x, y, radius, radius, '#f6f2df'));
  picture.add(ellipse(x, y, radius, radius, picture.texture('patches', 0.25, 0.25, 0.25)));
}

/** Street lamps along the water. */
function quay(picture: Picture, bank: number): void {
  const { random, width, height } = picture;
  picture.add(rect(-10, bank - 4, width + 20, 6, '#06080e'));
  const gap = random.between(38, 90);
  const colour = random.pick(['#ffb45a', '#ffd9a0', '#ffe8c8']);
  for (let x = random.between(0, gap); x < width; x += gap) {
    glow(picture, [x, bank - 9], 13, colour, 1);
    const streak = picture.linear([
      [0, colour, 0.6],
      [1, colour, 0],
    ]);
    picture.add(rect(x - 2, bank, 4, (height - bank) * random.between(0.4, 0.9), streak));
  }
}

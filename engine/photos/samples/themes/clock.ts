/** A round clock on a wall. */
import { darker, hsl, lighter } from '../colour.ts';
import { ellipse, line, n, placed, rect, shape, type Picture } from '../picture.ts';
import { glow, shadow } from '../scenery.ts';

export function clock(picture: Picture): void {
  const { random, width, height } = picture;
  const paint = random.pick([
    '#d8cfc0',
    '#b9c4c4',
    '#8a9a8c',
    '#c9a88a',
    '#6a7684',
    '#e6e2da',
    '#a8584a',
    '#4a5a5a',
    hsl(random.between(0, 360), 0.25, 0.6),
  ]);
  const lit = random.pick([0, 1]);
  picture.cover(picture.linear([lighter(paint, 0.2), darker(paint, 0.35)], lit ? 150 : 30));
  random.pick([plaster, plaster, bricks, boards])(picture, paint);
  glow(picture, [lit ? width : 0, 0], width * 0.8, '#fff3d6', 0.5);

  const radius = random.between(150, 235);
  const x = width / 2 + random.between(-0.7, 0.7) * Math.max(20, width / 2 - radius - 30);
  const y = height / 2 + random.between(-0.7, 0.7) * Math.max(20, height / 2 - radius - 30);
  const away = lit ? -1 : 1;
  shadow(picture, x + 26 * away, y + 30, radius * 1.3, radius * 1.3, 0.9);
  face(picture, x, y, radius / 100, lit === 1);
}

function plaster(picture: Picture): void {
  picture.cover(picture.texture('relief', 0.8, 0.8, 0.22));
  picture.cover(picture.texture('patches', 3, 3, 0.14));
}

function bricks(picture: Picture, paint: string): void {
  const { random, width, height } = picture;
  const [long, tall] = [random.between(70, 96), random.between(26, 34)];
  for (let row = 0; row * tall < height; row++) {
    for (let x = row % 2 ? -long / 2 : 0; x < width; x += long)
      picture.add(
        rect(
          x + 2,
          row * tall + 2,
          long - 4,
          tall - 4,
          random.chance(0.5)
            ? darker(paint, random.next() * 0.3)
            : lighter(paint, random.next() * 0.15),
          1,
          'rx="2"',
        ),
      );
  }
  picture.cover(picture.texture('relief', 0.5, 0.5, 0.5));
}

function boards(picture: Picture, paint: string): void {
  const { random, width, height } = picture;
  const wide = random.between(60, 120);
  for (let x = random.between(-wide, 0); x < width; x += wide)
    picture.add(
      rect(x, -10, wide, height + 20, darker(paint, random.next() * 0.2)),
      rect(x, -10, 3, height + 20, '#000000', 0.45),
      rect(x + 3, -10, 2, height + 20, '#ffffff', 0.2),
    );
  picture.cover(picture.texture('relief', 0.3, 4, 0.35));
}

/** A clock about (x, y) whose radius is 100 units at scale 1. */
function face(picture: Picture, x: number, y: number, scale: number, litRight: boolean): void {
  const { random } = picture;
  const frame = random.pick([
    '#2a2a2c',
    '#b98a3a',
    '#6a3e22',
    '#c9ccd0',
    '#8a2c24',
    '#2c4a5a',
    '#efece4',
  ]);
  const dial = random.pick(['#f7f3e8', '#fbfaf6', '#efe4c8', '#1e2226', '#e6ecec']);
  const ink = dial === '#1e2226' ? '#f2efe6' : '#1c1a1a';
  const rim = random.between(7, 15);
  const metal = picture.linear(
    [lighter(frame, 0.5), frame, darker(frame, 0.55)],
    litRight ? 135 : 45,
  );
  const inner = picture.linear([darker(frame, 0.5), lighter(frame, 0.35)], litRight ? 135 : 45);
  const depth = picture.radial([
    [0.8, '#000000', 0],
    [1, '#000000', 0.35],
  ]);
  const style = random.pick(['strokes', 'dots', 'wedges', 'strokes']);
  const marks = random.times(60, (i) => mark(style, i, ink)).join('');
  const hour = random.between(0, 12);
  const thick = random.between(3.2, 6.5);
  const hand = (angle: number, long: number, wide: number, colour: string): string =>
    placed(
      0,
      0,
      1,
      shape(
        `M${n(-wide)} 14L${n(-wide * 0.7)} ${n(-long)}L0 ${n(-long - 4)}L${n(wide * 0.7)} ${n(-long)}L${n(wide)} 14Z`,
        colour,
      ),
      angle,
    );
  const hands = (hourInk: string, secondInk: string): string =>
    hand(hour * 30, 46, thick, hourInk) +
    hand((hour % 1) * 360, 70, thick * 0.7, hourInk) +
    hand(second, 74, 1, secondInk);
  const second = random.between(0, 360);
  const bells = random.chance(0.3) ? alarm(frame) : '';
  picture.add(
    placed(
      x,
      y,
      scale,
      bells +
        ellipse(0, 0, 100, 100, metal) +
        ellipse(0, 0, 100 - rim * 0.75, 100 - rim * 0.75, inner) +
        ellipse(0, 0, 100 - rim, 100 - rim, dial) +
        ellipse(0, 0, 100 - rim, 100 - rim, picture.texture('patches', 1, 1, 0.06)) +
        placed(0, 0, (100 - rim) / 96, marks) +
        `<g transform="translate(${litRight ? -3 : 3} 4)" opacity="0.25">${hands('#000000', '#000000')}</g>` +
        hands(ink, '#c2281e') +
        ellipse(0, 0, 5.5, 5.5, ink) +
        ellipse(0, 0, 2.5, 2.5, '#c2281e') +
        ellipse(0, 0, 100 - rim, 100 - rim, depth) +
        shape(
          'M-70 -40A84 84 0 0 1 30 -78A110 110 0 0 0 -70 -40Z',
          '#ffffff',
          random.between(0.15, 0.5),
        ),
      random.between(-3, 3),
    ),
  );
}

/** One of the sixty marks on a dial of radius 96; every fifth is an hour. */
function mark(style: string, index: number, ink: string): string {
  const isHour = index % 5 === 0;
  if (!isHour) return placed(0, 0, 1, rect(-0.5, -91, 1, 5, ink), index * 6);
  const forms: Record<string, string> = {
    strokes: rect(-2, -91, 4, index % 15 ? 13 : 19, ink),
    dots: ellipse(0, -84, index % 15 ? 3.6 : 5.5, index % 15 ? 3.6 : 5.5, ink),
    wedges: shape('M-4 -92H4L0 -70Z', ink),
  };
  return placed(0, 0, 1, forms[style] ?? '', index * 6);
}

/** The two bells and feet of an alarm clock. */
function alarm(frame: string): string {
  const bell = (angle: number): string =>
    placed(
      0,
      0,
      1,
      shape('M-30 -100A30 26 0 0 1 30 -100Z', lighter(frame, 0.2)) +
        rect(-3, -132, 6, 10, darker(frame, 0.3)),
      angle,
    );
  return bell(-32) + bell(32) + line('M-58 78L-76 106M58 78L76 106', darker(frame, 0.3), 9);
}

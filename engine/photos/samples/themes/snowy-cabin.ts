/** A log cabin in deep snow, its windows lit. */
import { darker, lighter, mix } from '../colour.ts';
import { ellipse, line, n, placed, rect, shape, type Picture } from '../picture.ts';
import { fir, glow, range, ridge, shadow } from '../scenery.ts';
import type { Random } from '../../../random.ts';

const evenings = [
  { sky: ['#1b2a4e', '#4a5f8e', '#c79aa0'], snow: '#b9c6e4', air: '#6f7ea8' },
  { sky: ['#0b1430', '#1d2c56', '#3f568c'], snow: '#8ea2cf', air: '#34466f' },
  { sky: ['#8fa5bd', '#b9c7d3', '#dfe5ea'], snow: '#eef2f7', air: '#c2ccd6' },
  { sky: ['#4f86c6', '#9cc3e6', '#e3eff8'], snow: '#f7faff', air: '#b9d2e8' },
  { sky: ['#5a6a9a', '#d29a8e', '#f6c99a'], snow: '#e6d6dc', air: '#b59aa8' },
] as const;

export function snowyCabin(picture: Picture): void {
  const { random, width, height } = picture;
  const { sky, snow, air } = random.pick(evenings);
  const ground = height * random.between(0.6, 0.72);
  picture.cover(
    picture.linear([
      [0, sky[0]],
      [0.4, sky[1]],
      [0.7, sky[2]],
    ]),
  );
  picture.cover(picture.texture('clouds', 2.3, 0.8, random.between(0.1, 0.4)));
  const peaks = ridge(picture, ground - height * 0.17, height * 0.12, 0.55);
  range(picture, peaks, ground + 20, mix(snow, air, 0.35), mix(air, snow, 0.3), 0.3);
  trees(picture, ground + 6, random.integer(24, 44), [0.5, 1.05], mix('#2a3d3f', air, 0.55), snow);
  trees(picture, ground + 14, random.integer(8, 16), [0.9, 1.7], mix('#22352f', air, 0.25), snow);

  const drift = ridge(picture, ground + 8, 12, 0.35, 5);
  range(picture, drift, height + 10, lighter(snow, 0.2), mix(snow, air, 0.55), 0.12);
  const x = width * random.between(0.3, 0.7);
  const y = ground + (height - ground) * random.between(0.2, 0.4);
  cabin(picture, x, y, random.between(0.8, 1.35), snow, mix(snow, air, 0.6));
  const front = ridge(picture, height * random.between(0.88, 0.95), 16, 0.32, 5);
  range(picture, front, height + 10, lighter(snow, 0.3), mix(snow, air, 0.4), 0.15);
  for (const side of random.pick([[0.04], [0.96], [0.03, 0.97]]))
    picture.add(
      tree(
        random,
        width * side,
        height * random.between(0.94, 1.04),
        random.between(3, 4.8),
        mix('#1c2e28', air, 0.1),
        snow,
      ),
    );
  picture.add(
    ...random.times(random.pick([0, 120, 260]), () => {
      const radius = random.between(0.8, 3.4);
      return ellipse(
        random.between(0, width),
        random.between(0, height),
        radius,
        radius,
        '#ffffff',
        random.between(0.3, 0.9),
      );
    }),
  );
}

function trees(
  picture: Picture,
  foot: number,
  count: number,
  scales: readonly [number, number],
  green: string,
  snow: string,
): void {
  const { random, width } = picture;
  picture.add(
    ...random.times(count, () =>
      tree(
        random,
        random.between(-10, width + 10),
        foot + random.between(-4, 6),
        random.between(...scales),
        mix(green, '#0c1614', random.next() * 0.5),
        snow,
      ),
    ),
  );
}

/** A fir with snow on its branches. */
function tree(
  random: Random,
  x: number,
  y: number,
  scale: number,
  green: string,
  snow: string,
): string {
  let lines = '';
  for (let at = -94; at < -12; at += 12) {
    const reach = (at + 100) * 0.2;
    lines += `M${n(-reach)} ${n(at + 10)}Q${n(-reach / 2)} ${n(at)} 0 ${n(at + random.between(0, 6))}Q${n(reach / 2)} ${n(at)} ${n(reach * random.between(0.3, 1))} ${n(at + 9)}`;
  }
  return placed(
    x,
    y,
    scale,
    shape(fir(random), green) + line(lines, lighter(snow, 0.2), 3.2, 0.85),
  );
}

/** The cabin: its front's lower middle on (x, y); at scale 1 it is 300 units wide. */
function cabin(
  picture: Picture,
  x: number,
  y: number,
  scale: number,
  snow: string,
  shade: string,
): void {
  const { random } = picture;
  const wood = random.pick(['#6a4127', '#5a3622', '#7a4c2c', '#4c3528']);
  const lamp = random.pick(['#ffd27a', '#ffbf5a', '#ffe09a']);
  const logs = random.times(9, (i) =>
    rect(
      -128,
      -98 + i * 11,
      256,
      11,
      picture.linear([lighter(wood, 0.16), wood, darker(wood, 0.55)]),
    ),
  );
  const gable = shape('M-128 -96L-64 -160L0 -96Z', darker(wood, 0.15));
  const pane = (at: number): string =>
    rect(at - 21, -74, 42, 38, darker(wood, 0.5)) +
    rect(at - 18, -71, 36, 32, lamp) +
    line(`M${at} -71v32M${at - 18} -55h36`, darker(wood, 0.5), 3) +
    rect(at - 24, -37, 48, 5, '#ffffff');
  const roof = shape(
    'M-150 -92L-66 -182H86L146 -92Q130 -82 112 -90Q60 -82 14 -88L-64 -164L-138 -84Q-150 -84 -150 -92Z',
    picture.linear([lighter(snow, 0.7), lighter(snow, 0.05)]),
  );
  shadow(picture, x, y + 4 * scale, 200 * scale, 22 * scale, 0.45);
  smoke(picture, x + 62 * scale, y - 218 * scale, scale);
  picture.add(
    placed(
      x,
      y,
      scale,
      rect(48, -214, 26, 60, picture.linear(['#7a6258', '#4a3a34'], 0)) +
        rect(44, -220, 34, 10, '#ffffff') +
        rect(-128, -98, 256, 100, wood) +
        logs.join('') +
        gable +
        pane(-88) +
        pane(78) +
        rect(-26, -66, 38, 68, darker(wood, 0.6)) +
        rect(-22, -62, 30, 64, mix(wood, '#a03020', random.next() * 0.6)) +
        ellipse(2, -30, 2, 2, '#e8c060') +
        ellipse(-64, -126, 9, 9, lamp) +
        roof +
        line('M-146 -86L-64 -164L18 -86', shade, 2.5, 0.6),
    ),
  );
  for (const at of [-88, 78])
    glow(picture, [x + at * scale, y - 54 * scale], 85 * scale, lamp, 0.75);
  for (const at of [-88, 78])
    picture.add(ellipse(x + at * scale, y + 20 * scale, 56 * scale, 12 * scale, lamp, 0.25));
  // Snow that has drifted against the walls.
  const heap = picture.radial([
    [0, lighter(snow, 0.35)],
    [0.6, lighter(snow, 0.2)],
    [1, snow, 0],
  ]);
  for (const at of [-120, -70, 70, 125])
    picture.add(
      ellipse(
        x + at * scale,
        y + 4 * scale,
        random.between(60, 95) * scale,
        random.between(12, 22) * scale,
        heap,
      ),
    );
}

function smoke(picture: Picture, x: number, y: number, scale: number): void {
  const { random } = picture;
  const drift = random.between(-9, 9);
  const puff = picture.radial([
    [0, '#ffffff', 0.3],
    [1, '#ffffff', 0],
  ]);
  picture.add(
    ...random.times(14, (i) =>
      ellipse(
        x + drift * i + random.between(-4, 4),
        y - i * 13 * scale,
        (9 + i * 3.4) * scale,
        (8 + i * 2.8) * scale,
        puff,
      ),
    ),
  );
}

/** White trunks of a birch forest, in spring, summer or autumn. */
import { darker, lighter, mix } from '../colour.ts';
import { ellipse, line, n, rect, shape, type Picture } from '../picture.ts';
import { below, glow, ridge } from '../scenery.ts';

const seasons = [
  { air: '#e9efc8', leaves: ['#8fb83a', '#a9cf52', '#6f9a2e'], ground: '#5f7a34' },
  { air: '#cfe2c4', leaves: ['#4f8a3a', '#6fa648', '#3a6e30'], ground: '#3f5e30' },
  { air: '#f7e2a8', leaves: ['#e8b32a', '#f2c94c', '#d98e1f'], ground: '#9a6a2c' },
  { air: '#f3c9a0', leaves: ['#d9622a', '#e89a34', '#b8402a'], ground: '#8a4a28' },
] as const;

export function birchForest(picture: Picture): void {
  const { random, width, height } = picture;
  const season = random.pick(seasons);
  const air = mix(
    season.air,
    random.pick(['#ffffff', '#9fb0b8', '#ffd9a0']),
    random.between(0, 0.4),
  );
  const floor = height * random.between(0.68, 0.84);
  picture.cover(picture.linear([mix(air, season.leaves[0], 0.4), air, season.ground]));
  glow(
    picture,
    [random.between(0.1, 0.9) * width, floor * random.between(0.2, 0.7)],
    width * 0.45,
    lighter(air, 0.6),
    0.9,
  );

  foliage(
    picture,
    floor * 0.8,
    season.leaves.map((leaf) => mix(leaf, air, 0.5)),
    260,
    14,
  );
  trunks(picture, random.integer(16, 30), floor - 30, [4, 12], air, 0.55);
  picture.add(
    shape(below(ridge(picture, floor - 22, 10, 0.5), height + 10), mix(season.ground, air, 0.45)),
  );
  picture.defocus(random.between(4, 8));
  trunks(picture, random.integer(7, 14), floor, [13, 24], air, 0.25);
  foliage(
    picture,
    floor * 0.65,
    season.leaves.map((leaf) => mix(leaf, air, 0.2)),
    260,
    8,
  );
  picture.defocus(random.between(2, 3));

  const soil = below(ridge(picture, floor + 8, 12, 0.5), height + 10);
  picture.add(
    shape(soil, picture.linear([lighter(season.ground, 0.15), darker(season.ground, 0.6)])),
  );
  picture.add(shape(soil, picture.texture('relief', 0.5, 0.3, 0.7)));
  picture.add(
    ...random.times(240, () => {
      const depth = random.next();
      const size = 1.5 + 5 * depth;
      return ellipse(
        random.between(0, width),
        floor + 14 + (height - floor) * depth,
        size,
        size * 0.45,
        random.pick(season.leaves),
        random.between(0.5, 1),
      );
    }),
  );
  trunks(
    picture,
    random.integer(3, 7),
    floor + (height - floor) * 0.55,
    [26, random.between(36, 66)],
    air,
    0,
  );
  foliage(picture, floor * random.between(0.2, 0.45), [...season.leaves], 240, 6.5);
  picture.cover(
    picture.linear(
      [
        [0, lighter(air, 0.5), 0.25],
        [0.6, air, 0],
      ],
      random.pick([60, 120]),
    ),
  );
}

/** Trunks that stand about `foot`, their widths within `widths`; `haze` fades them into the air. */
function trunks(
  picture: Picture,
  count: number,
  foot: number,
  widths: readonly [number, number],
  air: string,
  haze: number,
): void {
  const { random, width } = picture;
  const slot = width / count;
  const bark = picture.linear(
    [
      [0, mix('#6b675f', air, haze)],
      [0.18, mix('#cfcac0', air, haze)],
      [0.42, mix('#f7f4ee', air, haze)],
      [0.75, mix('#d2ccc2', air, haze)],
      [1, mix('#55514b', air, haze)],
    ],
    random.pick([0, 180]),
  );
  for (let i = 0; i < count; i++) {
    const thick = random.between(widths[0], widths[1]);
    const x = slot * (i + random.between(0.05, 0.95));
    const lean = random.between(-26, 26);
    const y = foot + thick * random.between(0.2, 1.4);
    const path = `M${n(x - thick * 0.62)} ${n(y)}Q${n(x - thick * 0.48)} ${n(y - 60)} ${n(x + lean - thick * 0.4)} -10H${n(x + lean + thick * 0.4)}Q${n(x + thick * 0.48)} ${n(y - 60)} ${n(x + thick * 0.62)} ${n(y)}Z`;
    picture.add(shape(path, bark));
    const dark = mix('#221e1b', air, haze);
    for (let at = random.between(0, 30); at < y - 8; at += 6 + thick * random.between(0.3, 1.6)) {
      const middle = x + lean * (1 - at / y) + random.pick([-0.3, 0.3, 0]) * thick;
      const long = thick * random.between(0.1, 0.4);
      const tall = thick * random.pick([0.015, 0.02, 0.03, 0.04, 0.09]);
      picture.add(
        shape(
          `M${n(middle - long)} ${n(at)}q${n(long)} ${n(-tall * 2)} ${n(long * 2)} ${n(-tall)}q${n(-long)} ${n(tall * 3.5)} ${n(-long * 2)} ${n(tall)}Z`,
          dark,
          0.85,
        ),
      );
    }
    if (thick > 24) {
      const twigs = random.times(
        3,
        () =>
          `M${n(x + lean * 0.6)} ${n(random.between(0, y * 0.6))}q${n(random.pick([-1, 1]) * random.between(20, 40))} -40 ${n(random.between(-90, 90))} ${n(-random.between(90, 170))}`,
      );
      picture.add(
        line(twigs.join(''), dark, 1.4),
        rect(x - thick, y - 3, thick * 2, 8, '#000000', 0.25),
      );
    }
  }
}

/** Leaves down to `bottom`, denser at the top. */
function foliage(
  picture: Picture,
  bottom: number,
  colours: readonly string[],
  count: number,
  size: number,
): void {
  const { random, width } = picture;
  picture.add(
    ...random.times(count, (i) => {
      const radius = size * random.between(0.4, 1.2);
      const y = bottom * random.next() ** 1.6;
      return ellipse(
        random.between(0, width),
        y,
        radius,
        radius * random.between(0.5, 0.9),
        colours[i % colours.length] ?? '#888888',
        random.between(0.5, 0.95),
      );
    }),
  );
}

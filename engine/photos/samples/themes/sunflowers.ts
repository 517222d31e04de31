/** A field of sunflowers under the sky. */
import { darker, hsl, mix } from '../colour.ts';
import { ellipse, line, n, placed, rect, shape, type Picture } from '../picture.ts';
import { below, chooseLight, range, ridge, shadow, sky, tint } from '../scenery.ts';
import type { Random } from '../../../random.ts';

export function sunflowers(picture: Picture): void {
  const { random, width, height } = picture;
  const light = chooseLight(random, ['day', 'day', 'morning', 'golden', 'overcast']);
  const horizon = height * random.between(0.22, 0.46);
  sky(
    picture,
    light,
    horizon,
    random.chance(0.35)
      ? [random.between(0, width), horizon * random.between(0.4, 0.9)]
      : undefined,
  );
  range(
    picture,
    ridge(picture, horizon - 8, 14, 0.4),
    horizon + 20,
    mix('#6f8a6a', light.haze, 0.5),
    mix('#4d6a42', light.haze, 0.3),
    0.2,
  );

  const green = mix(hsl(random.between(80, 120), 0.45, 0.25), light.haze, 0.08);
  picture.add(
    rect(
      -10,
      horizon,
      width + 20,
      height,
      picture.linear([
        [0, mix(green, '#e0b020', 0.45)],
        [0.25, green],
        [1, darker(green, 0.5)],
      ]),
    ),
  );
  picture.add(
    shape(
      below(ridge(picture, horizon + 2, 2, 0.5), height),
      picture.texture('relief', 0.6, 0.6, 0.7),
    ),
  );

  const nearHeads = random.times(3, () => picture.symbol(flower(random, 34)));
  const middleHeads = random.times(3, () => picture.symbol(flower(random, 0)));
  const farHead = picture.symbol(
    ellipse(0, 0, 95, 82, '#eeb41c') + ellipse(0, 5, 44, 38, '#2b1608'),
  );
  const nearest = random.between(55, 120);
  const rows = 15;
  for (let row = 0; row < rows; row++) {
    const depth = (row / (rows - 1)) ** 2.1;
    const size = 3.2 + nearest * depth;
    const y = horizon + 6 + (height * random.between(0.86, 1) - horizon) * depth;
    const gap = size * random.between(1.7, 2.3);
    for (let x = random.between(-gap, 0); x < width + gap; x += gap * random.between(0.75, 1.35)) {
      const at = y + random.between(-0.5, 0.5) * size;
      if (size > 14) stem(picture, x, at, size, mix(green, '#7d9a3a', 0.3));
      const heads = size < 32 ? middleHeads : nearHeads;
      const head = size < 13 ? farHead : (heads[random.integer(0, 2)] ?? farHead);
      picture.add(placed(x, at, size / 100, head, random.between(-25, 25)));
    }
    if (row === 9 && random.chance(0.5)) picture.defocus(3);
    if (row === 11) shadow(picture, width / 2, height, width, height * 0.25, 0.25);
  }
  tint(picture, light);
}

/** A head about (0, 0), some 100 units in radius; far ones need no `seeds`. */
function flower(random: Random, seeds: number): string {
  const yellow = random.pick(['#f9c21b', '#ffd02e', '#f5b210']);
  const petals = [
    shape(ring(random, 10, 102, 0), darker(yellow, 0.16)),
    shape(ring(random, 10, 100, 0.5), mix(yellow, '#a85f00', 0.2)),
    shape(ring(random, 9, 92, 0.25), yellow),
    shape(ring(random, 9, 90, 0.75), mix(yellow, '#a85f00', 0.1)),
  ];
  const heart = random.times(seeds, (i) => {
    // The spiral of a sunflower: each seed a golden angle on from the last (Vogel 1979).
    const [angle, distance] = [i * 2.39996, 44 * Math.sqrt(i / seeds)];
    const brown = mix('#7a4b1c', '#1d0e05', random.next());
    return ellipse(Math.cos(angle) * distance, Math.sin(angle) * distance, 4, 4, brown);
  });
  const disc =
    ellipse(0, 0, 48, 48, '#2b1608') + heart.join('') + ellipse(-4, -4, 17, 17, '#5d5a1e', 0.55);
  return `<g transform="scale(1 ${n(random.between(0.8, 1))})">${petals.join('')}${disc}</g>`;
}

/** Path data of a ring of petals about (0, 0), turned by a share `offset` of the gap between two. */
function ring(random: Random, count: number, length: number, offset: number): string {
  return random
    .times(count, (i) => {
      const angle = ((i + offset + random.between(-0.1, 0.1)) * 2 * Math.PI) / count;
      const long = length * random.between(0.88, 1.08);
      const at = (x: number, y: number): string =>
        `${n(x * Math.cos(angle) - y * Math.sin(angle))} ${n(x * Math.sin(angle) + y * Math.cos(angle))}`;
      const [base, tip] = [at(0, -38), at(0, -long)];
      return `M${base}C${at(17, -long * 0.6)} ${at(13, -long * 0.85)} ${tip}C${at(-13, -long * 0.85)} ${at(-17, -long * 0.6)} ${base}Z`;
    })
    .join('');
}

function stem(picture: Picture, x: number, y: number, size: number, green: string): void {
  const { random } = picture;
  const leaf = (sign: number): string => {
    const drop = size * random.between(1, 1.5);
    const reach = sign * size * random.between(0.9, 1.3);
    return shape(
      `M${n(x)} ${n(y + drop)}q${n(reach * 0.4)} ${n(-size * 0.7)} ${n(reach)} ${n(size * 0.1)}q${n(-reach * 0.5)} ${n(size * 0.45)} ${n(-reach)} ${n(-size * 0.1)}Z`,
      mix(green, '#16300f', random.next() * 0.6),
    );
  };
  picture.add(
    line(`M${n(x)} ${n(y)}v${n(size * 4)}`, darker(green, 0.25), size * 0.12),
    leaf(1),
    leaf(-1),
  );
}

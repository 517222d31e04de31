/** Fish over a coral reef. */
import { darker, hsl, lighter, mix } from '../colour.ts';
import { ellipse, line, n, placed, shape, type Picture } from '../picture.ts';
import { below, ridge } from '../scenery.ts';

export function coralReef(picture: Picture): void {
  const { random, width, height } = picture;
  const hue = random.between(186, 216);
  const [top, middle, deep] = [
    hsl(hue - 10, 0.7, random.between(0.5, 0.68)),
    hsl(hue, 0.75, 0.42),
    hsl(hue + 12, 0.8, random.between(0.12, 0.25)),
  ];
  picture.cover(
    picture.linear([
      [0, top],
      [0.4, middle],
      [1, deep],
    ]),
  );
  rays(picture);
  const floor = height * random.between(0.66, 0.82);
  const kind = { hue: random.between(0, 360), species: random.integer(0, 2) };
  picture.add(
    ...random.times(random.integer(8, 40), () =>
      fish(
        picture,
        random.between(0, width),
        random.between(0.1, 0.8) * floor,
        random.between(0.08, 0.2),
        kind.hue,
        1,
        middle,
      ),
    ),
  );
  reef(picture, floor - 30, 14, middle, 0.55, 0.8);
  picture.defocus(random.between(2.5, 5));

  picture.add(
    shape(
      below(ridge(picture, floor + 46, 26, 0.5), height + 10),
      picture.linear([mix('#c9b68a', middle, 0.4), mix('#8a7a58', deep, 0.5)]),
    ),
  );
  reef(picture, floor + 44, 15, middle, 0.22, 1.15);
  const count = random.integer(2, 9);
  const largest = random.between(0.5, 1.1) * (count > 5 ? 0.75 : 1);
  for (let i = 0; i < count; i++) {
    const scale = largest * random.between(0.35, 1);
    picture.add(
      fish(
        picture,
        random.between(0.08, 0.92) * width,
        random.between(0.12, 0.95) * floor,
        scale,
        kind.hue + (random.chance(0.3) ? 120 : random.between(-15, 15)),
        kind.species,
        middle,
      ),
    );
  }
  reef(picture, height + 4, 7, deep, 0.3, 1.5);
  bubbles(picture);
  picture.tint(middle, 0.35);
}

/** Sunlight that falls through the surface. */
function rays(picture: Picture): void {
  const { random, width, height } = picture;
  const source = random.between(0, width);
  const fill = picture.linear([
    [0, '#ffffff', 0.32],
    [0.8, '#ffffff', 0],
  ]);
  picture.add(
    ...random.times(9, () => {
      const [from, to] = [
        source + random.between(-150, 150),
        source + random.between(-1, 1) * width * 0.8,
      ];
      const spread = random.between(14, 70);
      return shape(
        `M${n(from)} -10h${n(spread * 0.4)}L${n(to + spread)} ${n(height * 0.85)}h${n(-spread * 1.6)}Z`,
        fill,
      );
    }),
  );
}

/** Corals of several kinds that grow from about `floor`. */
function reef(
  picture: Picture,
  floor: number,
  count: number,
  water: string,
  haze: number,
  scale: number,
): void {
  const { random, width } = picture;
  for (let i = 0; i < count; i++) {
    const x = (width * (i + random.between(0, 1))) / count;
    const y = floor + random.between(-12, 34);
    const colour = mix(
      hsl(
        random.pick([350, 20, 38, 300, 280, 330, 160, 55]) + random.between(-10, 10),
        random.between(0.5, 0.8),
        random.between(0.45, 0.62),
      ),
      water,
      haze,
    );
    const size = scale * random.between(0.6, 1.2);
    picture.add(
      placed(
        x,
        y,
        size,
        random.pick([branches, brain, tubes, fan])(picture, colour),
        random.between(-8, 8),
      ),
    );
  }
}

/** Staghorn: branches that fork. */
function branches(picture: Picture, colour: string): string {
  const { random } = picture;
  const grow = (x: number, y: number, angle: number, long: number, thick: number): string => {
    const [endX, endY] = [x + Math.sin(angle) * long, y - Math.cos(angle) * long];
    const stem = line(
      `M${n(x)} ${n(y)}L${n(endX)} ${n(endY)}`,
      mix(darker(colour, 0.35), lighter(colour, 0.4), 1 - thick / 16),
      thick,
    );
    if (thick < 4) return stem;
    return (
      stem +
      grow(endX, endY, angle + random.between(0.15, 0.6), long * 0.78, thick * 0.72) +
      grow(endX, endY, angle - random.between(0.15, 0.6), long * 0.78, thick * 0.72)
    );
  };
  return (
    grow(0, 20, random.between(-0.2, 0.2), 42, 15) +
    grow(14, 20, 0.5, 30, 11) +
    grow(-14, 20, -0.5, 30, 11)
  );
}

/** Brain coral: a dome with winding grooves. */
function brain(picture: Picture, colour: string): string {
  const { random } = picture;
  const dome = 'M-72 24C-76 -40 -40 -66 0 -66C40 -66 76 -40 72 24Z';
  const grooves = random
    .times(9, (i) =>
      line(
        `M-80 ${n(-58 + i * 10)}q10 ${n(random.between(-9, 9))} 20 0t20 0t20 0t20 0t20 0t20 0t20 0t20 0`,
        darker(colour, 0.4),
        2.4,
        0.7,
      ),
    )
    .join('');
  const fill = picture.radial([lighter(colour, 0.4), colour, darker(colour, 0.6)], 0.4, 0.2, 0.8);
  return shape(dome, fill) + `<g clip-path="${picture.clip(shape(dome, '#000'))}">${grooves}</g>`;
}

/** Tube sponges. */
function tubes(picture: Picture, colour: string): string {
  const { random } = picture;
  const fill = picture.linear(
    [
      [0, darker(colour, 0.4)],
      [0.35, lighter(colour, 0.25)],
      [1, darker(colour, 0.55)],
    ],
    0,
  );
  return random
    .times(6, (i) => {
      const [x, tall, half] = [-46 + i * 18, random.between(50, 120), random.between(9, 14)];
      return (
        shape(
          `M${n(x - half * 0.7)} 24L${n(x - half)} ${n(-tall)}H${n(x + half)}L${n(x + half * 0.7)} 24Z`,
          fill,
        ) +
        ellipse(x, -tall, half, 4.5, lighter(colour, 0.35)) +
        ellipse(x, -tall + 0.5, half * 0.65, 3, darker(colour, 0.75))
      );
    })
    .join('');
}

/** A sea fan. */
function fan(picture: Picture, colour: string): string {
  const { random } = picture;
  const ribs = random.times(26, (i) => {
    const angle = -1.1 + (i / 25) * 2.2;
    const long = random.between(80, 120);
    return `M0 24Q${n(Math.sin(angle) * long * 0.4)} ${n(-long * 0.45)} ${n(Math.sin(angle) * long)} ${n(20 - Math.cos(angle) * long)}`;
  });
  const rings = [45, 68, 92].map(
    (r) =>
      `M${n(-r * 0.85)} ${n(20 - r * 0.45)}Q0 ${n(4 - r * 1.35)} ${n(r * 0.85)} ${n(20 - r * 0.45)}`,
  );
  return line(ribs.join(''), colour, 2.6) + line(rings.join(''), lighter(colour, 0.2), 1.4);
}

/** A fish about (x, y); at scale 1 it is some 200 units long. */
function fish(
  picture: Picture,
  x: number,
  y: number,
  scale: number,
  hue: number,
  species: number,
  water: string,
): string {
  const { random } = picture;
  const haze = scale < 0.25 ? 0.45 : 0.08;
  const base = mix(species === 0 ? '#f2701d' : hsl(hue, 0.85, 0.52), water, haze);
  const band = mix(species === 0 ? '#ffffff' : species === 1 ? '#fff3c0' : '#1c2340', water, haze);
  const body =
    species === 2
      ? 'M-86 0C-56 -70 30 -82 92 -6C30 78 -56 66 -86 0Z'
      : 'M-90 0C-50 -48 36 -54 96 -2C36 48 -50 44 -90 0Z';
  const fin = darker(base, 0.22);
  const stripes = [-46, 4, 54]
    .map((at) =>
      shape(
        `M${at} -90q${n(random.between(8, 18))} 90 0 180h${species === 1 ? 9 : 19}q${n(random.between(8, 18))} -90 0 -180Z`,
        band,
      ),
    )
    .join('');
  const lit = picture.linear([
    [0, '#ffffff', 0.5],
    [0.35, '#ffffff', 0],
    [0.6, '#001020', 0],
    [1, '#001020', 0.5],
  ]);
  const facing = random.pick([1, -1]);
  return placed(
    x,
    y,
    scale,
    `<g transform="scale(${facing} 1)">` +
      shape(
        'M-78 0C-110 -18 -130 -50 -136 -54C-128 -16 -128 16 -136 54C-130 50 -110 18 -78 0Z',
        fin,
      ) +
      shape('M-50 -30C-30 -84 40 -84 60 -34Z', fin) +
      shape('M-40 30C-20 74 20 70 30 36Z', fin) +
      shape(body, base) +
      `<g clip-path="${picture.clip(shape(body, '#000'))}">${stripes}</g>` +
      shape(body, lit) +
      shape('M18 6C-8 6 -26 24 -28 34C-6 36 14 26 18 6Z', lighter(fin, 0.2)) +
      ellipse(66, -10, 9, 9, '#ffffff') +
      ellipse(68, -10, 5.4, 5.4, '#0a0a10') +
      ellipse(70, -12, 1.6, 1.6, '#ffffff') +
      line('M86 10q-8 4 -14 2', '#301008', 2) +
      '</g>',
    random.between(-14, 14),
  );
}

function bubbles(picture: Picture): void {
  const { random, width, height } = picture;
  const fill = picture.radial([
    [0, '#ffffff', 0.05],
    [0.75, '#ffffff', 0.12],
    [1, '#ffffff', 0.6],
  ]);
  for (let column = random.integer(1, 4); column > 0; column--) {
    const x = random.between(0, width);
    picture.add(
      ...random.times(9, (i) =>
        ellipse(
          x + random.between(-16, 16),
          height * (0.8 - i * 0.09),
          2 + i * 0.7,
          2 + i * 0.7,
          fill,
        ),
      ),
    );
  }
}

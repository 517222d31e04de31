/** A butterfly on a flower, close up. */
import { darker, hsl, lighter, mix } from '../colour.ts';
import { ellipse, line, n, placed, shape, type Picture } from '../picture.ts';
import { bokeh, glow } from '../scenery.ts';

const wings = [
  { base: '#ef7d1a', edge: '#1a1210', spots: '#fff4e0' },
  { base: '#2f6fe0', edge: '#0c1230', spots: '#cfe4ff' },
  { base: '#f4d23a', edge: '#2a2010', spots: '#d9442a' },
  { base: '#f5f0e2', edge: '#38342e', spots: '#3a3630' },
  { base: '#c23a22', edge: '#24120e', spots: '#5a8ae0' },
  { base: '#59b8a4', edge: '#10201e', spots: '#e8f6d0' },
] as const;

export function butterfly(picture: Picture): void {
  const { random, width, height } = picture;
  const hue = random.between(65, 165);
  const [bright, green, deep] = [
    hsl(hue - 10, 0.45, random.between(0.55, 0.72)),
    hsl(hue, 0.4, 0.38),
    hsl(hue + 12, 0.45, random.between(0.12, 0.24)),
  ];
  picture.cover(picture.linear([bright, green, deep], random.between(50, 130)));
  const petals = hsl(
    random.pick([330, 300, 275, 48, 15, 210, 0]) + random.between(-10, 10),
    random.between(0.5, 0.8),
    random.between(0.55, 0.72),
  );
  bokeh(
    picture,
    [bright, green, lighter(bright, 0.4), petals, deep],
    random.integer(18, 40),
    height,
  );
  glow(picture, [random.between(0, width), 0], width * 0.6, '#fff6d0', 0.7);
  for (let i = random.integer(2, 6); i > 0; i--)
    flower(
      picture,
      random.between(0, width),
      random.between(0.4, 1) * height,
      random.between(0.35, 0.7),
      petals,
      green,
      height,
    );
  picture.defocus(random.between(9, 16));

  const x = width * random.between(0.36, 0.64);
  const y = height * random.between(0.6, 0.74);
  const scale = random.between(0.9, 1.35);
  flower(picture, x, y, scale, petals, green, height);
  insect(
    picture,
    x + random.between(-16, 16),
    y - 34 * scale,
    random.between(0.9, 1.3),
    random.between(-24, 24),
  );
}

/** A daisy-like flower seen from above at a slant, with its stem; at scale 1 it is 340 units wide. */
function flower(
  picture: Picture,
  x: number,
  y: number,
  scale: number,
  colour: string,
  green: string,
  bottom: number,
): void {
  const { random } = picture;
  const count = random.integer(14, 22);
  const fill = picture.linear([
    [0, lighter(colour, 0.35)],
    [0.6, colour],
    [1, darker(colour, 0.45)],
  ]);
  const ring = (long: number, offset: number): string =>
    random
      .times(count, (i) => {
        const reach = long * random.between(0.9, 1.08);
        return placed(
          0,
          0,
          1,
          shape(
            `M0 -20C30 ${n(-reach * 0.5)} 26 ${n(-reach * 0.95)} 0 ${n(-reach)}C-26 ${n(-reach * 0.95)} -30 ${n(-reach * 0.5)} 0 -20Z`,
            fill,
            1,
            `stroke="${darker(colour, 0.35)}" stroke-width="1" stroke-opacity="0.4"`,
          ) + line(`M0 -40V${n(-reach * 0.85)}`, darker(colour, 0.3), 1.2, 0.5),
          ((i + offset) * 360) / count + random.between(-5, 5),
        );
      })
      .join('');
  const heart = random.pick(['#e8b020', '#c98a1a', '#7a4a20', '#d9c030']);
  const florets = random.times(60, (i) => {
    const [angle, distance] = [i * 2.39996, 46 * Math.sqrt(i / 60)];
    return ellipse(
      Math.cos(angle) * distance,
      Math.sin(angle) * distance - 6,
      4.5,
      4.5,
      mix(lighter(heart, 0.25), darker(heart, 0.4), random.next()),
    );
  });
  const stem = `M${n(x)} ${n(y)}Q${n(x + random.between(-40, 40))} ${n((y + bottom) / 2)} ${n(x + random.between(-50, 50))} ${n(bottom + 30)}`;
  const leaf = random.pick([1, -1]);
  picture.add(
    line(stem, darker(green, 0.45), 15 * scale),
    line(stem, lighter(green, 0.12), 6 * scale),
    shape(
      `M${n(x)} ${n(y + 160 * scale)}q${n(leaf * 60 * scale)} ${n(-80 * scale)} ${n(leaf * 190 * scale)} ${n(-50 * scale)}q${n(-leaf * 60 * scale)} ${n(90 * scale)} ${n(-leaf * 190 * scale)} ${n(50 * scale)}Z`,
      darker(green, 0.2),
    ),
    placed(
      x,
      y,
      scale,
      `<g transform="scale(1 0.55)">${ring(172, 0)}${ring(150, 0.5)}${ellipse(0, 0, 52, 52, darker(heart, 0.5))}${florets.join('')}</g>`,
    ),
  );
}

/** The butterfly about (x, y); at scale 1 it spans some 360 units. */
function insect(picture: Picture, x: number, y: number, scale: number, angle: number): void {
  const { random } = picture;
  const kind = random.pick(wings);
  const open = random.between(0.55, 1);
  const fore = 'M6 -30C40 -110 120 -170 186 -158C198 -120 176 -50 120 -22C80 -4 40 -4 6 -10Z';
  const hind = 'M6 -6C60 -12 120 0 140 44C148 84 110 116 76 104C44 92 18 50 6 14Z';
  const fill = picture.radial(
    [
      [0, lighter(kind.base, 0.3)],
      [0.6, kind.base],
      [1, darker(kind.base, 0.4)],
    ],
    0.1,
    0.6,
    1,
  );
  const veins = line(
    'M8 -20L170 -150M8 -18L182 -120M8 -16L168 -82M8 -14L136 -40M8 0L132 36M8 4L130 74M8 8L98 104M8 10L64 96',
    kind.edge,
    2.4,
    0.75,
  );
  const spots = [
    [172, -142, 6],
    [180, -120, 5],
    [176, -100, 5],
    [164, -78, 6],
    [146, -56, 5],
    [130, 44, 6],
    [130, 66, 5],
    [118, 88, 6],
    [98, 98, 5],
  ]
    .map(([sx = 0, sy = 0, r = 0]) => ellipse(sx, sy, r, r, kind.spots))
    .join('');
  const eye = random.chance(0.5)
    ? ellipse(86, -86, 17, 17, kind.edge) +
      ellipse(86, -86, 10, 10, kind.spots) +
      ellipse(86, 56, 14, 14, kind.edge) +
      ellipse(86, 56, 8, 8, kind.spots)
    : '';
  const clip = picture.clip(shape(fore, '#000') + shape(hind, '#000'));
  const wing =
    shape(hind, fill) +
    shape(fore, fill) +
    `<g clip-path="${clip}">${veins}${line(fore, kind.edge, 40)}${line(hind, kind.edge, 32)}${spots}${eye}</g>`;
  const body = picture.linear(
    [
      [0, '#120c0a'],
      [0.4, '#6a5444'],
      [1, '#120c0a'],
    ],
    0,
  );
  const flipped = random.between(0.75, 1) * open;
  picture.add(
    placed(
      x,
      y,
      scale,
      `<g transform="scale(${n(-flipped)} 1)">${wing}</g><g transform="scale(${n(open)} 1)">${wing}</g>` +
        ellipse(0, -22, 11, 32, body) +
        ellipse(0, 34, 8, 42, body) +
        ellipse(0, -60, 10, 10, '#1c1410') +
        line('M-3 -66Q-20 -110 -44 -128M3 -66Q20 -110 44 -128', '#1c1410', 2.4) +
        ellipse(-45, -129, 4, 4, '#1c1410') +
        ellipse(45, -129, 4, 4, '#1c1410'),
      angle,
    ),
  );
}

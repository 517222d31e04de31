/** A cat on a window sill, dark against the light outside. */
import { darker, hsl, lighter, mix } from '../colour.ts';
import { ellipse, line, n, placed, rect, shape, type Picture } from '../picture.ts';
import { below, bokeh, chooseLight, glow, ridge, shadow, sky } from '../scenery.ts';

export function catAtWindow(picture: Picture): void {
  const { random, width, height } = picture;
  const light = chooseLight(random);
  const sill = height * random.between(0.74, 0.86);
  outside(picture, light, sill);
  picture.defocus(random.between(4, 9));

  const wall = mix(random.pick(['#3d342c', '#2e3438', '#4a3a34', '#34302c']), light.haze, 0.12);
  const frame = random.pick(['#e9e4da', '#d8d2c6', '#5a3e2a', '#f3f1ec']);
  const dark = mix(frame, '#1c1a20', 0.45);
  const [left, right] = [width * random.between(0.04, 0.14), width * random.between(0.86, 0.96)];
  const top = height * random.between(-0.05, 0.07);
  picture.add(
    rect(-10, -10, left + 10, height + 20, wall),
    rect(right, -10, width, height + 20, wall),
    rect(-10, -10, width + 20, top + 10, wall),
  );
  const bar = random.between(11, 17);
  const bars = random.integer(1, 3);
  for (let i = 0; i <= bars; i++) {
    const x = left + ((right - left) * i) / bars - bar / 2;
    picture.add(rect(x, top, bar, sill - top, picture.linear([frame, dark, darker(dark, 0.4)], 0)));
  }
  for (const y of random.pick([
    [top],
    [top, top + (sill - top) * 0.33],
    [top, top + (sill - top) * 0.5],
  ]))
    picture.add(rect(left, y, right - left, bar, picture.linear([darker(dark, 0.2), dark])));
  picture.add(
    rect(left - 24, sill, right - left + 48, 20, picture.linear([frame, dark])),
    rect(left - 14, sill + 20, right - left + 28, 10, '#000000', 0.4),
  );
  picture.add(rect(-10, sill + 30, width + 20, height, darker(wall, 0.35)));

  if (random.chance(0.75))
    curtains(
      picture,
      left,
      right,
      sill,
      mix(random.pick(['#f0e6d6', '#8a3a34', '#4a6a7a', '#c9a45a', '#e8e8e8']), '#2a2228', 0.3),
    );
  const x = left + (right - left) * random.between(0.3, 0.7);
  if (random.chance(0.6)) pot(picture, x + random.pick([-1, 1]) * random.between(170, 230), sill);
  const fur = random.pick(['#15120f', '#15120f', '#2c2420', '#4a2c18', '#3a3a40']);
  shadow(picture, x, sill + 4, 130, 12, 0.7);
  cat(picture, x, sill + 3, random.between(0.95, 1.5), mix(fur, '#0c0a0c', 0.4), light.sun);
  glow(picture, [width * random.between(0.3, 0.7), height * 0.3], width * 0.5, light.sun, 0.22);
}

/** What is seen through the glass: sky and a garden, or roofs. */
function outside(picture: Picture, light: ReturnType<typeof chooseLight>, sill: number): void {
  const { random, width, height } = picture;
  sky(
    picture,
    light,
    height * 0.8,
    random.chance(0.5)
      ? [random.between(0.1, 0.9) * width, height * random.between(0.2, 0.5)]
      : undefined,
  );
  const green = mix(hsl(random.between(70, 130), 0.4, 0.35), light.haze, 0.35);
  for (const y of [0.56, 0.66])
    picture.add(
      shape(
        below(ridge(picture, sill * (y + 0.1), 40, 0.55), height),
        mix(green, light.haze, 0.9 - y),
      ),
    );
  if (random.chance(0.5))
    picture.add(
      ...random.times(5, () => {
        const [x, w] = [random.between(0, width), random.between(60, 130)];
        const top = sill * random.between(0.55, 0.7);
        return (
          rect(x, top, w, height, mix('#b08a72', light.haze, 0.4)) +
          shape(
            `M${n(x - 10)} ${n(top)}l${n(w / 2 + 10)} -40l${n(w / 2 + 10)} 40z`,
            mix('#8a4a3a', light.haze, 0.3),
          )
        );
      }),
    );
  bokeh(picture, [lighter(green, 0.2), green, light.sun], 16, sill);
}

/** A sitting cat seen from behind or from the side, its paws on (x, y); at scale 1 some 250 high. */
function cat(
  picture: Picture,
  x: number,
  y: number,
  scale: number,
  fur: string,
  sun: string,
): void {
  const { random } = picture;
  const facing = random.pick([1, -1]);
  const turn = random.between(-9, 9);
  const tail = random.pick([
    'M-58 -10C-120 -4 -150 20 -140 60C-134 84 -112 80 -112 64',
    'M-58 -12C-130 -20 -150 -70 -128 -110C-120 -124 -104 -118 -108 -104',
    'M50 -8C100 -2 130 22 122 70C120 86 104 86 104 74',
  ]);
  const body =
    'M-62 0C-92 -50 -74 -110 -44 -140C-30 -154 -26 -164 -28 -176L40 -176C38 -160 50 -140 56 -110C66 -70 70 -30 66 0Z';
  const head =
    'M-46 -196C-50 -214 -52 -236 -46 -252C-36 -248 -24 -238 -18 -232C-8 -236 14 -236 24 -232C30 -238 42 -248 52 -252C58 -236 56 -214 52 -196C48 -172 28 -158 4 -158C-22 -158 -42 -172 -46 -196Z';
  const rim = (data: string): string => line(data, lighter(mix(sun, fur, 0.35), 0.1), 2.6, 0.65);
  const eyes = random.chance(0.6)
    ? [-20, 24]
        .map((at) => ellipse(at, -204, 9, 7.5, '#b8c23a') + ellipse(at, -204, 2.6, 7, '#0a0a08'))
        .join('') +
      shape('M-3 -190h10l-5 6z', '#7a4a48') +
      line('M-8 -186l-44 -6M-8 -182l-42 6M12 -186l44 -6M12 -182l42 6', '#cfcac4', 1, 0.6)
    : '';
  const coat = picture.linear(
    [
      [0, lighter(fur, 0.16)],
      [0.4, fur],
      [1, darker(fur, 0.5)],
    ],
    random.pick([0, 180]),
  );
  const ears = shape(
    'M-42 -238q4 12 4 22l14 -16zM48 -238q-4 12 -4 22l-14 -16z',
    mix(fur, '#9a5a54', 0.4),
  );
  const stripes = random.chance(0.35)
    ? line(
        'M-58 -60q24 8 40 -2M-60 -84q24 8 36 -2M60 -60q-20 8 -34 -2M58 -84q-20 8 -32 -2M-8 -232v16M4 -234v18M16 -232v16',
        lighter(fur, 0.18),
        6,
        0.5,
      )
    : '';
  picture.add(
    placed(
      x,
      y,
      scale,
      `<g transform="scale(${facing} 1)">` +
        line(tail, fur, 19) +
        shape(body, coat) +
        rim('M-62 0C-92 -50 -74 -110 -44 -140') +
        rim('M66 0C70 -30 66 -70 56 -110') +
        ellipse(-18, -4, 26, 11, fur) +
        ellipse(28, -4, 24, 11, fur) +
        `<g transform="rotate(${n(turn)} 4 -170)">${shape(head, coat)}${ears}${rim('M-46 -196C-50 -214 -52 -236 -46 -252C-36 -248 -24 -238 -18 -232C-8 -236 14 -236 24 -232C30 -238 42 -248 52 -252C58 -236 56 -214 52 -196')}${eyes}</g>` +
        stripes +
        '</g>',
    ),
  );
}

function curtains(
  picture: Picture,
  left: number,
  right: number,
  sill: number,
  cloth: string,
): void {
  const { random } = picture;
  const wide = (right - left) * random.between(0.1, 0.2);
  const folds = picture.linear(
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i): [number, string] => [
      i / 8,
      i % 2 ? darker(cloth, 0.4) : lighter(cloth, 0.12),
    ]),
    0,
  );
  for (const [x, sign] of [
    [left - 20, 1],
    [right + 20, -1],
  ] as const)
    picture.add(
      shape(
        `M${n(x)} -10h${n(sign * (wide + 30))}Q${n(x + sign * wide)} ${n(sill * 0.5)} ${n(x + sign * wide * 0.7)} ${n(sill + 34)}H${n(x)}Z`,
        folds,
      ),
    );
}

/** A plant in a pot on the sill. */
function pot(picture: Picture, x: number, sill: number): void {
  const { random } = picture;
  const green = mix(hsl(random.between(90, 140), 0.4, 0.3), '#101810', 0.35);
  const leaves = random.times(16, () =>
    shape(
      'M0 0C26 -24 24 -72 0 -104C-24 -72 -26 -24 0 0Z',
      mix(green, '#7a9a5a', random.next() * 0.5),
      1,
      `transform="rotate(${n(random.between(-75, 75))}) scale(${n(random.between(0.55, 1.1))})"`,
    ),
  );
  const clay = random.pick(['#9a5a3a', '#d8d2c6', '#3a4a5a']);
  picture.add(
    placed(
      x,
      sill + 3,
      1,
      placed(0, -62, 1, leaves.join('')) +
        shape(
          'M-42 -66H42L32 0H-32Z',
          picture.linear([darker(clay, 0.55), clay, darker(clay, 0.6)], 0),
        ) +
        rect(-47, -76, 94, 15, darker(clay, 0.25)),
    ),
  );
}

/** Hot-air balloons over hills. */
import { darker, hsl, lighter, mix } from '../colour.ts';
import { line, n, placed, rect, shape, type Picture } from '../picture.ts';
import { chooseLight, range, ridge, sky, tint } from '../scenery.ts';

export function balloons(picture: Picture): void {
  const { random, width, height } = picture;
  const light = chooseLight(random, ['day', 'day', 'morning', 'golden', 'dusk']);
  const ground = height * random.between(0.78, 0.95);
  sky(
    picture,
    light,
    ground,
    random.chance(0.4) ? [random.between(0, width), ground * random.between(0.6, 0.9)] : undefined,
  );
  const land = random.pick(['#8a7a5a', '#5a7a4a', '#9a6a4a', '#6a7a6a']);
  for (const [share, y] of [
    [0.7, ground - 26],
    [0.4, ground],
    [0.1, ground + 26],
  ] as const) {
    const colour = mix(land, light.haze, share);
    range(
      picture,
      ridge(picture, y, 26, 0.42),
      height + 10,
      colour,
      darker(colour, 0.25),
      0.35 * (1 - share),
    );
  }
  const count = random.integer(2, 9);
  const largest = random.between(0.75, 1.5) * (count > 5 ? 0.75 : 1);
  for (let i = 0; i < count; i++) {
    const near = (i + 1) / count;
    const scale = largest * (0.12 + 0.88 * near ** 2.2);
    const x =
      i === count - 1 ? width * random.between(0.3, 0.7) : random.between(0.02, 0.98) * width;
    const y =
      i === count - 1 ? height * random.between(0.32, 0.5) : random.between(0.1, 0.75) * ground;
    balloon(picture, x, y, scale, mix('#ffffff', light.haze, 0.5), (1 - near) * 0.4);
  }
  tint(picture, light);
}

/** A balloon centred on (x, y); at scale 1 it is 200 units across. `haze` fades far ones. */
function balloon(
  picture: Picture,
  x: number,
  y: number,
  scale: number,
  air: string,
  haze: number,
): void {
  const { random } = picture;
  const hue = random.between(0, 360);
  const scheme = random.pick([
    [hue, hue + 40, hue + 180],
    [hue, hue, hue + 60],
    [0, 45, 215],
    [hue, hue + 120, hue + 240],
  ]);
  const colours = scheme.map((value, i) => mix(hsl(value, 0.75, i === 1 ? 0.6 : 0.47), air, haze));
  if (random.chance(0.5)) colours[1] = mix('#f6efe0', air, haze);
  const envelope =
    'M0 -112C66 -112 102 -62 100 -12C98 44 44 84 22 128L-22 128C-44 84 -98 44 -100 -12C-102 -62 -66 -112 0 -112Z';
  const gores = random.pick([6, 8, 10]);
  let panels = rect(-110, -120, 220, 260, colours[0] ?? '#c00');
  for (let i = gores; i > 0; i--) {
    // Each gore is seen narrower towards the side, as on a globe.
    const reach = 102 * Math.sin((i / gores) * (Math.PI / 2));
    panels += shape(
      `M0 -114C${n(reach * 0.66)} -112 ${n(reach)} -62 ${n(reach)} -12C${n(reach)} 44 ${n(reach * 0.5)} 84 ${n(reach * 0.24)} 130L${n(-reach * 0.24)} 130C${n(-reach * 0.5)} 84 ${n(-reach)} 44 ${n(-reach)} -12C${n(-reach)} -62 ${n(-reach * 0.66)} -112 0 -114Z`,
      colours[i % colours.length] ?? '#c00',
      1,
      'stroke="#000000" stroke-opacity="0.18" stroke-width="1"',
    );
  }
  const band = random.chance(0.4)
    ? rect(-110, random.between(-30, 0), 220, random.between(18, 44), colours[2] ?? '#c00')
    : '';
  const clip = picture.clip(shape(envelope, '#000'));
  const lamp = picture.radial(
    [
      [0, '#ffffff', 0.45],
      [0.45, '#ffffff', 0],
      [0.7, '#100818', 0.12],
      [1, '#100818', 0.6],
    ],
    random.pick([0.3, 0.7]),
    0.25,
    0.85,
  );
  const basket = picture.linear(['#8a5a2e', '#3c2512'], 0);
  picture.add(
    placed(
      x,
      y,
      scale,
      line('M-20 128L-13 162M20 128L13 162M-8 130L-6 162M8 130L6 162', '#3a2a20', 1.4) +
        `<g clip-path="${clip}">${panels}${band}${rect(-110, -120, 220, 260, lamp)}</g>` +
        shape('M-22 127h44l-4 8h-36z', darker(colours[0] ?? '#c00000', 0.4)) +
        shape('M-15 160h30l-3 24h-24z', basket) +
        rect(-16, 158, 32, 5, lighter('#6a4320', 0.15)),
      random.between(-4, 4),
    ),
  );
}

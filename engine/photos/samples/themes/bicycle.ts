/** A bicycle that leans against a wall. */
import { darker, hsl, lighter, mix } from '../colour.ts';
import { ellipse, line, n, placed, rect, ring, shape, type Picture } from '../picture.ts';
import { glow, shadow } from '../scenery.ts';

export function bicycle(picture: Picture): void {
  const { random, width, height } = picture;
  const ground = height * random.between(0.74, 0.84);
  const wall = random.pick([
    '#d9b98a',
    '#c96f4a',
    '#e8dcc8',
    '#8aa4a8',
    '#b85a48',
    '#9a8a78',
    '#d8a8a0',
    '#e0c060',
  ]);
  picture.cover(picture.linear([lighter(wall, 0.12), darker(wall, 0.25)]));
  if (random.chance(0.5)) bricks(picture, wall, ground);
  picture.add(rect(-10, -10, width + 20, ground + 10, picture.texture('relief', 0.9, 0.9, 0.28)));
  picture.add(rect(-10, -10, width + 20, ground + 10, picture.texture('patches', 3, 3, 0.2)));
  const side = random.pick([1, -1]);
  const x = width * random.between(0.42, 0.58);
  if (random.chance(0.75)) opening(picture, x - side * random.between(0.1, 0.32) * width, ground);
  pavement(picture, ground);
  const scale = random.between(0.85, 1.2);
  const y = ground + (height - ground) * random.between(0.25, 0.5);
  // The shadow falls on the ground and, slanted, on the wall.
  const paint = random.pick([
    '#b8302a',
    '#1f4a7a',
    '#1c1c1e',
    '#2f6a52',
    '#e8e2d2',
    '#d98a2a',
    '#7ab8b4',
    hsl(random.between(0, 360), 0.5, 0.45),
  ]);
  const bike = drawn(picture, paint);
  shadow(picture, x, y + 4, 330 * scale, 18 * scale, 0.75);
  const cast = drawn(picture, '#000000', true);
  picture.add(
    `<g transform="translate(${n(x + 26 * side)} ${n(y - 4)}) skewX(${-9 * side}) scale(${n(scale * side)} ${n(scale * 0.97)})" opacity="0.26">${cast}</g>`,
  );
  picture.add(placed(x, y, scale, `<g transform="scale(${side} 1)">${bike}</g>`));
  if (random.chance(0.5)) flowerPot(picture, x + side * random.between(310, 380) * scale, y - 6);
  glow(
    picture,
    [random.pick([0, 1]) * width, 0],
    width * 0.75,
    '#ffe9bd',
    random.between(0.3, 0.7),
  );
}

/** A bicycle on (0, 0) facing right, about 560 units long; `flat` leaves out what a shadow lacks. */
function drawn(picture: Picture, paint: string, flat = false): string {
  const { random } = picture;
  const [rear, front, hub] = [-165, 165, -108];
  const tyre = flat ? paint : '#161618';
  const steel = flat ? paint : '#c4c8cc';
  const spokes = Array.from({ length: 18 }, (_, i) => {
    const angle = (i * Math.PI) / 9;
    return `M0 0L${n(Math.cos(angle) * 98)} ${n(Math.sin(angle) * 98)}`;
  }).join('');
  const wheel = (x: number): string =>
    placed(
      x,
      hub,
      1,
      line(spokes, steel, 1.2) +
        ring(0, 0, 104, tyre, 9) +
        ring(0, 0, 97, steel, 3) +
        ellipse(0, 0, 9, 9, steel),
    );
  const guard = (x: number, from: number): string =>
    placed(x, hub, 1, line('M-112 0A112 112 0 0 1 70 -88', paint, 6), from);
  const tubes = `M${rear} ${hub}L-30 -104L-62 -236L122 -236L-30 -104M${rear} ${hub}L-56 -214M-72 -270L-62 -236`;
  const fork = `M112 -268L124 -230Q140 -160 ${front} ${hub}`;
  const bars = flat
    ? 'M112 -268L104 -300Q130 -322 84 -310'
    : 'M112 -268L104 -298Q144 -326 128 -298M104 -298Q96 -318 56 -306';
  const frame =
    line(tubes + fork, darker(paint, 0.35), 12) +
    line(tubes + fork, paint, 8) +
    (flat ? '' : line(tubes, lighter(paint, 0.5), 2, 0.7));
  const leather = flat ? paint : '#5a3218';
  const chain =
    line(`M${rear} ${hub - 12}L-30 -124M${rear} ${hub + 12}L-30 -84`, flat ? paint : '#3a3a3c', 3) +
    ring(-30, -104, 23, steel, 6) +
    line('M-30 -104L-8 -62M-30 -104L-52 -146', steel, 6) +
    line('M-22 -60H8M-66 -147H-38', '#18181a', 8);
  const basket =
    !flat && random.chance(0.45)
      ? shape('M128 -296H214L200 -226H140Z', picture.linear(['#c9985a', '#7a5228'])) +
        line(
          'M130 -282H212M133 -266H208M136 -250H205M150 -296L154 -226M171 -296V-226M192 -296L186 -226',
          '#5a3a1a',
          2,
          0.7,
        )
      : '';
  return (
    wheel(rear) +
    wheel(front) +
    guard(rear, 0) +
    guard(front, 6) +
    chain +
    frame +
    line(bars, steel, 7) +
    line('M56 -306L84 -311', leather, 12) +
    shape(
      'M-120 -282Q-100 -296 -66 -286Q-36 -282 -28 -276Q-60 -270 -84 -264Q-118 -262 -120 -282Z',
      leather,
    ) +
    basket +
    (flat
      ? ''
      : ellipse(134, -262, 13, 14, mix(steel, '#333333', 0.5)) +
        ellipse(134, -262, 10, 11, '#e8e4d0'))
  );
}

function bricks(picture: Picture, wall: string, ground: number): void {
  const { random, width } = picture;
  const [long, tall] = [random.between(56, 76), random.between(20, 26)];
  for (let row = 0; row * tall < ground; row++) {
    for (let x = row % 2 ? -long / 2 : 0; x < width; x += long)
      picture.add(
        rect(
          x + 1.5,
          row * tall + 1.5,
          long - 3,
          tall - 3,
          mix(darker(wall, 0.3), lighter(wall, 0.1), random.next()),
          1,
          'rx="2"',
        ),
      );
  }
}

/** A door or a window with shutters in the wall. */
function opening(picture: Picture, x: number, ground: number): void {
  const { random } = picture;
  const paint = random.pick(['#2f5a6a', '#4a6a4a', '#7a3a2c', '#3a4a7a', '#e8e4da', '#6a5038']);
  const door = random.chance(0.5);
  const [half, top] = [random.between(66, 92), ground - random.between(380, 470)];
  const bottom = door ? ground : top + random.between(180, 230);
  picture.add(
    rect(x - half - 10, top - 10, half * 2 + 20, bottom - top + 10, '#cfc6b6'),
    rect(x - half, top, half * 2, bottom - top, door ? paint : '#2a343c'),
  );
  if (door) {
    for (const [column, row] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const)
      picture.add(
        rect(
          x - half + 14 + column * half * 0.96,
          top + 20 + row * (bottom - top) * 0.48,
          half * 0.78,
          (bottom - top) * 0.42,
          darker(paint, 0.22),
          1,
          `stroke="${lighter(paint, 0.2)}" stroke-width="2"`,
        ),
      );
    picture.add(ellipse(x + half - 14, (top + bottom) / 2 + 20, 5, 5, '#d8b860'));
    return;
  }
  picture.add(
    shape(
      `M${n(x - half)} ${n(bottom)}L${n(x + half * 0.5)} ${n(top)}H${n(x + half)}L${n(x - half * 0.3)} ${n(bottom)}Z`,
      '#ffffff',
      0.18,
    ),
  );
  picture.add(
    line(
      `M${n(x)} ${n(top)}V${n(bottom)}M${n(x - half)} ${n((top + bottom) / 2)}H${n(x + half)}`,
      '#efeae0',
      6,
    ),
    rect(x - half - 16, bottom, half * 2 + 32, 12, '#bdb4a4'),
  );
  for (const at of [x - half * 2 - 8, x + half + 8]) {
    picture.add(rect(at, top, half, bottom - top, paint));
    for (let y = top + 8; y < bottom - 8; y += 12)
      picture.add(rect(at + 8, y, half - 16, 5, darker(paint, 0.35)));
  }
}

function pavement(picture: Picture, ground: number): void {
  const { random, width, height } = picture;
  const stone = random.pick(['#9a948a', '#b8a890', '#7a7a7c', '#a89a8a']);
  picture.add(
    rect(
      -10,
      ground,
      width + 20,
      height,
      picture.linear([
        [0, darker(stone, 0.3)],
        [0.15, stone],
        [1, darker(stone, 0.25)],
      ]),
    ),
  );
  const centre = width / 2;
  let joints = '';
  for (let i = -14; i <= 14; i++)
    joints += `M${n(centre + i * 62)} ${n(ground)}L${n(centre + i * 130)} ${n(height + 10)}`;
  for (let y = ground + 14, gap = 18; y < height; y += gap, gap *= 1.4)
    joints += `M-10 ${n(y)}H${n(width + 10)}`;
  picture.add(
    line(joints, darker(stone, 0.55), 2, 0.6),
    rect(-10, ground, width + 20, height, picture.texture('relief', 1, 0.5, 0.45)),
  );
  picture.add(rect(-10, ground - 10, width + 20, 12, darker(stone, 0.35), 0.6));
}

function flowerPot(picture: Picture, x: number, y: number): void {
  const { random } = picture;
  shadow(picture, x, y, 70, 14, 0.7);
  const bloom = hsl(random.pick([340, 10, 45, 290]), 0.75, 0.6);
  const leaves = random.times(70, () =>
    ellipse(
      random.between(-1, 1) * 52,
      -random.between(60, 140),
      11,
      7,
      random.chance(0.3)
        ? mix(bloom, '#ffffff', random.next() * 0.3)
        : hsl(random.between(90, 130), 0.4, random.between(0.18, 0.36)),
    ),
  );
  picture.add(
    placed(
      x,
      y,
      1,
      leaves.join('') +
        shape(
          'M-42 -74H42L30 0H-30Z',
          picture.linear(
            [
              [0, '#7a4028'],
              [0.4, '#c4744c'],
              [1, '#6a3420'],
            ],
            0,
          ),
        ) +
        rect(-47, -84, 94, 16, '#b06440'),
    ),
  );
}

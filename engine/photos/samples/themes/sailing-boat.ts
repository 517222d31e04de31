/** A sailing boat on the open sea. */
import { darker, hsl, mix } from '../colour.ts';
import { ellipse, line, n, placed, shape, type Picture } from '../picture.ts';
import { chooseLight, glitter, range, ridge, sky, tint, water } from '../scenery.ts';

export function sailingBoat(picture: Picture): void {
  const { random, width, height } = picture;
  const light = chooseLight(random);
  const horizon = height * random.between(0.42, 0.66);
  const sunX = random.between(0.05, 0.95) * width;
  const lowSun = random.chance(0.5);
  sky(picture, light, horizon, lowSun ? [sunX, horizon * random.between(0.55, 0.9)] : undefined);
  if (random.chance(0.4))
    range(
      picture,
      ridge(picture, horizon - 6, 22, 0.5),
      horizon,
      mix('#5a6a7a', light.haze, 0.5),
      mix('#5a6a7a', light.haze, 0.75),
      0.15,
    );

  const deep = mix(random.pick(['#0c4a6e', '#0f5e6a', '#123a63']), light.sky[0], 0.25);
  water(picture, horizon, height, mix(light.sky[2], deep, 0.45), deep);
  if (lowSun) glitter(picture, sunX, horizon, height, light.sun);

  const sails = random.pick([
    '#f7f3ea',
    '#f7f3ea',
    '#e9dcc2',
    hsl(random.between(0, 360), 0.55, 0.5),
  ]);
  const hull = random.pick(['#f4f4f2', '#17304f', '#8c2f23', '#6d4526', '#1f5b52']);
  for (let i = random.integer(0, 3); i > 0; i--) {
    boat(
      picture,
      random.between(0, width),
      horizon + random.between(2, 10),
      random.between(0.08, 0.16),
      mix('#ffffff', light.haze, 0.3),
      mix(hull, light.haze, 0.4),
    );
  }
  const depth = random.between(0.3, 0.62);
  boat(
    picture,
    width * random.between(0.28, 0.72),
    horizon + (height - horizon) * depth,
    random.between(0.8, 1.35),
    sails,
    hull,
  );
  tint(picture, light);
}

/** A sloop whose waterline is at (x, y); at scale 1 its mast is 300 units high. */
function boat(
  picture: Picture,
  x: number,
  y: number,
  scale: number,
  sail: string,
  hull: string,
): void {
  const { random } = picture;
  const facing = random.pick([1, -1]);
  const heel = random.between(-3, 12) * facing;
  const belly = random.between(14, 34);
  const main = `M-4 -32L-4 -292C${n(-40 - belly)} -200 ${n(-105 - belly)} -90 -118 -36Q-60 -26 -4 -32Z`;
  const jib = `M6 -268C${n(30 + belly)} -180 ${n(62 + belly)} -90 98 -30Q50 -34 10 -42Z`;
  const lit = picture.linear([darker(sail, 0.3), sail, darker(sail, 0.12)], 10);
  const seams = [-90, -150, -205].map((at) =>
    line(
      `M-4 ${at}Q-60 ${at + 12} ${n(-150 - at * -0.16 + (at + 90) * -0.35)} ${at + 8}`,
      darker(sail, 0.25),
      1,
      0.5,
    ),
  );
  const sailClip = picture.clip(shape(main, '#000'));
  const body =
    'M-128 -20C-60 -12 60 -12 146 -30C126 -2 104 12 84 16L-104 16C-120 8 -126 -6 -128 -20Z';
  const hullFill = picture.linear([mix(hull, '#ffffff', 0.15), darker(hull, 0.5)]);
  const rig =
    line('M0 -14V-300', '#4b4137', 4) +
    line('M0 -34L-120 -30', '#4b4137', 4) +
    line('M2 -298L142 -28M-2 -298L-126 -22', '#3a3a3a', 1) +
    shape(main, lit) +
    `<g clip-path="${sailClip}">${seams.join('')}</g>` +
    shape(jib, lit, 0.96) +
    shape(body, hullFill) +
    line('M-126 -14C-60 -6 60 -6 140 -24', '#ffffff', 2.5, 0.7) +
    shape('M-70 -17L-58 -34L20 -36L36 -18Z', mix(hull, '#ffffff', 0.6)) +
    ellipse(-40, -26, 5, 3, '#223') +
    ellipse(-20, -26, 5, 3, '#223') +
    ellipse(0, -27, 5, 3, '#223') +
    ellipse(-88, -30, 5, 6, '#c0392b') +
    ellipse(-88, -38, 3.4, 3.4, '#e0b090') +
    shape('M2 -300l34 8l-34 8z', '#d03a2b');
  const mirrored = `<g transform="scale(${facing} 1)">`;
  picture.add(
    placed(
      x,
      y + 14 * scale,
      scale,
      `<g transform="scale(1 -0.45)">${mirrored}${rig}</g></g>`,
      -heel,
      'opacity="0.28"',
    ),
  );
  picture.add(placed(x, y, scale, `${mirrored}${rig}</g>`, heel));
  const foam = random.times(26, () =>
    ellipse(
      random.between(-150, 150) * facing,
      random.between(10, 20),
      random.between(6, 26),
      random.between(1, 3.4),
      '#ffffff',
      random.between(0.2, 0.7),
    ),
  );
  picture.add(placed(x, y, scale, foam.join('')));
}

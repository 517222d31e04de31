/** A lake under mountains, at some time of the day. */
import { darker, mix } from '../colour.ts';
import { line, n, placed, polyline, rect, shape, type Picture } from '../picture.ts';
import {
  below,
  snowCap,
  chooseLight,
  fir,
  range,
  ridge,
  shadedSides,
  sky,
  tint,
  water,
} from '../scenery.ts';

export function mountainLake(picture: Picture): void {
  const { random, width, height } = picture;
  const light = chooseLight(random);
  const shore = height * random.between(0.5, 0.68);
  const lowSun = random.chance(0.4);
  sky(
    picture,
    light,
    shore,
    lowSun ? [random.between(0, width), shore * random.between(0.2, 0.6)] : undefined,
  );

  const rise = shore * random.between(0.22, 0.34);
  const rock = mix(random.pick(['#6b7078', '#7a6a60', '#5f6b7c']), light.haze, 0.25);
  const snow = random.chance(0.75);
  picture.add('<g id="land">');
  const far = ridge(picture, shore * 0.62, rise * 0.8, 0.52);
  range(picture, far, shore, mix(rock, light.haze, 0.55), light.haze, 0.12);
  const near = ridge(picture, shore * 0.66, rise, 0.55);
  range(picture, near, shore, rock, mix(darker(rock, 0.35), '#3c4a34', 0.5), 0);
  const top = Math.min(...near.map(([, y]) => y));
  const white = mix('#ffffff', light.haze, 0.2);
  const snowLine = top + (shore - top) * random.between(0.35, 0.8);
  if (snow) picture.add(shape(snowCap(random, near, snowLine), white));
  picture.add(shape(shadedSides(random, near, shore), mix('#1c2438', light.haze, 0.2), 0.36));
  picture.add(shape(below(near, shore), picture.texture('relief', 1, 1, 0.5)));
  forest(picture, shore, mix('#24402f', light.haze, random.between(0, 0.25)));
  picture.add('</g>');

  // The mirror image, then water over it.
  const deep = mix(light.sky[0], random.pick(['#0d2a3a', '#0f3b3a']), 0.6);
  picture.add(rect(-10, shore, width + 20, height - shore + 10, mix(light.sky[1], deep, 0.25)));
  const lake = picture.clip(rect(-10, shore, width + 20, height - shore + 10, '#000'));
  picture.add(
    `<g clip-path="${lake}"><use href="#land" transform="matrix(1 0 0 -0.85 0 ${n(shore * 1.85)})" opacity="0.75"/></g>`,
  );
  water(picture, shore, height, mix(light.sky[2], deep, 0.5), deep, random.between(0.25, 0.6));
  tint(picture, light);
  if (random.chance(0.45)) pier(picture, shore, mix('#5b4632', deep, 0.25));
  else bank(picture, mix('#26331f', deep, 0.3));
}

/** Firs along the shore, standing on a dark strip of land. */
function forest(picture: Picture, shore: number, green: string): void {
  const { random, width } = picture;
  const land = ridge(picture, shore - 14, 14, 0.5, 5);
  picture.add(shape(below(land, shore + 2), darker(green, 0.3)));
  const trees = random.times(Math.round(width / random.between(9, 18)), () => {
    const x = random.between(-10, width + 10);
    const crowd = 0.6 + 0.4 * Math.sin((x / width) * 7 + random.between(0, 1));
    const tall = random.between(26, 70) * crowd;
    return placed(
      x,
      shore + 1,
      tall / 100,
      shape(fir(random), mix(green, '#0a140e', random.next())),
    );
  });
  picture.add(...trees);
}

/** A wooden pier that runs into the lake. */
function pier(picture: Picture, shore: number, wood: string): void {
  const { random, width, height } = picture;
  const [foot, end] = [width * random.between(0.3, 0.7), width * random.between(0.42, 0.58)];
  const top = shore + (height - shore) * random.between(0.3, 0.45);
  const deck = `M${n(end - 22)} ${n(top)}L${n(end + 22)} ${n(top)}L${n(foot + 130)} ${n(height + 9)}L${n(foot - 130)} ${n(height + 9)}Z`;
  picture.add(shape(deck, picture.linear([wood, mix(wood, '#d0b090', 0.4)])));
  picture.add(shape(deck, picture.texture('ripples', 3, 0.3, 0.5)));
  for (let share = 0; share < 1; share += 0.03 + share * 0.07) {
    const y = top + (height - top) * share;
    const [x, half] = [end + (foot - end) * share, 22 + 108 * share];
    picture.add(
      line(
        polyline([
          [x - half, y],
          [x + half, y],
        ]),
        '#1c140e',
        0.8 + 2.2 * share,
        0.7,
      ),
    );
  }
}

/** Grass and stones at the viewer's feet. */
function bank(picture: Picture, green: string): void {
  const { random, height } = picture;
  const edge = ridge(picture, height * random.between(0.93, 0.99), 18, 0.5, 6);
  picture.add(shape(below(edge, height + 10), green));
  picture.add(shape(below(edge, height + 10), picture.texture('relief', 0.5, 0.5, 0.6)));
  for (const [x, y] of edge) {
    for (const lean of random.times(3, () => random.between(-9, 9))) {
      picture.add(
        line(
          `M${n(x)} ${n(y + 6)}q${n(lean / 3)} -14 ${n(lean)} ${n(-random.between(12, 38))}`,
          green,
          1.6,
        ),
      );
    }
  }
}

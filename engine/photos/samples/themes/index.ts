/** Every theme of the sample photos, by the name of its folder. */
import type { Picture } from '../picture.ts';
import { balloons } from './balloons.ts';
import { birchForest } from './birch-forest.ts';
import { bicycle } from './bicycle.ts';
import { butterfly } from './butterfly.ts';
import { catAtWindow } from './cat-at-window.ts';
import { cityNight } from './city-night.ts';
import { clock } from './clock.ts';
import { coralReef } from './coral-reef.ts';
import { desert } from './desert.ts';
import { fruitBowl } from './fruit-bowl.ts';
import { lighthouse } from './lighthouse.ts';
import { mountainLake } from './mountain-lake.ts';
import { sailingBoat } from './sailing-boat.ts';
import { snowyCabin } from './snowy-cabin.ts';
import { sunflowers } from './sunflowers.ts';
import { teaCup } from './tea-cup.ts';

/** Draws one picture of the theme; picture.random decides everything that varies. */
export type Theme = (picture: Picture) => void;

export const themes: ReadonlyMap<string, Theme> = new Map([
  ['balloons', balloons],
  ['bicycle', bicycle],
  ['birch-forest', birchForest],
  ['butterfly', butterfly],
  ['cat-at-window', catAtWindow],
  ['city-night', cityNight],
  ['clock', clock],
  ['coral-reef', coralReef],
  ['desert', desert],
  ['fruit-bowl', fruitBowl],
  ['lighthouse', lighthouse],
  ['mountain-lake', mountainLake],
  ['sailing-boat', sailingBoat],
  ['snowy-cabin', snowyCabin],
  ['sunflowers', sunflowers],
  ['tea-cup', teaCup],
]);

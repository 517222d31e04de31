/** What the tests of this room share: small drawn pictures, and runs over them. */
import { join } from 'node:path';
import { Random } from '../../../engine/random.ts';
import { bytesOfPixels, writeRows } from '../../../engine/training/rows-file.ts';
import {
  defaultSettings,
  type TrainingRun,
  type TrainingSettings,
} from '../../../engine/training/run.ts';
import { autoencoders } from '../../../engine/training/autoencoder.ts';

/** `count` photos of a disc on a ground, in colours and places of chance. */
export function* drawnPictures(count: number, side: number, seed = 1): Generator<Uint8Array> {
  for (let photo = 0; photo < count; photo++) {
    const random = new Random('picture', seed, photo);
    const [x, y] = [random.between(0.2, 0.8) * side, random.between(0.2, 0.8) * side];
    const radius = random.between(0.1, 0.4) * side;
    const [disc, ground] = [0, 1].map(() => random.times(3, () => random.integer(0, 255)));
    const pixels = new Uint8Array(bytesOfPixels(side));
    for (let i = 0; i < pixels.length; i++) {
      const place = Math.floor(i / 3);
      const inside = Math.hypot((place % side) - x, Math.floor(place / side) - y) < radius;
      pixels[i] = (inside ? disc : ground)?.[i % 3] ?? 0;
    }
    yield pixels;
  }
}

/** A run over drawn pictures, its data written into `folder`. */
export async function drawnRun(
  folder: string,
  kind: keyof typeof autoencoders,
  options: { count?: number; seed?: number; settings?: Partial<TrainingSettings> } = {},
): Promise<TrainingRun> {
  const { count = 20, seed = 1, settings } = options;
  const { side } = autoencoders[kind];
  const path = join(folder, 'data.bin');
  const data = await writeRows(path, bytesOfPixels(side), drawnPictures(count, side));
  return {
    kind,
    settings: { ...defaultSettings, ...settings },
    seed,
    data: { path, ...data },
    labels: null,
    folder,
    program: '1.2.3',
  };
}

/** A folder of photos of people, from the photos beside the project, with one that shows two of them. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writePhotos } from './library.ts';
import { facesFolder, photosByKind } from './shared-photos.ts';

/** Photos of each of the four people. */
export const perPerson = 4;

/**
 * Writes `person-1/0.jpg` and so on, `group.jpg`, in which the first two people are beside each other
 * and the first one is larger, and two patterns without faces.
 * @returns the names of the people
 */
export async function writePeople(folder: string): Promise<string[]> {
  const counts = new Map<string, number>();
  for (const { kind, path } of photosByKind(facesFolder)) {
    const count = counts.get(kind) ?? 0;
    if (count === perPerson) continue;
    counts.set(kind, count + 1);
    await mkdir(join(folder, kind), { recursive: true });
    await cp(path, join(folder, kind, `${count}.jpg`));
  }
  const two = await together(join(folder, 'person-1/0.jpg'), join(folder, 'person-2/0.jpg'));
  await writeFile(join(folder, 'group.jpg'), two);
  await writePhotos(folder, { 'pattern.jpg': 1, 'other.jpg': 2 });
  return [...counts.keys()];
}

async function together(first: string, second: string): Promise<Buffer> {
  const left = await sharp(first).resize({ height: 320 }).toBuffer({ resolveWithObject: true });
  const right = await sharp(second).resize({ height: 240 }).toBuffer({ resolveWithObject: true });
  const width = left.info.width + right.info.width;
  return sharp({ create: { width, height: 320, channels: 3, background: '#777777' } })
    .composite([
      { input: left.data, left: 0, top: 0 },
      { input: right.data, left: left.info.width, top: 40 },
    ])
    .jpeg()
    .toBuffer();
}

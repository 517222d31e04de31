/** Pictures with attributes that are known, because they were drawn so. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../engine/random.ts';

/** What a picture may have; one in five is dark, of the others every second. */
export const drawnAttributes = ['Circle', 'Square', 'Red', 'Striped', 'Dark'] as const;

export interface DrawnPicture {
  /** Its file. */
  name: string;
  has: boolean[];
}

const [width, height] = [320, 240];

/** Draws `count` pictures into a folder. */
export async function drawAttributes(folder: string, count: number): Promise<DrawnPicture[]> {
  await mkdir(folder, { recursive: true });
  const random = new Random('attributes');
  const pictures = random.times(count, (index) => {
    const has = drawnAttributes.map((name) => random.chance(name === 'Dark' ? 0.2 : 0.5));
    return { name: `${String(index + 1).padStart(6, '0')}.jpg`, has, svg: drawing(has, random) };
  });
  for (const { name, svg } of pictures)
    await writeFile(join(folder, name), await sharp(Buffer.from(svg)).jpeg().toBuffer());
  return pictures.map(({ name, has }) => ({ name, has }));
}

/** The pictures as CelebA's list has them. */
export function listOf(pictures: readonly DrawnPicture[]): string {
  const rows = pictures.map(
    ({ name, has }) => `${name} ${has.map((is) => (is ? ' 1' : '-1')).join(' ')}`,
  );
  return [pictures.length, drawnAttributes.join(' '), ...rows, ''].join('\n');
}

function drawing([circle, square, red, striped, dark]: boolean[], random: Random): string {
  const hue = red ? random.between(-12, 12) : random.between(60, 300);
  const light = dark ? random.between(15, 28) : random.between(60, 80);
  const ground = (lightness: number): string => `hsl(${(hue + 360) % 360},60%,${lightness}%)`;
  const paint = (): string =>
    `hsl(${random.between(0, 360)},70%,${dark ? random.between(60, 80) : random.between(20, 45)}%)`;
  const parts = [`<rect width="${width}" height="${height}" fill="${ground(light)}"/>`];
  const stripe = random.between(8, 14);
  for (let x = 0; striped && x < width; x += 2 * stripe)
    parts.push(
      `<rect x="${x}" width="${stripe}" height="${height}" fill="${ground(light * 0.6)}"/>`,
    );
  const [left, right] = random.shuffled([random.between(60, 110), random.between(210, 260)]);
  const radius = random.between(28, 46);
  const y = random.between(70, 170);
  if (circle) parts.push(`<circle cx="${left}" cy="${y}" r="${radius}" fill="${paint()}"/>`);
  if (square)
    parts.push(
      `<rect x="${(right ?? 0) - radius}" y="${240 - y - radius}" width="${2 * radius}" height="${2 * radius}" fill="${paint()}"/>`,
    );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`;
}

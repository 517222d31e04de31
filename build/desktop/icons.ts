/**
 * Draws the program's icons for all systems from `resources/icon.svg`: `node build/desktop/icons.ts`.
 * They are committed, so that packing needs no tool for them.
 *
 *   resources/icon.png               1024 pixels, the window's
 *   resources/icons/linux/           one picture for each size
 *   resources/icons/icon.ico         Windows
 *   resources/icons/icon.icns        macOS
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from '../../engine/photos/sharp.ts';

const resources = fileURLToPath(new URL('../../resources/', import.meta.url));

const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 24, 32, 48, 64, 128, 256];
/** macOS: the four letters under which an icon file has a PNG of so many pixels. */
const macTypes: Record<string, number> = {
  ...{ ic07: 128, ic08: 256, ic09: 512, ic10: 1024 },
  // 16, 32, 128 and 256 points on screens of double density, from which others make smaller ones.
  ...{ ic11: 32, ic12: 64, ic13: 256, ic14: 512 },
};
/** On macOS an icon's shape takes 824 of 1024 pixels, and the rest is air and shadow. */
const macShape = 824 / 1024;

/**
 * @param size of the square, in pixels
 * @param share of the picture's side that the drawing takes
 * @returns a PNG
 */
async function draw(svg: Buffer, size: number, share = 1): Promise<Buffer> {
  const side = Math.round(size * share);
  const before = Math.floor((size - side) / 2);
  const after = size - side - before;
  // The drawing is 32 units wide at 72 dots per inch.
  return sharp(svg, { density: (72 * side) / 32 })
    .resize(side, side)
    .extend({
      ...{ left: before, top: before, right: after, bottom: after },
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Windows' container: a list of sizes and places, then the PNGs. */
function ico(pictures: { size: number; png: Buffer }[]): Buffer {
  const entry = 16;
  const header = Buffer.alloc(6 + entry * pictures.length);
  header.writeUInt16LE(1, 2); // an icon, not a cursor
  header.writeUInt16LE(pictures.length, 4);
  let place = header.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const at = 6 + entry * index;
    header.writeUInt8(size % 256, at); // 0 means 256
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4); // planes
    header.writeUInt16LE(32, at + 6); // bits for a pixel
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(place, at + 12);
    place += png.length;
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

/** Apple's container: after the whole length, each PNG behind its type and length. */
function icns(pictures: { type: string; png: Buffer }[]): Buffer {
  const chunk = (type: string, ...content: Buffer[]): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 'ascii');
    head.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0), 4);
    return Buffer.concat([head, ...content]);
  };
  return chunk('icns', ...pictures.map(({ type, png }) => chunk(type, png)));
}

async function drawIcons(): Promise<void> {
  const svg = await readFile(join(resources, 'icon.svg'));
  const folder = join(resources, 'icons');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'linux'), { recursive: true });
  await writeFile(join(resources, 'icon.png'), await draw(svg, 1024));
  for (const size of linuxSizes)
    await writeFile(join(folder, 'linux', `${size}x${size}.png`), await draw(svg, size));

  const windows = windowsSizes.map(async (size) => ({ size, png: await draw(svg, size) }));
  await writeFile(join(folder, 'icon.ico'), ico(await Promise.all(windows)));
  const mac = Object.entries(macTypes).map(async ([type, size]) => ({
    type,
    png: await draw(svg, size, macShape),
  }));
  await writeFile(join(folder, 'icon.icns'), icns(await Promise.all(mac)));
}

if (import.meta.main) await drawIcons();

/**
 * Makes twelve-megapixel JPEGs for measuring: pictures with detail at every scale, so that they are as
 * large and as slow to decode as a camera's (about 1.5 to 3 MB).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const width = 4000;
const height = 3000;
/** Different pictures; the rest are those with another tail, which is another file to an indexer. */
const drawn = 12;

/** Fills `folder` with `count` photos. */
export async function makePhotos(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const originals: Buffer[] = [];
  for (let n = 0; n < count; n++) {
    const original = originals[n % drawn] ?? (await draw());
    if (originals.length < drawn) originals.push(original);
    // Bytes behind the end of a JPEG are ignored by decoders.
    await writeFile(
      join(folder, `photo-${n}.jpg`),
      Buffer.concat([original, Buffer.from(`#${n}`)]),
    );
  }
}

/** The mean size of the photos in bytes. */
export async function meanBytes(folder: string, count: number): Promise<number> {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += (await readFile(join(folder, `photo-${n}.jpg`))).length;
  return sum / count;
}

/** Noise at three scales, added up. */
async function draw(): Promise<Buffer> {
  const layer = (scale: number, sigma: number): Promise<Buffer> =>
    sharp({
      create: {
        width: Math.round(width / scale),
        height: Math.round(height / scale),
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma },
      },
    })
      .resize(width, height, { kernel: 'cubic', fit: 'fill' })
      .png({ compressionLevel: 1 })
      .toBuffer();
  const [coarse, middle, fine] = await Promise.all([layer(400, 70), layer(40, 30), layer(4, 14)]);
  return sharp(coarse)
    .composite([
      { input: middle, blend: 'soft-light' },
      { input: fine, blend: 'soft-light' },
    ])
    .jpeg({ quality: 90 })
    .toBuffer();
}

/**
 * Pictures for tests, made with sharp: the same four coloured quarters in every format and in every
 * way a photo can be stored, and files that only look like photos or are damaged.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, createDeflate } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

export const width = 160;
export const height = 120;
export type Colour = readonly [number, number, number];

/** What the upright picture shows, quarter by quarter. */
export const quarters = {
  topLeft: [200, 40, 40],
  topRight: [40, 170, 60],
  bottomLeft: [40, 60, 190],
  bottomRight: [230, 210, 50],
} as const satisfies Record<string, Colour>;

/** Every way of storing pixels that EXIF knows. */
export const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type Orientation = (typeof orientations)[number];

/**
 * Where the stored pixel in column `c` and row `r` is in the upright picture, after the table of
 * section 4.6.4 (tag Orientation) of the EXIF 2.3 standard.
 */
const uprightAt: Record<Orientation, (c: number, r: number) => [x: number, y: number]> = {
  1: (c, r) => [c, r],
  2: (c, r) => [width - 1 - c, r],
  3: (c, r) => [width - 1 - c, height - 1 - r],
  4: (c, r) => [c, height - 1 - r],
  5: (c, r) => [r, c],
  6: (c, r) => [width - 1 - r, c],
  7: (c, r) => [width - 1 - r, height - 1 - c],
  8: (c, r) => [r, height - 1 - c],
};

/** −8…8, without a pattern (the mixing steps of the hash function MurmurHash3), always the same. */
function noise(i: number): number {
  let hash = Math.imul(i + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) % 17) - 8;
}

/** The picture as raw sRGB, stored in one of the ways. A little noise keeps files from being too small to be cut. */
function stored(orientation: Orientation = 1): Sharp {
  const [columns, rows] = orientation >= 5 ? [height, width] : [width, height];
  const data = Buffer.alloc(columns * rows * 3);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const [x, y] = uprightAt[orientation](c, r);
      const { topLeft, topRight, bottomLeft, bottomRight } = quarters;
      const [left, right] = y < height / 2 ? [topLeft, topRight] : [bottomLeft, bottomRight];
      const colour = x < width / 2 ? left : right;
      for (const [channel, value] of colour.entries())
        data[(r * columns + c) * 3 + channel] = value + noise((y * width + x) * 3 + channel);
    }
  return sharp(data, { raw: { width: columns, height: rows, channels: 3 } });
}

/** The upright picture, to be written in some format. */
export function picture(): Sharp {
  return stored();
}

/** The picture as a JPEG that has to be turned by its EXIF orientation. */
export function oriented(orientation: Orientation): Promise<Buffer> {
  return stored(orientation).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
}

/** A picture of one colour and the size of the other, as a later frame or page. */
function other(): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#000000' } })
    .png()
    .toBuffer();
}

/** The picture as the first of two frames or pages. */
async function firstOfTwo(): Promise<Sharp> {
  return sharp([await picture().png().toBuffer(), await other()], { join: { animated: true } });
}

/** The picture in every format and way of keeping colours, by name. */
export const everyFormat: Record<string, () => Promise<Buffer>> = {
  jpeg: () => picture().jpeg().toBuffer(),
  'progressive jpeg': () => picture().jpeg({ progressive: true }).toBuffer(),
  'cmyk jpeg': () => picture().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
  png: () => picture().png().toBuffer(),
  'interlaced png': () => picture().png({ progressive: true }).toBuffer(),
  'palette png': () => picture().png({ palette: true }).toBuffer(),
  '16-bit png': () => picture().toColourspace('rgb16').png().toBuffer(),
  'png with a display p3 profile': () => picture().withIccProfile('p3').png().toBuffer(),
  webp: () => picture().webp().toBuffer(),
  'lossless webp': () => picture().webp({ lossless: true }).toBuffer(),
  'animated webp': async () => (await firstOfTwo()).webp().toBuffer(),
  avif: () => picture().avif().toBuffer(),
  gif: () => picture().gif().toBuffer(),
  'animated gif': async () => (await firstOfTwo()).gif().toBuffer(),
  tiff: () => picture().tiff({ compression: 'lzw' }).toBuffer(),
  'tiled tiff': () =>
    picture()
      .tiff({ compression: 'deflate', tile: true, tileWidth: 64, tileHeight: 64 })
      .toBuffer(),
  'cmyk tiff': () => picture().toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer(),
  '16-bit tiff': () => picture().toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer(),
  'tiff of two pages': async () => (await firstOfTwo()).tiff({ compression: 'lzw' }).toBuffer(),
};

/** Ways of keeping a grey picture, by name: its left half is dark (60), its right half light (190). */
export const everyGrey: Record<string, () => Promise<Buffer>> = {
  'grey jpeg': () => grey().jpeg({ quality: 95 }).toBuffer(),
  'grey png': () => grey().png().toBuffer(),
  '16-bit grey png': () => grey().toColourspace('grey16').png().toBuffer(),
  '1-bit-palette png': () => grey().png({ palette: true, colours: 2 }).toBuffer(),
  'grey tiff': () => grey().tiff({ compression: 'lzw' }).toBuffer(),
};

function grey(): Sharp {
  const data = Buffer.alloc(width * height);
  for (let i = 0; i < data.length; i++) data[i] = i % width < width / 2 ? 60 : 190;
  return sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
}

/** Pictures whose left half is opaque red and whose right half is black that nobody can see. */
export const everyTransparent: Record<string, () => Promise<Buffer>> = {
  'transparent png': () => transparent().png().toBuffer(),
  '16-bit transparent png': () => transparent().toColourspace('rgb16').png().toBuffer(),
  'transparent palette png': () => transparent().png({ palette: true }).toBuffer(),
  'transparent webp': () => transparent().webp().toBuffer(),
  'transparent gif': () => transparent().gif().toBuffer(),
  'transparent avif': () => transparent().avif().toBuffer(),
  'transparent tiff': () => transparent().tiff({ compression: 'lzw' }).toBuffer(),
};

function transparent(): Sharp {
  const data = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++)
    if (i % width < width / 2) data.set([200, 40, 40, 255], i * 4);
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** The picture as a JPEG with these EXIF fields; IFD0 holds `DateTime`, IFD2 `DateTimeOriginal`. */
export function withExif(exif: {
  IFD0?: Record<string, string>;
  IFD2?: Record<string, string>;
}): Promise<Buffer> {
  return picture().jpeg().withExif(exif).toBuffer();
}

/** The first part of a file. @param share 0…1 */
export function cut(content: Buffer, share: number): Buffer {
  return content.subarray(0, Math.round(content.length * share));
}

/**
 * A whole and valid PNG of side × side black pixels, one bit each, so that it is small as a file:
 * 50,000 × 50,000 take 1.3 MB.
 */
export async function hugePng(side: number): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1; // bit depth; colour type 0 is grey
  const row = Buffer.alloc(1 + Math.ceil(side / 8));
  const rowsAtOnce = 1000;
  const deflate = createDeflate({ level: 1 });
  const pieces: Buffer[] = [];
  deflate.on('data', (piece: Buffer) => pieces.push(piece));
  for (let rows = side; rows > 0; rows -= rowsAtOnce)
    await new Promise<void>((resolve, reject) => {
      deflate.write(Buffer.alloc(row.length * Math.min(rows, rowsAtOnce)), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  deflate.end();
  await once(deflate, 'end');
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', Buffer.concat(pieces)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** Files that are no photos that Lookalike reads, with the code that each earns. */
export const notPhotos: Record<string, { content: Buffer; code: string }> = {
  'an empty file': { content: Buffer.alloc(0), code: 'photo-empty' },
  text: { content: Buffer.from('Dear diary, today I took no photo.\n'), code: 'not-a-photo' },
  zeros: { content: Buffer.alloc(4096), code: 'not-a-photo' },
  'a drawing (SVG)': {
    content: Buffer.from(
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="red"/></svg>',
    ),
    code: 'not-a-photo',
  },
  'a document (PDF)': {
    content: Buffer.from(
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 64 64]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
    ),
    code: 'not-a-photo',
  },
  'a HEIC header': {
    content: Buffer.concat([
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      Buffer.alloc(512),
    ]),
    code: 'photo-format',
  },
  'the first bytes of a JPEG': {
    content: Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
    code: 'photo-unreadable',
  },
  'the first bytes of a PNG': {
    content: Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
    code: 'photo-unreadable',
  },
  'the first bytes of an AVIF': {
    content: Buffer.from('\0\0\0\x1cftypavif\0\0\0\0', 'latin1'),
    code: 'photo-unreadable',
  },
};

/** A new folder that is removed with what is in it when the test is done with it. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'lookalike-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

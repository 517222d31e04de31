/**
 * Turns the bytes of one untrusted file into pixels and a thumbnail with sharp (libvips). Runs in the
 * decoder process only, which may die of it.
 */
import exifReader from 'exif-reader';
import sharp, { type Metadata, type Sharp } from './sharp.ts';
import { LookalikeError, messageOf } from '../errors.ts';
import { decodedFormats } from './formats.ts';
import { thumbnailSide } from './thumbnail-side.ts';

export { thumbnailSide } from './thumbnail-side.ts';

/** A photo of more pixels than this is refused: about what a 4-GiB machine can still decode. */
const mostPixels = 300_000_000;
const thumbnailQuality = 80;
const screenQuality = 88;

// The host decides how many photos are decoded at once; inside one photo, threads would only wait
// for each other. No two photos are alike, so keeping decoded ones is of no use.
sharp.concurrency(1);
sharp.cache(false);
// Drawings, documents and everything else that libvips could load stay closed to untrusted files.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map(
    (name) => `VipsForeignLoad${name}`,
  ),
});

/**
 * How a photo is brought into a square: `fill` stretches it; `contain` keeps its shape, in the upper
 * left, and leaves the rest black.
 */
export type Fit = 'fill' | 'contain';

export interface DecodedPhoto {
  /** After orientation. */
  width: number;
  height: number;
  /** Wall clock where the photo was taken, in milliseconds, as if it had been UTC; or null. */
  takenAt: number | null;
  /** side × side × 3 bytes, RGB in sRGB, rows from the top; the photo lies in the square as `Fit` says. */
  pixels: Uint8Array;
  /** WebP, long side at most `thumbnailSide`. */
  thumbnail: Uint8Array;
  /** Why the photo counts as damaged, though a part of it was decoded; or null. */
  damage: string | null;
}

/**
 * Decodes a photo once, for its thumbnail and for a method that wants side × side pixels.
 * @throws LookalikeError `photo-empty`, `not-a-photo`, `photo-format`, `photo-too-large` or `photo-unreadable`
 */
export async function decodePhoto(
  content: Uint8Array,
  side: number,
  fit: Fit = 'fill',
): Promise<DecodedPhoto> {
  const metadata = await readMetadata(content);
  const { raw, damage } = await decodeWithin(content, metadata, decodedSide(side, fit));
  const [thumbnail, pixels] = await Promise.all([
    fromRaw(raw)
      .resize(thumbnailSide, thumbnailSide, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: thumbnailQuality, effort: 2 })
      .toBuffer(),
    squareOf(raw, side, fit),
  ]);
  release(raw);
  const turned = (metadata.orientation ?? 1) >= 5;
  return {
    width: turned ? metadata.height : metadata.width,
    height: turned ? metadata.width : metadata.height,
    takenAt: takenAt(metadata),
    pixels,
    thumbnail,
    damage,
  };
}

/**
 * Only the pixels that a method wants of a photo, as `decodePhoto` gives them.
 * @throws LookalikeError as `decodePhoto`
 */
export async function decodePixels(
  content: Uint8Array,
  side: number,
  fit: Fit = 'fill',
): Promise<Uint8Array> {
  const metadata = await readMetadata(content);
  const { raw } = await decodeWithin(content, metadata, decodedSide(side, fit));
  return squareOf(raw, side, fit);
}

/** A part of a photo, in shares of its width and height, mirrored or not: the photo, seen otherwise. */
export interface View {
  left: number;
  top: number;
  width: number;
  height: number;
  mirrored: boolean;
}

/**
 * Several views of a photo from one decode, each stretched to side × side pixels, one after the other.
 * @throws LookalikeError as `decodePhoto`
 */
export async function decodeViews(
  content: Uint8Array,
  side: number,
  views: readonly View[],
): Promise<Uint8Array> {
  const { raw } = await decodeWithin(content, await readMetadata(content), thumbnailSide);
  const seen = await Promise.all(views.map((view) => viewOf(raw, side, view)));
  return Buffer.concat(seen);
}

function viewOf(raw: Raw, side: number, view: View): Promise<Buffer> {
  const left = Math.min(raw.width - 1, Math.round(view.left * raw.width));
  const top = Math.min(raw.height - 1, Math.round(view.top * raw.height));
  const width = Math.max(1, Math.min(raw.width - left, Math.round(view.width * raw.width)));
  const height = Math.max(1, Math.min(raw.height - top, Math.round(view.height * raw.height)));
  return fromRaw(raw)
    .extract({ left, top, width, height })
    .resize(side, side, { fit: 'fill' })
    .flop(view.mirrored)
    .raw()
    .toBuffer();
}

/** The long side to which a photo is decoded. What is stretched needs no more than a thumbnail has. */
function decodedSide(side: number, fit: Fit): number {
  return fit === 'fill' ? thumbnailSide : Math.max(side, thumbnailSide);
}

/** Pixels as `decodePixels` gives them, as a WebP without losses. */
export async function encodePixels(pixels: Uint8Array, side: number): Promise<Uint8Array> {
  const data = Buffer.from(pixels);
  return fromRaw({ data, width: side, height: side }).webp({ lossless: true }).toBuffer();
}

/**
 * Gives the memory of pixels back that nobody reads any more. Left to V8, up to 64 MB of them gather
 * before it looks, after thousands of photos or at once.
 */
function release({ data }: Raw): void {
  if (data.byteLength === data.buffer.byteLength) (data.buffer as ArrayBuffer).transfer(0);
}

function squareOf(raw: Raw, side: number, fit: Fit): Promise<Uint8Array> {
  return fromRaw(raw)
    .resize(side, side, { fit, position: 'left top', background: '#000000' })
    .raw()
    .toBuffer();
}

/**
 * A photo as WebP for the screen, oriented, in sRGB, its long side at most `longSide` pixels.
 * @throws LookalikeError as `decodePhoto`
 */
export async function renderPhoto(content: Uint8Array, longSide: number): Promise<Uint8Array> {
  const { raw } = await decodeWithin(content, await readMetadata(content), longSide);
  return fromRaw(raw).webp({ quality: screenQuality, effort: 1 }).toBuffer();
}

interface Raw {
  data: Buffer;
  width: number;
  height: number;
}

function fromRaw({ data, width, height }: Raw): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function readMetadata(content: Uint8Array): Promise<Metadata> {
  if (content.length === 0)
    throw new LookalikeError('photo-empty', 'The file is empty: it has no bytes at all.');
  let metadata: Metadata;
  try {
    metadata = await sharp(lengthened(content), {
      failOn: 'none',
      limitInputPixels: false,
    }).metadata();
  } catch (error) {
    throw looksLikeHeic(content) ? heic(error) : notAPhoto(content, error);
  }
  if (!decodedFormats.has(metadata.format)) throw notAPhoto(content);
  const pixels = metadata.width * (metadata.pageHeight ?? metadata.height);
  if (pixels > mostPixels)
    throw new LookalikeError(
      'photo-too-large',
      `The photo has ${Math.round(pixels / 1e6)} megapixels; the limit is ${mostPixels / 1e6}.`,
    );
  return metadata;
}

function notAPhoto(content: Uint8Array, cause?: unknown): LookalikeError {
  if (hasPhotoSignature(content))
    return new LookalikeError(
      'photo-unreadable',
      'The file begins like a photo, but is damaged so early that nothing of it can be decoded.',
      { cause },
    );
  return new LookalikeError(
    'not-a-photo',
    'The content is not a picture that Lookalike reads, whatever its name says.',
    { cause },
  );
}

function heic(cause: unknown): LookalikeError {
  return new LookalikeError(
    'photo-format',
    'HEIC photos cannot be decoded yet. Export it as JPEG to include it.',
    { cause },
  );
}

/** The first bytes of the formats that are decoded, as Latin-1 text. */
const signatures = /^(\xff\xd8\xff|\x89PNG|GIF8|II[*+]\0|MM\0[*+]|RIFF....WEBP|....ftypavi[fs])/s;

function hasPhotoSignature(content: Uint8Array): boolean {
  return signatures.test(latin1(content.subarray(0, 16)));
}

function looksLikeHeic(content: Uint8Array): boolean {
  return /^....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/s.test(latin1(content.subarray(0, 16)));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** A PNG decoder reads ahead by less than this. */
const readAheadBytes = 65_536;
/** Bytes that are put in the place of missing ones, at most: far more than any WebP photo lacks. */
const mostMissingBytes = 64 * 1024 * 1024;

/**
 * A PNG or WebP file that ends too early, with zeros in the place of what is missing. Their decoders
 * read ahead and give up where nothing is left, although what is there would do for a part of the
 * picture. Other content comes back as it is.
 */
function lengthened(content: Uint8Array): Uint8Array {
  const start = latin1(content.subarray(0, 12));
  let missing = 0;
  if (start.startsWith('\x89PNG') && latin1(content.subarray(-8, -4)) !== 'IEND')
    missing = readAheadBytes;
  if (/^RIFF....WEBP/s.test(start)) {
    const declared = new DataView(content.buffer, content.byteOffset).getUint32(4, true) + 8;
    missing = Math.min(Math.max(declared - content.length, 0), mostMissingBytes);
  }
  return missing === 0 ? content : Buffer.concat([content, Buffer.alloc(missing)]);
}

/**
 * Warnings of the JPEG decoder that mean lost pixels. Others are about harmless oddities, such as
 * stray bytes before a marker, which some cameras write into every photo.
 */
const lostPixels = /premature end of data|bad (Huffman|arithmetic) code|found marker/;

/** Decodes to at most `longSide`, leniently where a strict attempt fails. */
async function decodeWithin(
  content: Uint8Array,
  { format }: Metadata,
  longSide: number,
): Promise<{ raw: Raw; damage: string | null }> {
  try {
    return { raw: await decodeStrictly(content, format, longSide), damage: null };
  } catch (strict) {
    let raw: Raw;
    try {
      raw = await decodeRaw(lengthened(content), longSide, 'none');
    } catch (lenient) {
      throw looksLikeHeic(content) ? heic(lenient) : unreadable(lenient);
    }
    // Where not one row could be decoded, libvips fills the picture with a single colour.
    if (isUniform(raw)) throw unreadable(strict);
    return {
      raw,
      damage: `The file is damaged (${firstLine(strict)}). The part that can still be decoded is used.`,
    };
  }
}

async function decodeStrictly(
  content: Uint8Array,
  format: Metadata['format'],
  longSide: number,
): Promise<Raw> {
  if (format === 'jpeg')
    try {
      return await decodeRaw(content, longSide, 'warning');
    } catch (error) {
      if (lostPixels.test(messageOf(error))) throw error;
    }
  return decodeRaw(content, longSide, 'error');
}

async function decodeRaw(
  content: Uint8Array,
  longSide: number,
  failOn: 'warning' | 'error' | 'none',
): Promise<Raw> {
  const { data, info } = await sharp(content, {
    failOn,
    limitInputPixels: mostPixels,
    sequentialRead: true,
  })
    .autoOrient()
    .resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function unreadable(cause: unknown): LookalikeError {
  return new LookalikeError(
    'photo-unreadable',
    `Nothing of the photo can be decoded (${firstLine(cause)}).`,
    { cause },
  );
}

/** What went wrong, without the names of decoders that sharp and libvips put before it. */
function firstLine(error: unknown): string {
  return (messageOf(error).trim().split('\n')[0] ?? '').replace(
    /^(Input buffer has corrupt header: |\w+: )+|\.$/g,
    '',
  );
}

function isUniform({ data }: Raw): boolean {
  for (let i = 3; i < data.length; i++) if (data[i] !== data[i % 3]) return false;
  return true;
}

/** What becomes of 0000:00:00 00:00:00, which cameras write whose clock was never set. */
const noDate = Date.UTC(0, -1, 0);

function takenAt({ exif }: Metadata): number | null {
  if (!exif) return null;
  try {
    const { Photo, Image } = exifReader(exif);
    for (const date of [Photo?.DateTimeOriginal, Photo?.DateTimeDigitized, Image?.DateTime]) {
      const milliseconds = date instanceof Date ? date.getTime() : NaN;
      if (Number.isFinite(milliseconds) && milliseconds !== noDate) return milliseconds;
    }
    return null;
  } catch {
    // Damaged EXIF costs the date, not the photo.
    return null;
  }
}

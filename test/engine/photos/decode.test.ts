import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  decodePhoto,
  renderPhoto,
  thumbnailSide,
  type DecodedPhoto,
} from '../../../engine/photos/decode.ts';
import {
  cut,
  everyFormat,
  everyGrey,
  everyTransparent,
  height,
  hugePng,
  notPhotos,
  oriented,
  orientations,
  picture,
  quarters,
  width,
  withExif,
  type Colour,
} from '../../support/photos.ts';

const side = 64;
const places = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'] as const;
type Place = (typeof places)[number];

/** The mean colour of a quarter of a square, or of a part of it, without its blurred edges. */
function meanColour(pixels: Uint8Array, place: Place, rows: [from: number, to: number]): Colour {
  const left = place.endsWith('Left') ? 4 : side / 2 + 4;
  const sums = [0, 0, 0];
  let count = 0;
  for (let y = rows[0]; y < rows[1]; y++)
    for (let x = left; x < left + side / 2 - 8; x++, count++)
      for (const [channel, sum] of sums.entries())
        sums[channel] = sum + (pixels[(y * side + x) * 3 + channel] ?? NaN);
  return sums.map((sum) => sum / count) as unknown as Colour;
}

function rowsOf(place: Place): [number, number] {
  return place.startsWith('top') ? [4, side / 2 - 4] : [side / 2 + 4, side - 4];
}

function expectColour(actual: Colour, expected: Colour, tolerance: number): void {
  const furthest = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? NaN))));
  expect(furthest, `${actual.join(' ')} instead of ${expected.join(' ')}`).toBeLessThanOrEqual(
    tolerance,
  );
}

function expectQuarters(
  { pixels }: Pick<DecodedPhoto, 'pixels'>,
  expected: Record<Place, Colour>,
  tolerance: number,
): void {
  for (const place of places)
    expectColour(meanColour(pixels, place, rowsOf(place)), expected[place], tolerance);
}

/** A thumbnail or a rendered photo as pixels of a square, to be compared in the same way. */
async function asSquare(image: Uint8Array): Promise<{ pixels: Uint8Array }> {
  return { pixels: await sharp(image).resize(side, side, { fit: 'fill' }).raw().toBuffer() };
}

describe('colours', () => {
  // Printing inks reach fewer colours: sharp's default CMYK profile moves this blue by 50.
  const tolerances: Record<string, number> = { 'cmyk jpeg': 55, 'cmyk tiff': 55 };

  it.each(Object.keys(everyFormat))('are right in a %s', async (name) => {
    const content = await everyFormat[name]?.();
    const photo = await decodePhoto(content ?? Buffer.alloc(0), side);
    expect(photo).toMatchObject({ width, height, damage: null, takenAt: null });
    expect(photo.pixels).toHaveLength(side * side * 3);
    const tolerance = tolerances[name] ?? 5;
    expectQuarters(photo, quarters, tolerance);
    expectQuarters(await asSquare(photo.thumbnail), quarters, tolerance + 3);
  });

  it.each(Object.keys(everyGrey))('of a %s become three equal channels', async (name) => {
    const content = await everyGrey[name]?.();
    const photo = await decodePhoto(content ?? Buffer.alloc(0), side);
    const [dark, light] = [[60, 60, 60] as const, [190, 190, 190] as const];
    const expected = { topLeft: dark, topRight: light, bottomLeft: dark, bottomRight: light };
    expectQuarters(photo, expected, 2);
  });

  it.each(Object.keys(everyTransparent))('of a %s stand on white', async (name) => {
    const content = await everyTransparent[name]?.();
    const photo = await decodePhoto(content ?? Buffer.alloc(0), side);
    const [red, white] = [[200, 40, 40] as const, [255, 255, 255] as const];
    const expected = { topLeft: red, topRight: white, bottomLeft: red, bottomRight: white };
    expectQuarters(photo, expected, 3);
    expectQuarters(await asSquare(photo.thumbnail), expected, 6);
  });
});

describe('orientation', () => {
  it.each(orientations)('%i is turned upright, and so are width and height', async (value) => {
    const content = await oriented(value);
    expect((await sharp(content).metadata()).orientation).toBe(value);
    const photo = await decodePhoto(content, side);
    expect(photo).toMatchObject({ width, height });
    expectQuarters(photo, quarters, 6);
    const thumbnail = await sharp(photo.thumbnail).metadata();
    expect(thumbnail).toMatchObject({ width, height });
    expect(thumbnail.orientation).toBeUndefined();
    expectQuarters(await asSquare(photo.thumbnail), quarters, 8);
    expectQuarters(await asSquare(await renderPhoto(content, 100)), quarters, 8);
  });
});

describe('the thumbnail', () => {
  it.each([
    [2000, 1000, 512, 256],
    [1000, 2000, 256, 512],
    [513, 512, 512, 511],
    [512, 512, 512, 512],
    [300, 20, 300, 20],
    [1, 1, 1, 1],
    [5000, 1, 512, 1],
  ])('of %i × %i has %i × %i pixels, as WebP', async (from, by, toWidth, toHeight) => {
    const content = await picture().resize(from, by, { fit: 'fill' }).png().toBuffer();
    const photo = await decodePhoto(content, 8);
    expect(photo).toMatchObject({ width: from, height: by, damage: null });
    expect(Math.max(toWidth, toHeight)).toBeLessThanOrEqual(thumbnailSide);
    expect(await sharp(photo.thumbnail).metadata()).toMatchObject({
      format: 'webp',
      width: toWidth,
      height: toHeight,
    });
    expect(photo.pixels).toHaveLength(8 * 8 * 3);
  });
});

describe('a photo for the screen', () => {
  it('is WebP of the size asked for, and never enlarged', async () => {
    const content = await picture().tiff().toBuffer();
    const smaller = await sharp(await renderPhoto(content, 80)).metadata();
    expect(smaller).toMatchObject({ format: 'webp', width: 80, height: 60 });
    const same = await renderPhoto(content, 4000);
    expect(await sharp(same).metadata()).toMatchObject({ format: 'webp', width, height });
    expectQuarters(await asSquare(same), quarters, 6);
  });

  it('shows the part that is left of a damaged one', async () => {
    const content = cut(await picture().jpeg({ quality: 95 }).toBuffer(), 0.7);
    const { pixels } = await asSquare(await renderPhoto(content, 400));
    expectColour(meanColour(pixels, 'topLeft', [4, 24]), quarters.topLeft, 6);
  });
});

describe('the time it was taken', () => {
  const taken = '2019:07:28 13:05:59';
  const exact = Date.UTC(2019, 6, 28, 13, 5, 59);
  const unset = '0000:00:00 00:00:00';

  it.each([
    ['of the original', { IFD2: { DateTimeOriginal: taken } }, exact],
    ['of the file, where there is no other', { IFD0: { DateTime: taken } }, exact],
    [
      'of the original rather than of the file',
      { IFD0: { DateTime: '2024:01:01 00:00:00' }, IFD2: { DateTimeOriginal: taken } },
      exact,
    ],
    [
      'on the clock of the place, whatever its time zone',
      { IFD2: { DateTimeOriginal: taken, OffsetTimeOriginal: '+05:00' } },
      exact,
    ],
    ['unknown to a camera without a clock', { IFD2: { DateTimeOriginal: unset } }, null],
    [
      'of the file, where the camera had no clock',
      { IFD0: { DateTime: taken }, IFD2: { DateTimeOriginal: unset } },
      exact,
    ],
    ['blank', { IFD2: { DateTimeOriginal: '    :  :     :  :  ' } }, null],
    ['no time at all', { IFD2: { DateTimeOriginal: 'last summer' } }, null],
  ])('is %s', async (_, exif, expected) => {
    expect((await decodePhoto(await withExif(exif), 8)).takenAt).toBe(expected);
  });

  it('is missing when the EXIF data is damaged, and nothing else is', async () => {
    const content = Buffer.from(await withExif({ IFD2: { DateTimeOriginal: taken } }));
    // The offset of the first directory, eight bytes after the mark: it now points far outside.
    const directory = content.indexOf('Exif\0\0') + 10;
    content.fill(0xff, directory, directory + 4);
    const photo = await decodePhoto(content, side);
    expect(photo).toMatchObject({ width, height, takenAt: null });
    expectQuarters(photo, quarters, 5);
  });
});

describe('a damaged photo', () => {
  const lossy = { quality: 95 };
  const files: Record<string, () => Promise<Buffer>> = {
    jpeg: () => picture().jpeg(lossy).toBuffer(),
    'progressive jpeg': () =>
      picture()
        .jpeg({ ...lossy, progressive: true })
        .toBuffer(),
    png: () => picture().png().toBuffer(),
    gif: () => picture().gif().toBuffer(),
    webp: () => picture().webp(lossy).toBuffer(),
    'lossless webp': () => picture().webp({ lossless: true }).toBuffer(),
  };

  it.each(
    Object.keys(files).flatMap((name) => [0.75, 0.9, 0.97].map((share) => ({ name, share }))),
  )('is decoded as far as possible: $name, $share of it', async ({ name, share }) => {
    const content = cut((await files[name]?.()) ?? Buffer.alloc(0), share);
    const photo = await decodePhoto(content, side);
    expect(photo).toMatchObject({ width, height });
    expect(photo.damage).toMatch(/^The file is damaged \(.+\)\. The part that can still/);
    for (const place of ['topLeft', 'topRight'] as const)
      expectColour(meanColour(photo.pixels, place, [4, 24]), quarters[place], 8);
  });

  it.each(['jpeg', 'png'])(
    'is told by bytes that were overwritten in its middle: %s',
    async (name) => {
      const content = Buffer.from((await files[name]?.()) ?? '');
      const from = Math.round(content.length * 0.75);
      content.fill(0x55, from, from + 200);
      const photo = await decodePhoto(content, side);
      expect(photo).toMatchObject({ width, height });
      expect(photo.damage).not.toBeNull();
      expectColour(meanColour(photo.pixels, 'topLeft', [4, 24]), quarters.topLeft, 8);
    },
  );

  it('is not a JPEG with stray bytes before a marker, as some cameras write them', async () => {
    const whole = await picture().jpeg().toBuffer();
    const marker = whole.indexOf(Buffer.from('ffdb', 'hex'));
    const content = Buffer.concat([
      whole.subarray(0, marker),
      Buffer.alloc(40),
      whole.subarray(marker),
    ]);
    // That libvips does complain of it is what makes this worth a test.
    await expect(sharp(content, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow(
      /extraneous bytes/,
    );
    const photo = await decodePhoto(content, side);
    expect(photo.damage).toBeNull();
    expectQuarters(photo, quarters, 5);
  });

  it('is not a WebP or PNG with something behind its end', async () => {
    for (const name of ['webp', 'png'])
      expect(
        await decodePhoto(
          Buffer.concat([(await files[name]?.()) ?? Buffer.alloc(0), Buffer.from('more')]),
          8,
        ),
      ).toMatchObject({ width, height, damage: null });
  });

  it.each([
    ['jpeg', 0.01],
    ['png', 0.002],
    ['interlaced png', 0.5],
    ['avif', 0.5],
    ['tiff', 0.5],
    ['gif', 0.001],
  ])('of which nothing can be decoded is unreadable: %s', async (name, share) => {
    const content = cut((await everyFormat[name]?.()) ?? Buffer.alloc(0), share);
    await expect(decodePhoto(content, side)).rejects.toMatchObject({
      code: 'photo-unreadable',
      message: expect.stringMatching(/nothing of (it|the photo) can be decoded/i) as string,
    });
  });

  it('that would come out as one flat colour is unreadable', async () => {
    const content = Buffer.from(await picture().png().toBuffer());
    const data = content.indexOf('IDAT') + 4;
    content.fill(0xff, data, data + 100);
    await expect(decodePhoto(content, side)).rejects.toMatchObject({ code: 'photo-unreadable' });
  });

  it('may be of one colour when it is whole', async () => {
    const blank = sharp({ create: { width: 30, height: 20, channels: 3, background: '#777777' } });
    const photo = await decodePhoto(await blank.jpeg().toBuffer(), 8);
    expect(photo).toMatchObject({ width: 30, height: 20, damage: null });
  });
});

describe('what is no photo', () => {
  it.each(Object.entries(notPhotos))('%s is refused with a code', async (_, { content, code }) => {
    await expect(decodePhoto(content, side)).rejects.toMatchObject({
      name: 'LookalikeError',
      code,
    });
    await expect(renderPhoto(content, side)).rejects.toMatchObject({
      name: 'LookalikeError',
      code,
    });
  });

  it('each sentence says what is wrong', async () => {
    const sentences = await Promise.all(
      Object.values(notPhotos).map(({ content }) =>
        decodePhoto(content, side).then(
          () => 'decoded',
          (error: unknown) => (error as Error).message,
        ),
      ),
    );
    expect([...new Set(sentences)]).toEqual([
      'The file is empty: it has no bytes at all.',
      'The content is not a picture that Lookalike reads, whatever its name says.',
      'HEIC photos cannot be decoded yet. Export it as JPEG to include it.',
      'The file begins like a photo, but is damaged so early that nothing of it can be decoded.',
    ]);
  });

  it('formats that sharp itself could read, but that are no photos, stay closed', async () => {
    for (const content of [notPhotos['a drawing (SVG)'], notPhotos['a document (PDF)']])
      await expect(sharp(content?.content).metadata()).rejects.toThrow(/unsupported/);
  });
});

describe('the limit of 300 megapixels', () => {
  it('lets a picture of 289 megapixels pass', async () => {
    const photo = await decodePhoto(await hugePng(17_000), 8);
    expect(photo).toMatchObject({ width: 17_000, height: 17_000, damage: null });
  });

  it('refuses a picture of 306 megapixels with its size', async () => {
    await expect(decodePhoto(await hugePng(17_500), 8)).rejects.toMatchObject({
      code: 'photo-too-large',
      message: 'The photo has 306 megapixels; the limit is 300.',
    });
  });
});

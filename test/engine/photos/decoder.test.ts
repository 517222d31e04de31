import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LookalikeError, type ErrorCode } from '../../../engine/errors.ts';
import { Decoder, type DecoderOptions } from '../../../engine/photos/decoder.ts';
import { ChildProcess, forkNodeProcess, type Fork } from '../../../engine/processes/child.ts';
import { runAsAnybody } from '../../support/anybody.ts';
import {
  cut,
  everyFormat,
  height,
  hugePng,
  notPhotos,
  oriented,
  picture,
  temporaryFolder,
  width,
} from '../../support/photos.ts';

const temporary = await temporaryFolder();
afterAll(() => temporary[Symbol.asyncDispose]());

const wayward = new URL('../../support/wayward-decoder.ts', import.meta.url);
let photo: Buffer;
let photoPath: string;

beforeAll(async () => {
  photo = await oriented(6);
  photoPath = join(temporary.path, `it's a "photo" \n🏔️.jpg`);
  await writeFile(photoPath, photo);
});

const open: Decoder[] = [];
afterEach(() => {
  for (const decoder of open.splice(0)) decoder.close();
});
function decoderWith(options: DecoderOptions = {}): Decoder {
  const decoder = new Decoder(options);
  open.push(decoder);
  return decoder;
}

const astray = (how: 'crash' | 'loop!' | 'sleep') => ({ bytes: Buffer.from(`${how} here`) });

/** What became of each: `decoded`, or a code. */
function outcomes(results: PromiseSettledResult<unknown>[]): string[] {
  return results.map((result) =>
    result.status === 'fulfilled'
      ? 'decoded'
      : result.reason instanceof LookalikeError
        ? result.reason.code
        : String(result.reason),
  );
}

describe('the decoder process', () => {
  it('decodes a file and bytes alike, and tells the hash of the content', async () => {
    const decoder = decoderWith();
    const decoded = await decoder.decode({ path: photoPath }, 32);
    expect(decoded).toMatchObject({ width, height, damage: null, takenAt: null });
    expect(decoded.sha256).toBe(createHash('sha256').update(photo).digest('hex'));
    expect(decoded.pixels).toHaveLength(32 * 32 * 3);
    expect(await sharp(decoded.thumbnail).metadata()).toMatchObject({ format: 'webp', width });
    expect(await decoder.decode({ bytes: photo }, 32)).toEqual(decoded);
    expect(await decoder.identify({ path: photoPath })).toBe(decoded.sha256);
  });

  it('renders a photo for the screen', async () => {
    const image = await decoderWith().render({ path: photoPath }, 80);
    expect(await sharp(image).metadata()).toMatchObject({ format: 'webp', width: 80, height: 60 });
  });

  it('has a thread for every photo that is decoded at once, and one to read the next', async () => {
    const threads: unknown[] = [];
    const fork: Fork = (entry, args, on, environment) => {
      threads.push(environment?.['UV_THREADPOOL_SIZE']);
      return forkNodeProcess(entry, args, on, environment);
    };
    for (const atOnce of [1, 12]) await decoderWith({ atOnce, fork }).identify({ bytes: photo });
    expect(threads).toEqual(['4', '13']);
  });

  it('does not decode what nobody waits for any more', async () => {
    const asked: unknown[] = [];
    const fork: Fork = (...args) => {
      const child = forkNodeProcess(...args);
      return {
        ...child,
        post: (call) => {
          asked.push((call.params as { longSide: number }).longSide);
          child.post(call);
        },
      };
    };
    const decoder = decoderWith({ atOnce: 1, fork });
    const gone = new AbortController();
    const first = decoder.render({ bytes: photo }, 61, gone.signal);
    const second = decoder.render({ bytes: photo }, 62, gone.signal);
    const third = decoder.render({ bytes: photo }, 63);
    gone.abort();
    const late = decoder.render({ bytes: photo }, 64, gone.signal);
    const results = await Promise.allSettled([first, second, third, late]);
    expect(outcomes(results)).toEqual(['decoded', 'cancelled', 'decoded', 'cancelled']);
    expect(asked).toEqual([61, 63]);
  });

  it('tells the hash of any content, also of what is no photo', async () => {
    const bytes = Buffer.from('no photo');
    expect(await decoderWith().identify({ bytes })).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
  });

  it('gives the code and the sentence of what it refuses', async () => {
    const decoder = decoderWith();
    for (const { content, code } of Object.values(notPhotos)) {
      const path = join(temporary.path, 'named-like-a-photo.jpg');
      await writeFile(path, content);
      const refusal = decoder.decode({ path }, 8);
      await expect(refusal).rejects.toBeInstanceOf(LookalikeError);
      await expect(refusal).rejects.toMatchObject({
        code,
        message: expect.stringMatching(/^[A-Z].*\.$/) as string,
      });
    }
  });

  it('decodes many photos that come at once', async () => {
    const decoder = decoderWith({ atOnce: 4 });
    const sides = Array.from({ length: 100 }, (_, i) => i + 1);
    const decoded = await Promise.all(sides.map((side) => decoder.decode({ bytes: photo }, side)));
    expect(decoded.map(({ pixels }) => pixels.length)).toEqual(sides.map((side) => side ** 2 * 3));
  });
});

describe('a file that cannot be read', () => {
  it('is gone, or is no file', async (context) => {
    const decoder = decoderWith();
    const folder = join(temporary.path, 'folder.jpg');
    const pipe = join(temporary.path, 'pipe.jpg');
    await mkdir(folder);
    if (process.platform === 'win32') context.skip('this system has no named pipes in folders');
    execFileSync('mkfifo', [pipe]);
    for (const path of [join(temporary.path, 'gone.jpg'), folder, pipe, '/dev/zero'])
      await expect(decoder.decode({ path }, 8)).rejects.toMatchObject({
        code: 'photo-access',
        message: expect.stringMatching(
          /^The file could not be read from the disk \(.+\)\.$/,
        ) as string,
      });
  });

  it('may not be read by this person', async (context) => {
    const path = join(temporary.path, 'closed.jpg');
    await writeFile(path, photo);
    await chmod(path, 0);
    await chmod(temporary.path, 0o755);
    const module = new URL('../../../engine/photos/decoder.ts', import.meta.url).href;
    const answer = await runAsAnybody(
      context,
      `import { Decoder } from ${JSON.stringify(module)};
      const decoder = new Decoder();
      await decoder.decode({ path: ${JSON.stringify(path)} }, 8).catch(({ code, message }) => {
        console.log(JSON.stringify({ code, message }));
      });
      decoder.close();`,
    );
    expect(answer).toEqual({
      code: 'photo-access',
      message: 'The file may not be read. Allow reading it, then index again.',
    });
  });
});

describe('a file that leads the process astray', () => {
  it('and crashes it costs that file only', async () => {
    const lines: string[] = [];
    const decoder = decoderWith({ entry: wayward, atOnce: 4, onLog: (line) => lines.push(line) });
    const good = { bytes: photo };
    const results = await Promise.allSettled(
      [good, good, astray('crash'), good, good, good, astray('crash'), good].map((source) =>
        decoder.decode(source, 8),
      ),
    );
    const g = 'decoded';
    expect(outcomes(results)).toEqual([g, g, 'photo-crash', g, g, g, 'photo-crash', g]);
    expect(results[2]).toMatchObject({
      reason: {
        message: 'This file made the decoder crash, so it is left out. It is probably damaged.',
      },
    });
    expect(lines).toContain('decoder: the process ended');
    await expect(decoder.decode(good, 8)).resolves.toMatchObject({ width, height });
  });

  it.each(['loop!', 'sleep'] as const)('and hangs it (%s) costs that file only', async (how) => {
    const decoder = decoderWith({ entry: wayward, atOnce: 3, timeoutMs: 2000 });
    const good = { bytes: photo };
    // All three are sent at the same moment, so without a second look all would be blamed.
    const results = await Promise.allSettled(
      [good, astray(how), good, good].map((source) => decoder.decode(source, 8)),
    );
    expect(outcomes(results)).toEqual(['decoded', 'photo-timeout', 'decoded', 'decoded']);
    expect(results[1]).toMatchObject({
      reason: { message: 'Decoding took more than 2 seconds and was stopped.' },
    });
  });

  it('is told apart also when it is rendered', async () => {
    const decoder = decoderWith({ entry: wayward });
    await expect(decoder.render(astray('crash'), 8)).rejects.toMatchObject({ code: 'photo-crash' });
  });
});

it('the host does not load sharp itself, which one bad file could make it crash with', async () => {
  const module = new URL('../../../engine/photos/decoder.ts', import.meta.url).href;
  const source = `await import(${JSON.stringify(module)});
    console.log(JSON.stringify(process.report.getReport().sharedObjects));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', source]);
  const libraries = JSON.parse(stdout) as string[];
  expect(libraries.filter((path) => /sharp|vips/.test(path))).toEqual([]);
});

it('a process that cannot be started is no fault of the photos', async () => {
  const entry = new URL('../../support/unstartable.ts', import.meta.url);
  const decoder = decoderWith({ entry, atOnce: 2 });
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, () => decoder.decode({ bytes: photo }, 8)),
  );
  expect(new Set(outcomes(results))).toEqual(new Set(['process-unavailable']));
});

it('a closed decoder rejects what is under way, what waits and what comes', async () => {
  const decoder = decoderWith({ entry: wayward, atOnce: 2 });
  await decoder.decode({ bytes: photo }, 8);
  const pending = Promise.allSettled(
    Array.from({ length: 5 }, () => decoder.decode(astray('sleep'), 8)),
  );
  await new Promise(setImmediate);
  decoder.close();
  expect(outcomes(await pending)).toEqual(Array.from({ length: 5 }, () => 'cancelled'));
  await expect(decoder.decode({ bytes: photo }, 8)).rejects.toMatchObject({ code: 'cancelled' });
});

it('a picture of 50,000 × 50,000 is refused without being unpacked', async () => {
  const child = new ChildProcess({ name: 'decoder', entry: wayward });
  try {
    const bytes = await hugePng(50_000);
    await child.call('decode', { source: { bytes: photo }, side: 8 });
    const before = (await child.call('peakMemory', {})) as number;
    const refusal = child.call('decode', { source: { bytes }, side: 8 });
    await expect(refusal).rejects.toMatchObject({
      code: 'photo-too-large',
      message: 'The photo has 2500 megapixels; the limit is 300.',
    });
    // Unpacked it would be 2,500 MB at least; its file is 1.3 MB.
    expect(((await child.call('peakMemory', {})) as number) - before).toBeLessThan(50);
  } finally {
    child.close();
  }
});

describe('any damage', () => {
  const allowed: ReadonlySet<ErrorCode> = new Set([
    'photo-unreadable',
    'photo-empty',
    'not-a-photo',
    'photo-format',
    'photo-too-large',
    // These say that the decoder process did not survive; that others did, other tests show.
    'photo-crash',
    'photo-timeout',
  ]);
  const kinds = ['jpeg', 'progressive jpeg', 'png', 'webp', 'lossless webp', 'gif', 'tiff', 'avif'];
  const decoder = new Decoder();
  afterAll(() => {
    decoder.close();
  });

  /** Decodes, and checks that the answer has the form that was promised. */
  async function decodeDamaged(bytes: Buffer): Promise<void> {
    try {
      const decoded = await decoder.decode({ bytes }, 16);
      expect(decoded.pixels).toHaveLength(16 * 16 * 3);
      expect(decoded.width * decoded.height).toBeGreaterThan(0);
      expect((await sharp(decoded.thumbnail).metadata()).format).toBe('webp');
      expect([null, 'string']).toContain(decoded.damage === null ? null : typeof decoded.damage);
    } catch (error) {
      if (!(error instanceof LookalikeError)) throw error;
      expect(allowed, `${error.code}: ${error.message}`).toContain(error.code);
    }
  }

  it.each(kinds)(
    'gives a result or a code of the closed set: %s',
    async (name) => {
      const whole = (await everyFormat[name]?.()) ?? Buffer.alloc(0);
      // Headers are where the surprises are, so half of the changes fall among the first bytes.
      const position = fc.oneof(fc.nat(whole.length - 1), fc.nat(Math.min(200, whole.length) - 1));
      const changes = fc.array(fc.tuple(position, fc.integer({ min: 0, max: 255 })), {
        maxLength: 12,
      });
      await fc.assert(
        fc.asyncProperty(
          changes,
          fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
          async (bytes, share) => {
            const content = Buffer.from(cut(whole, share));
            for (const [at, value] of bytes) if (at < content.length) content[at] = value;
            await decodeDamaged(content);
          },
        ),
        { numRuns: 120 },
      );
    },
    120_000,
  );

  it('or of bytes that are anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        decodeDamaged(Buffer.from(bytes)),
      ),
    );
  });

  it('leaves the decoder able to decode', async () => {
    const bytes = await picture().png().toBuffer();
    await expect(decoder.decode({ bytes }, 8)).resolves.toMatchObject({ width, height });
  });
});

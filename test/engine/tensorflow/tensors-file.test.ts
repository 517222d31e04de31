import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  readTensors,
  sizeOf,
  writeTensors,
  type StoredTensor,
} from '../../../engine/tensorflow/tensors-file.ts';
import { temporaryFolder } from '../../support/photos.ts';

const some = (): Map<string, StoredTensor> =>
  new Map([
    ['kernel', { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 1e-30, 6) }],
    ['bias', { shape: [1], values: Float32Array.of(-0.1) }],
  ]);

it('gives back what was written, whatever the names and shapes', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'file');
  const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
  const names = fc.string({ minLength: 1 }).filter((name) => !name.startsWith('__'));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, shapes), fc.string(), async (named, words) => {
      const tensors = new Map(
        Object.entries(named).map(([name, shape], place) => [
          name,
          { shape, values: Float32Array.from({ length: sizeOf(shape) }, (_, i) => i / 3 - place) },
        ]),
      );
      const sha256 = await writeTensors(path, { metadata: { words }, tensors });
      const read = await readTensors(path);
      expect(read.sha256).toBe(sha256);
      expect(read.metadata['words']).toBe(words);
      expect(new Map(read.tensors)).toEqual(tensors);
    }),
    { numRuns: 50 },
  );
});

it('follows the layout of safetensors: length, header, numbers from a multiple of eight', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'file');
  await writeTensors(path, { metadata: {}, tensors: some() });
  const content = await readFile(path);
  const headerBytes = Number(content.readBigUInt64LE());
  const header: unknown = JSON.parse(content.toString('utf8', 8, 8 + headerBytes));
  expect(header).toMatchObject({
    kernel: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    bias: { dtype: 'F32', shape: [1], data_offsets: [24, 28] },
  });
  expect((8 + headerBytes) % 8).toBe(0);
  expect(content.readFloatLE(8 + headerBytes + 8)).toBe(3.5);
});

it('refuses a file that is missing, cut, empty, or of which a bit of a number was flipped', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'file');
  const refused = () =>
    expect(readTensors(path)).rejects.toMatchObject({ code: 'weights-damaged' });
  await refused();
  await writeTensors(path, { metadata: {}, tensors: some() });
  const whole = await readFile(path);
  for (const at of [whole.length - 1, whole.length - 20]) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    await writeFile(path, flipped);
    await refused();
  }
  await writeFile(path, whole);
  for (const length of [whole.length - 4, 30, 8, 3, 0]) {
    await truncate(path, length);
    await refused();
  }
});

it('refuses a header that asks for more memory or numbers than there are', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'file');
  await writeTensors(path, { metadata: {}, tensors: some() });
  const whole = await readFile(path);
  const text = whole.toString('latin1');
  for (const [from, to] of [
    ['[24,28]', '[24,96]'],
    ['"shape":[1]', '"shape":[9]'],
    ['"F32"', '"F16"'],
  ] as const) {
    expect(text).toContain(from);
    await writeFile(path, Buffer.from(text.replace(from, to), 'latin1'));
    await expect(readTensors(path)).rejects.toMatchObject({ code: 'weights-damaged' });
  }
  const huge = Buffer.from(whole);
  huge.writeBigUInt64LE(2n ** 60n);
  await writeFile(path, huge);
  await expect(readTensors(path)).rejects.toMatchObject({ code: 'weights-damaged' });
});

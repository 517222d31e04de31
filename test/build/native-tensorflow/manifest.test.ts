import { appendFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  fingerprint,
  isIntact,
  writeManifest,
} from '../../../build/native-tensorflow/manifest.mjs';
import { put, temporaryFolder } from '../stand-in.ts';

async function build(): Promise<{ folder: string; library: string }> {
  const folder = temporaryFolder();
  const library = put(folder, 'lib/a.so', 'library');
  put(folder, 'b.node', 'binding');
  await writeManifest(folder, ['lib/a.so', 'b.node']);
  return { folder, library };
}

test('a finished build is intact', async () => {
  const { folder } = await build();
  expect(await isIntact(folder)).toBe(true);
  expect(fingerprint(folder)).toBeDefined();
});

test('one changed byte is noticed, even when size and time are as before', async () => {
  const { folder, library } = await build();
  const { atime, mtime } = statSync(library);
  writeFileSync(library, 'librarY');
  utimesSync(library, atime, mtime);
  expect(await isIntact(folder)).toBe(false);
});

test('a missing file is noticed', async () => {
  const { folder, library } = await build();
  rmSync(library);
  expect(await isIntact(folder)).toBe(false);
  expect(fingerprint(folder)).toBeUndefined();
});

test.each(['', '{"lib/a.so":', undefined])('a manifest of %j makes no build', async (manifest) => {
  const { folder } = await build();
  const file = path.join(folder, 'manifest.json');
  if (manifest === undefined) rmSync(file);
  else writeFileSync(file, manifest);
  expect(await isIntact(folder)).toBe(false);
  expect(fingerprint(folder)).toBeUndefined();
});

test('the fingerprint stays until somebody writes to a file', async () => {
  const { folder, library } = await build();
  const before = fingerprint(folder);
  expect(fingerprint(folder)).toBe(before);
  appendFileSync(library, '!');
  expect(fingerprint(folder)).not.toBe(before);
});

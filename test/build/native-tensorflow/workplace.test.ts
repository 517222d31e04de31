import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildInPlace } from '../../../build/native-tensorflow/workplace.mjs';
import { put, temporaryFolder } from '../stand-in.ts';

/** A build that writes one file. */
const write = (text: string) => (folder: string) => {
  put(folder, 'file', text);
  return Promise.resolve();
};

test('a finished build is in its place, and nothing else is left', async () => {
  const parent = path.join(temporaryFolder(), 'not/there/yet');
  await buildInPlace(path.join(parent, 'place'), write('one'));
  expect(readFileSync(path.join(parent, 'place/file'), 'utf8')).toBe('one');
  expect(readdirSync(parent)).toEqual(['place']);
});

test('a build that fails leaves nothing, not even what was there before', async () => {
  const parent = temporaryFolder();
  put(parent, 'place/file', 'damaged');
  const failing = buildInPlace(path.join(parent, 'place'), () => Promise.reject(new Error('full')));
  await expect(failing).rejects.toThrow('full');
  expect(readdirSync(parent)).toEqual([]);
});

test('of two builds at a time the first to finish stays', async () => {
  const parent = temporaryFolder();
  const place = path.join(parent, 'place');
  await buildInPlace(place, async (folder) => {
    await write('slow')(folder);
    await buildInPlace(place, write('fast'));
  });
  expect(readFileSync(path.join(place, 'file'), 'utf8')).toBe('fast');
  expect(readdirSync(parent)).toEqual(['place']);
});

test('what a killed process left is removed; what a living one is building stays', async () => {
  const parent = temporaryFolder();
  // A process that has certainly ended.
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  const abandoned = `unfinished-${ended}-${hostname()}-aaaaaa`;
  const living = `unfinished-${process.ppid}-${hostname()}-bbbbbb`;
  const elsewhere = `unfinished-${ended}-another-computer-cccccc`;
  for (const name of [abandoned, living, elsewhere]) mkdirSync(path.join(parent, name));
  await buildInPlace(path.join(parent, 'place'), write('one'));
  expect(existsSync(path.join(parent, abandoned))).toBe(false);
  expect(existsSync(path.join(parent, living))).toBe(true);
  expect(existsSync(path.join(parent, elsewhere))).toBe(true);
});

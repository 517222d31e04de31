import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { installedProject } from './stand-in.ts';

/** Runs set-up in a project, with nothing but these settings. */
function setUp(root: string, settings: Record<string, string>) {
  return spawnSync(process.execPath, [path.join(root, 'build/setup.mjs')], {
    env: {
      PATH: path.join(root, 'nothing'),
      XDG_CACHE_HOME: path.join(root, 'cache'),
      ...settings,
    },
    encoding: 'utf8',
  });
}

test('with nothing to do it says nothing', () => {
  const { status, stdout, stderr } = setUp(installedProject(), { LOOKALIKE_TENSORFLOW: 'wasm' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('native TensorFlow that cannot be had costs one line on standard error', () => {
  const { status, stdout, stderr } = setUp(installedProject(), {});
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toMatch(/^Native TensorFlow cannot be had here: .*\n$/);
});

test('forced and impossible ends it with exit code 1 and a sentence', () => {
  const { status, stdout, stderr } = setUp(installedProject(), { LOOKALIKE_TENSORFLOW: 'native' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: LOOKALIKE_TENSORFLOW=native, but .*\n$/);
});

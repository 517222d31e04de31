import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { installPackages, packagesAreInstalled } from '../../../build/setup/packages.mjs';
import { listedProgress, put, putProgram, temporaryFolder } from '../stand-in.ts';

const wanted = {
  '': {},
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/for-windows': { version: '2.0.0', optional: true },
};
const installed = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };

/** A project that wants package `a`, with `record` as npm's record of what is installed. */
function projectWith(record: object): string {
  const root = temporaryFolder();
  put(root, 'package-lock.json', JSON.stringify({ packages: wanted }));
  put(root, 'node_modules/.package-lock.json', JSON.stringify({ packages: record }));
  put(root, 'node_modules/a/package.json', '{}');
  return root;
}

/** A PATH whose npm does what the script says, and notes how it was called. */
function pathWithNpm(root: string, script: string) {
  const calls = path.join(root, 'calls');
  putProgram(path.join(root, 'bin'), 'npm', `echo "$@" >> '${calls}'\ncd '${root}'\n${script}`);
  return {
    env: { PATH: `${path.join(root, 'bin')}:/usr/bin:/bin` },
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
  };
}

const installsAll = `
case "$1" in
  ci) echo '${JSON.stringify({ packages: installed })}' > node_modules/.package-lock.json ;;
  rebuild) mkdir -p node_modules/node/bin && ln -s '${process.execPath}' node_modules/node/bin/node ;;
esac`;

test('packages that are all in place count as installed, whoever installed them', () => {
  expect(packagesAreInstalled(projectWith(installed))).toBe(true);
});

test.each([
  ['npm never finished', undefined],
  ['a package is missing', {}],
  [
    'a package has another version',
    { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } },
  ],
  [
    'a package has other content',
    { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } },
  ],
])('not installed: %s', (_, record) => {
  const root = projectWith(record ?? installed);
  if (record === undefined) rmSync(path.join(root, 'node_modules/.package-lock.json'));
  expect(packagesAreInstalled(root)).toBe(false);
});

test('not installed: the folder of a package was removed', () => {
  const root = projectWith(installed);
  rmSync(path.join(root, 'node_modules/a'), { recursive: true });
  expect(packagesAreInstalled(root)).toBe(false);
});

test('a fresh clone gets its packages without their install scripts, then Node', async () => {
  const root = projectWith({});
  const { env, calls } = pathWithNpm(root, installsAll);
  await installPackages(root, env, listedProgress());
  expect(calls()).toHaveLength(2);
  expect(calls()[0]).toMatch(/^ci --ignore-scripts /);
  expect(calls()[1]).toMatch(/^rebuild node --ignore-scripts=false /);
});

test('with all in place npm is not started, and nothing is said', async () => {
  const root = projectWith(installed);
  put(root, 'node_modules/node/bin/node', '');
  const { env, calls } = pathWithNpm(root, installsAll);
  const progress = listedProgress();
  await installPackages(root, env, progress);
  expect(calls()).toEqual([]);
  expect(progress.lines).toEqual([]);
});

test('an installation that was interrupted is done again', async () => {
  const root = projectWith({});
  // As if npm had written its record last time, and were ended halfway this time.
  put(root, 'node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
  put(root, 'package-lock.json', JSON.stringify({ packages: { ...wanted, 'node_modules/b': {} } }));
  const { env } = pathWithNpm(root, 'exit 1');
  await expect(installPackages(root, env, listedProgress())).rejects.toThrow(
    'npm could not install',
  );
  put(root, 'package-lock.json', JSON.stringify({ packages: wanted }));
  expect(packagesAreInstalled(root)).toBe(false);
});

test('without a connection a sentence says so', async () => {
  const root = projectWith({});
  const { env } = pathWithNpm(root, 'echo "npm error code ENOTFOUND" >&2; exit 1');
  await expect(installPackages(root, env, listedProgress())).rejects.toThrow(
    'no connection (ENOTFOUND). Check that this computer is online',
  );
});

test('without npm a sentence says so', async () => {
  const root = projectWith({});
  await expect(
    installPackages(root, { PATH: path.join(root, 'nothing') }, listedProgress()),
  ).rejects.toThrow(/npm could not install.*\n.*ENOENT/);
});

test('npm is not run on the Node that it is about to replace', async () => {
  const root = projectWith({});
  const { env } = pathWithNpm(root, `echo "$PATH" > path; ${installsAll}`);
  const own = path.join(root, 'node_modules/.bin');
  put(root, 'node_modules/.bin/unused', '');
  symlinkSync(process.execPath, path.join(own, 'node'));
  await installPackages(root, { PATH: `${own}:${env.PATH}` }, listedProgress());
  expect(readFileSync(path.join(root, 'path'), 'utf8').trim()).toBe(env.PATH);
});

/** Which front door `npm start` opens, in a small project with an Electron that only says its name. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import path from 'node:path';
import { expect, test } from 'vitest';
import { wantsElectron } from '../../build/electron.mjs';
import { installedProject, put, putProgram, temporaryFolder } from './stand-in.ts';

/** A project whose programs print what they are and what they were given. */
function project(): string {
  const root = installedProject();
  put(root, 'web/main.ts', `console.log('web', ...process.argv.slice(2));`);
  put(
    root,
    'build/desktop/bundle.ts',
    `import { mkdirSync, writeFileSync } from 'node:fs';
     mkdirSync('dist/desktop', { recursive: true });
     writeFileSync('dist/desktop/package.json', '{}');`,
  );
  return root;
}

/** The package of Electron; `present` is the version of the program in it, if there is one. */
function putElectron(root: string, present: string | null, install = 'process.exit(1)'): void {
  put(root, 'node_modules/electron/package.json', '{ "version": "45.4.1" }');
  put(root, 'node_modules/electron/install.js', install);
  if (present === null) return;
  put(root, 'node_modules/electron/dist/version', present);
  putProgram(path.join(root, 'node_modules/electron/dist'), 'electron', 'echo desktop "$@"');
}

/** Runs it without a terminal, on a system with a screen. */
function start(root: string, args: string[] = [], env: NodeJS.ProcessEnv = { DISPLAY: ':7' }) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(root, 'build/start.mjs'), ...args],
    { env: { XDG_CACHE_HOME: path.join(root, 'cache'), ...env }, encoding: 'utf8' },
  );
  return { stdout: stdout.trim().replace(root, 'PROJECT'), stderr, status };
}

const agree = (root: string) => put(root, 'cache/lookalike/desktop-app.txt', 'yes\n');

test('Electron that is there opens the desktop app, bundled first', () => {
  const root = project();
  putElectron(root, '45.4.1');
  expect(start(root, ['Pictures'])).toEqual({
    stdout: 'desktop PROJECT/dist/desktop Pictures',
    stderr: expect.stringContaining('Building the desktop app') as string,
    status: 0,
  });
});

test.each([
  ['no Electron is installed', (): void => undefined, [], { DISPLAY: ':7' }, 'web'],
  [
    'its program was never fetched',
    (root: string) => {
      putElectron(root, null);
    },
    [],
    { DISPLAY: ':7' },
    'web',
  ],
  [
    'its program has another version',
    (root: string) => {
      putElectron(root, '44.0.0');
    },
    [],
    { DISPLAY: ':7' },
    'web',
  ],
  [
    'the web app is asked for',
    (root: string) => {
      putElectron(root, '45.4.1');
    },
    ['--web'],
    { DISPLAY: ':7' },
    'web',
  ],
  [
    'an option of the web app is given',
    (root: string) => {
      putElectron(root, '45.4.1');
    },
    ['--port', '0'],
    { DISPLAY: ':7' },
    'web --port 0',
  ],
  [
    'there is no screen',
    (root: string) => {
      putElectron(root, '45.4.1');
    },
    [],
    {},
    'web',
  ],
])('the web app opens when %s', (_when, prepare, args, env, stdout) => {
  const root = project();
  prepare(root);
  expect(start(root, args, env)).toMatchObject({ stdout, stderr: '', status: 0 });
});

test('who has agreed once gets Electron fetched without being asked', () => {
  const root = project();
  agree(root);
  putElectron(
    root,
    null,
    `const { writeFileSync, mkdirSync } = require('node:fs');
     mkdirSync(__dirname + '/dist');
     writeFileSync(__dirname + '/dist/version', 'v45.4.1');
     writeFileSync(__dirname + '/dist/electron', '#!/bin/sh\\necho desktop', { mode: 0o755 });`,
  );
  const { stdout, stderr } = start(root);
  expect(stdout).toBe('desktop');
  expect(stderr).toContain('Downloading Electron');
});

test('when it cannot be fetched, one line says why, and the web app opens', () => {
  const root = project();
  agree(root);
  const install = `console.error('RequestError: getaddrinfo ENOTFOUND example\\n    at stack'); process.exit(1)`;
  putElectron(root, null, install);
  const { stdout, stderr } = start(root);
  expect(stdout).toBe('web');
  expect(stderr).toContain('Downloading Electron: failed');
  expect(stderr).toContain(
    'Electron could not be fetched (RequestError: getaddrinfo ENOTFOUND example); going on in the browser.\n',
  );
});

test.each([
  ['\n', true],
  ['y\n', true],
  ['no\n', false],
])('the question is asked once on a terminal, and %j answers %s', async (typed, wanted) => {
  const folder = path.join(temporaryFolder(), 'cache');
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  const [input, output] = [terminal(), terminal()] as unknown as [
    NodeJS.ReadStream & PassThrough,
    NodeJS.WriteStream & PassThrough,
  ];
  input.write(typed);
  expect(await wantsElectron({ input, output, folder })).toBe(wanted);
  expect(String(output.read())).toContain('Download Electron');
  expect(readFileSync(path.join(folder, 'desktop-app.txt'), 'utf8')).toBe(
    wanted ? 'yes\n' : 'no\n',
  );
  expect(await wantsElectron({ input, output, folder })).toBe(wanted);
  expect(output.read()).toBe(null);
});

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { installedProject, put, temporaryFolder } from './stand-in.ts';

const settings = { LOOKALIKE_TENSORFLOW: 'wasm' };

/** A project whose terminal program, or the other one, does this. */
function projectWith(program: string, door = 'cli'): string {
  const root = installedProject();
  put(root, `${door}/main.ts`, program);
  return root;
}

/** Runs a file of `build/` in a folder. */
function run(file: string, args: string[], cwd: string, env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [file, ...args], {
    cwd,
    env: { ...settings, ...env },
    encoding: 'utf8',
  });
}

const tell = `console.log(JSON.stringify({ args: process.argv.slice(2), folder: process.cwd() }));`;

test('lookalike hands over its arguments, from any folder, and adds nothing to standard output', () => {
  const folder = realpathSync(temporaryFolder());
  const file = path.join(projectWith(tell), 'build/lookalike.mjs');
  const { stdout } = run(file, ['similar', 'a photo.jpg', '-k', '5'], folder);
  expect(JSON.parse(stdout)).toEqual({ args: ['similar', 'a photo.jpg', '-k', '5'], folder });
});

test('lookalike run by npm means the folder the user is in', () => {
  const folder = realpathSync(temporaryFolder());
  const root = projectWith(tell);
  const byNpm = { npm_lifecycle_event: 'lookalike', INIT_CWD: folder };
  const { stdout } = run(path.join(root, 'build/lookalike.mjs'), ['info'], root, byNpm);
  expect(JSON.parse(stdout)).toEqual({ args: ['info'], folder });
});

test('npm start serves the folders it is given', () => {
  const root = projectWith(tell, 'web');
  const { stdout } = run(path.join(root, 'build/start.mjs'), ['/photos'], root);
  expect(JSON.parse(stdout)).toMatchObject({ args: ['/photos'] });
});

test('without the Node of set-up it says what to do', () => {
  const root = projectWith(tell);
  rmSync(path.join(root, 'node_modules'), { recursive: true });
  const { status, stdout, stderr } = run(path.join(root, 'build/start.mjs'), [], root);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: Lookalike cannot be started [^\n]+ Run "npm start"[^\n]+\n$/);
});

test.each([0, 1, 2])('exit code %i is passed on', (code) => {
  const root = projectWith(`process.exit(${code});`);
  expect(run(path.join(root, 'build/lookalike.mjs'), [], root).status).toBe(code);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s reaches the program', async (signal) => {
  const root = projectWith(`
    process.on('${signal}', () => { console.log('asked to end'); process.exit(7); });
    console.log('ready');
    setInterval(() => {}, 1000);`);
  const child = spawn(process.execPath, [path.join(root, 'build/lookalike.mjs')], {
    env: settings,
  });
  let text = '';
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    if (text === 'ready\n') child.kill(signal);
  });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(7);
  expect(text).toBe('ready\nasked to end\n');
});

test('a program that is killed is reported as killed', async () => {
  const root = projectWith(`process.kill(process.pid, 'SIGKILL');`);
  const child = spawn(process.execPath, [path.join(root, 'build/lookalike.mjs')], {
    env: settings,
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
});

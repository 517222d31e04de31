/**
 * The launcher with the real terminal program behind it: killed so that it cannot hand anything on,
 * the way a system does that runs out of memory.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { programEnvironment } from '../../build/run-program.mjs';
import { cacheFolder } from '../../build/cache-folder.mjs';
import { openLibrary } from '../../engine/library.ts';
import { numbered, writePhotos } from '../support/library.ts';
import { project, temporaryFolder } from './stand-in.ts';

/** So many that some are still to be done when the first are. */
const MANY = 150;

/** Starts the launcher as the leader of a group, and gives what it and those below it write. */
function launch(...args: string[]) {
  const module = pathToFileURL(path.join(project, 'build/run-program.mjs')).href;
  const source = `import { runProgram } from ${JSON.stringify(module)}; runProgram(${JSON.stringify(args)});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()));
  onTestFinished(() => {
    if (groupIsAlive(child)) process.kill(-(child.pid ?? 0), 'SIGKILL');
  });
  return { child, output };
}

function groupIsAlive({ pid }: ChildProcess): boolean {
  try {
    return process.kill(-(pid ?? 0), 0);
  } catch {
    return false;
  }
}

const soon = { interval: 50, timeout: 20_000 };

test('when the launcher of the web app is killed, all that it started ends', async () => {
  const library = path.join(temporaryFolder(), 'library');
  const { child, output } = launch('serve', '--no-open', '--library', library);
  await expect.poll(() => output.stdout, soon).toContain('Lookalike is running at');
  child.kill('SIGKILL');
  await expect.poll(() => groupIsAlive(child), soon).toBe(false);
  // It took its address away, so it ended in order.
  expect(existsSync(path.join(library, 'server.json'))).toBe(false);
  await (await openLibrary({ folder: library })).close();
});

test('when the launcher of a command is killed, the command ends in order and loses nothing', async () => {
  const folder = temporaryFolder();
  const [photos, library] = [path.join(folder, 'photos'), path.join(folder, 'library')];
  await writePhotos(photos, numbered(MANY));
  const { child, output } = launch('index', photos, '--json', '--library', library);
  await expect.poll(() => existsSync(path.join(library, 'thumbnails.db')), soon).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => groupIsAlive(child), soon).toBe(false);
  expect(output.stderr).toContain('Stopped. Nothing that was done so far is lost.');
  expect(output.stdout).toBe('');
  // It may have ended before the folder was part of the library.
  const again = launch('index', photos, '--json', '--library', library);
  expect(await once(again.child, 'close')).toEqual([0, null]);
  expect(JSON.parse(again.output.stdout)).toMatchObject({ found: MANY, failed: 0 });
});

test('a command that has done its work ends, and its launcher with it', async () => {
  const { child, output } = launch('--version');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('what Node compiled is kept for the next start', async () => {
  const home = temporaryFolder();
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CACHE_HOME', path.join(home, 'cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const { child } = launch('--version');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(existsSync(path.join(cacheFolder(), 'compiled'))).toBe(true);
});

test("the program's memory has few parts, unless the user wants it otherwise", () => {
  expect(programEnvironment()).toMatchObject({ MALLOC_ARENA_MAX: '2' });
  vi.stubEnv('MALLOC_ARENA_MAX', '5');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(programEnvironment()).toMatchObject({ MALLOC_ARENA_MAX: '5' });
});

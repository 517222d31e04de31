/** `lookalike serve` when the program in front of the server is killed, so that it hands nothing on. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openLibrary } from '../../engine/library.ts';
import { temporaryFolder } from '../support/photos.ts';

const terminal = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

test('the server ends, and leaves the library in order', async () => {
  await using folder = await temporaryFolder();
  const library = join(folder.path, 'library');
  const child = spawn(
    process.execPath,
    [terminal, 'serve', '--no-open', '--library', library],
    // A group of its own, by which the server is found without its parent.
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { pid = 0 } = child;
  const groupIsAlive = (): boolean => {
    try {
      return process.kill(-pid, 0);
    } catch {
      return false;
    }
  };
  onTestFinished(() => {
    if (groupIsAlive()) process.kill(-pid, 'SIGKILL');
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  await expect.poll(() => output).toContain('Lookalike is running at');

  child.kill('SIGKILL');
  await expect.poll(groupIsAlive).toBe(false);
  expect(existsSync(join(library, 'server.json'))).toBe(false);
  await (await openLibrary({ folder: library })).close();
});

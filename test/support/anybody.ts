/**
 * Runs code as a person without special rights. Where the tests run as root, which may read
 * everything, that is another user; elsewhere it is whoever runs the tests.
 */
import { execFile } from 'node:child_process';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import { temporaryFolder } from './photos.ts';

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** Makes that person the owner of a file or folder. */
export async function giveToAnybody(path: string): Promise<void> {
  if (isRoot) await chown(path, nobody, nobody);
}

/**
 * Runs the source of an ES module in another process and gives what it printed, as JSON. The test is
 * skipped, with the reason, where nobody without special rights can run it.
 */
export async function runAsAnybody(context: TestContext, source: string): Promise<unknown> {
  if (process.platform === 'win32') context.skip('rights work differently on this system');
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o755);
  const file = join(folder.path, 'run.mjs');
  await writeFile(file, source);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      cwd: '/',
      ...(isRoot && { uid: nobody, gid: nobody }),
    });
    return JSON.parse(stdout);
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (isRoot && (code === 'EACCES' || stderr.includes('EACCES')))
      context.skip('this runs as root, and the checkout is closed to all other users');
    throw error;
  }
}

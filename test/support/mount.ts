/** Small file systems of their own, for tests of full disks and of disks that are taken away. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { TestContext } from 'vitest';

export interface Mount extends Disposable {
  path: string;
  unmount(): void;
}

/**
 * Mounts an empty file system of that size at `path`, which is made. The test is skipped, with the
 * reason, where mounting is not allowed.
 */
export function mountDisk(context: TestContext, path: string, size: string): Mount {
  mkdirSync(path, { recursive: true });
  const mount = (): void => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'pipe' });
  };
  try {
    mount();
  } catch (error) {
    context.skip(`no file system can be mounted here: ${String(error)}`);
  }
  let isMounted = true;
  const unmount = (): void => {
    if (isMounted) execFileSync('umount', ['-l', path], { stdio: 'pipe' });
    isMounted = false;
  };
  return { path, unmount, [Symbol.dispose]: unmount };
}

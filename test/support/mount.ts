/** Small file systems of their own, for tests of disks that are full, read-only or taken away. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { TestContext } from 'vitest';

export interface Mount extends Disposable {
  path: string;
  /** Lets it be written, or only be read. */
  remount(access: 'rw' | 'ro'): void;
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
  const remount = (access: 'rw' | 'ro'): void => {
    execFileSync('mount', ['-o', `remount,${access}`, path], { stdio: 'pipe' });
  };
  return { path, remount, unmount, [Symbol.dispose]: unmount };
}

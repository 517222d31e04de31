/**
 * The desktop program's bundle, made anew when what it is made of has changed. Test files that begin
 * at the same time wait for the one that makes it.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDesktop } from '../../build/setup/desktop.mjs';
import { createProgress } from '../../build/setup/progress.mjs';
import { buildRenderer } from '../../build/setup/renderer.mjs';

/** The bundled program: a folder with `package.json` and `code/`. */
export const desktopFolder = fileURLToPath(new URL('../../dist/desktop/', import.meta.url));

const root = fileURLToPath(new URL('../../', import.meta.url));
const lock = join(root, 'dist', 'bundling');

/** Makes sure that the bundle is that of the present sources. Give it some minutes. */
export async function bundleWhenStale(): Promise<void> {
  await mkdir(join(root, 'dist'), { recursive: true });
  while (!(await taken())) await new Promise((resolve) => setTimeout(resolve, 200));
  try {
    const progress = createProgress(process.stderr);
    await buildRenderer(root, progress);
    await buildDesktop(root, progress);
  } finally {
    await rm(lock, { recursive: true });
  }
}

/** Takes the lock, also that of a run that was broken off long ago. */
async function taken(): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch {
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 300_000) await rm(lock, { recursive: true, force: true });
    return false;
  }
}

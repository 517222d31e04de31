/**
 * Last step of set-up: the interface, bundled by Vite into dist/renderer whenever what it is made
 * of has changed. Which sources the bundle was made of is kept beside it, and written last, so that
 * an interrupted build is made again.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectNode } from './packages.mjs';
import { run } from './run.mjs';
import { SetUpError } from './set-up-error.mjs';

const sources = ['renderer', 'engine/contract.ts', 'engine/errors.ts', 'package-lock.json'];

/**
 * One number for all that the bundle is made of: names and contents.
 * @param {string} root
 * @returns {string} SHA-256, hexadecimal
 */
export function hashSources(root) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ name) => {
    const file = path.join(root, name);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory()) {
      for (const entry of readdirSync(file).sort()) add(`${name}/${entry}`);
    } else {
      const content = readFileSync(file);
      hash.update(`${name}\0${content.length}\0`).update(content);
    }
  };
  for (const name of sources) add(name);
  return hash.digest('hex');
}

/**
 * Bundles the interface if it has changed since the last time.
 * @param {string} root
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @throws {SetUpError} when Vite fails
 */
export async function buildRenderer(root, progress) {
  if (!existsSync(path.join(root, 'renderer', 'vite.config.ts'))) return;
  const built = path.join(root, 'dist', 'renderer', 'index.html');
  const stamp = path.join(root, 'dist', 'renderer.sha256');
  const hash = hashSources(root);
  if (existsSync(built) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;

  rmSync(stamp, { force: true });
  await progress.step('Building the interface', async () => {
    const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const { ok, output } = await run(projectNode(root), [vite, 'build', 'renderer'], { cwd: root });
    if (!ok) throw new SetUpError(`The interface could not be built. Vite said:\n${output}`);
  });
  writeFileSync(stamp, hash);
}

/**
 * What is bundled from sources, made anew whenever they have changed. Which sources a bundle was made
 * of is kept beside it, and written last, so that an interrupted build is made again.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Bundle
 * @property {string} title what is shown while it is built
 * @property {string} name of its folder in dist/
 * @property {string} main a file of that folder that is there when it was built
 * @property {readonly string[]} sources files and folders that it is made of
 * @property {() => Promise<void>} build
 */

/**
 * One number for all that a bundle is made of: names and contents.
 * @param {string} root
 * @param {readonly string[]} sources
 * @returns {string} SHA-256, hexadecimal
 */
function hashSources(root, sources) {
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
 * Builds a bundle if its sources have changed since the last time, or it is not there.
 * @param {string} root
 * @param {Bundle} bundle
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @throws what `build` throws
 */
export async function buildWhenChanged(root, { title, name, main, sources, build }, progress) {
  const built = path.join(root, 'dist', name, main);
  const stamp = path.join(root, 'dist', `${name}.sha256`);
  const hash = hashSources(root, sources);
  if (existsSync(built) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;

  rmSync(stamp, { force: true });
  await progress.step(title, build);
  writeFileSync(stamp, hash);
}

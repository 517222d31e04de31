/**
 * How a finished build is told from a damaged or an unfinished one: its manifest names every file
 * with its SHA-256 and is written last.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const manifestName = 'manifest.json';

/**
 * @param {string} file
 * @returns {Promise<string>} hexadecimal
 */
export async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * Finishes a build.
 * @param {string} folder
 * @param {readonly string[]} files relative to the folder
 */
export async function writeManifest(folder, files) {
  /** @type {Record<string, string>} */
  const sums = {};
  for (const file of files) sums[file] = await sha256(path.join(folder, file));
  writeFileSync(path.join(folder, manifestName), `${JSON.stringify(sums, null, 2)}\n`);
}

/**
 * @param {string} folder
 * @returns {Record<string, string> | undefined} SHA-256 by file; undefined when there is no manifest
 *   that can be read
 */
function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Whether the build is complete and every byte of it as it was.
 * @param {string} folder
 * @returns {Promise<boolean>}
 */
export async function isIntact(folder) {
  const sums = readManifest(folder);
  if (sums === undefined) return false;
  for (const [file, sum] of Object.entries(sums)) {
    const absolute = path.join(folder, file);
    if (!existsSync(absolute) || (await sha256(absolute)) !== sum) return false;
  }
  return true;
}

/**
 * What changes when anybody writes to the build's files, without reading them: after `isIntact`,
 * the same text means still intact.
 * @param {string} folder
 * @returns {string | undefined} undefined when files are missing
 */
export function fingerprint(folder) {
  const sums = readManifest(folder);
  if (sums === undefined) return undefined;
  const facts = Object.keys(sums).map((file) => {
    const stat = statSync(path.join(folder, file), { throwIfNoEntry: false });
    return stat && [file, stat.size, stat.mtimeMs, stat.ino];
  });
  return facts.includes(undefined) ? undefined : JSON.stringify([folder, ...facts]);
}

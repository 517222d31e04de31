/**
 * Building in such a way that only a finished build is ever seen. It grows in a folder of its own
 * beside its place and is renamed when complete; what is killed in between leaves a folder that
 * nobody looks at, and the next build removes it. Two set-ups at a time build twice, and the first
 * to finish stays.
 */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

const prefix = 'unfinished-';
const dayMs = 24 * 60 * 60 * 1000;

/** @param {unknown} error from the file system or from process.kill */
function errorCode(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}

/**
 * @param {string} name of a folder with the prefix: unfinished-PID-HOST-RANDOM
 * @param {string} folder its whole path
 * @returns {boolean} whether the process that made it has gone. Of processes on another computer
 *   (a shared home) nothing is known, so their folders are left alone for a day.
 */
function isAbandoned(name, folder) {
  const [pid, ...rest] = name.slice(prefix.length).split('-');
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (Date.now() - stat.mtimeMs > dayMs) return true;
  if (rest.slice(0, -1).join('-') !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/**
 * @param {string} parent
 */
function removeAbandoned(parent) {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    if (name.startsWith(prefix) && isAbandoned(name, folder))
      rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Fills `place` with what `build` makes; what was there before is removed.
 * @param {string} place
 * @param {(folder: string) => Promise<void>} build fills an empty folder beside `place`
 */
export async function buildInPlace(place, build) {
  const parent = path.dirname(place);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(parent);
  const folder = mkdtempSync(path.join(parent, `${prefix}${process.pid}-${hostname()}-`));
  try {
    const fresh = path.join(folder, 'build');
    mkdirSync(fresh);
    // Moved out of the way first, so that a removal that is interrupted leaves nothing half there.
    moveIfThere(place, path.join(folder, 'before'));
    await build(fresh);
    try {
      renameSync(fresh, place);
    } catch (error) {
      // Another set-up was faster: its build stays.
      if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    // Once more, for what was killed only just before this build began.
    removeAbandoned(parent);
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function moveIfThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

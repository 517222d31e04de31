/**
 * A build in the user's cache, seen from @tensorflow/tfjs-node: symbolic links in the places where
 * that package looks for its own downloads.
 */
import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parts } from './build.mjs';

/**
 * Whether the package uses this build.
 * @param {string} tfjsNode the package's folder
 * @param {string} build
 */
export function isLinked(tfjsNode, build) {
  return Object.values(parts).every((part) => {
    try {
      return readlinkSync(path.join(tfjsNode, part)) === path.join(build, part);
    } catch {
      return false;
    }
  });
}

/**
 * Makes the package use this build.
 * @param {string} tfjsNode
 * @param {string} build
 */
export function link(tfjsNode, build) {
  unlink(tfjsNode);
  for (const part of Object.values(parts)) {
    const place = path.join(tfjsNode, part);
    mkdirSync(path.dirname(place), { recursive: true });
    const fresh = `${place}.${process.pid}`;
    symlinkSync(path.join(build, part), fresh);
    renameSync(fresh, place);
  }
}

/**
 * Makes the package use none: the program then goes on without native TensorFlow.
 * @param {string} tfjsNode
 */
export function unlink(tfjsNode) {
  for (const part of Object.values(parts))
    rmSync(path.join(tfjsNode, part), { recursive: true, force: true });
}

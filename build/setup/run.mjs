/**
 * How set-up runs other programs: their output is collected instead of shown, as set-up speaks for
 * itself and standard output belongs to the command that comes after it. When set-up is ended, what
 * it started is ended with it.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill();
});

/**
 * Runs a program to its end. A program that cannot be started counts as failed, with the reason as
 * its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onText?: (text: string) => void }} options
 *   `onText` gets what the program writes, as it comes.
 * @returns {Promise<{ ok: boolean, output: string }>} both streams of output as one text
 */
export function run(command, args, { cwd, env, onText } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
        onText?.(text);
      });
    }
    const end = (/** @type {boolean} */ ok) => {
      running.delete(child);
      resolve({ ok, output: output.trim() });
    };
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/**
 * The first of these programs that the PATH has.
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} its absolute path
 */
export function findProgram(names, env) {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const candidate = path.resolve(folder, name);
      try {
        accessSync(candidate, constants.X_OK);
        if (statSync(candidate).isFile()) return candidate;
      } catch {
        // Not here: the next folder.
      }
    }
  }
  return undefined;
}

/**
 * The last line of a program's output: where pip and compilers say what went wrong.
 * @param {string} output
 */
export function lastLine(output) {
  return output.split('\n').at(-1)?.trim() ?? '';
}

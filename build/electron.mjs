/**
 * Electron, as far as `npm start` is concerned: whether its program is there, and whether the person
 * wants it to be fetched. Its package holds no program; that is downloaded once (about 120 MB), which
 * nobody should have happen without being asked.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { cacheFolder } from './cache-folder.mjs';
import { projectNode } from './setup/packages.mjs';
import { lastLine, run } from './setup/run.mjs';
import { SetUpError } from './setup/set-up-error.mjs';

/**
 * The program, or why there is none. One of another version than the package counts as none.
 * @param {string} root the project's folder
 * @returns {{ program: string } | { missing: 'package' | 'program' }}
 */
export function findElectron(root) {
  const folder = path.join(root, 'node_modules', 'electron');
  try {
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] || path.join(folder, 'dist');
    const present = readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
    const program = path.join(dist, programName());
    if (present === version && existsSync(program)) return { program };
    return { missing: 'program' };
  } catch {
    return { missing: existsSync(path.join(folder, 'install.js')) ? 'program' : 'package' };
  }
}

/** Where Electron's program is in its folder, on this system. */
function programName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * Asks whether to fetch Electron. The answer is kept, so nobody is asked twice; without a terminal
 * nobody is asked at all.
 * @param {{ input: NodeJS.ReadStream, output: NodeJS.WriteStream, folder?: string }} surroundings
 *   `folder`: where the answer is kept
 * @returns {Promise<boolean>}
 */
export async function wantsElectron({ input, output, folder = cacheFolder() }) {
  const kept = path.join(folder, 'desktop-app.txt');
  if (existsSync(kept)) return readFileSync(kept, 'utf8').trim() === 'yes';
  if (!input.isTTY || !output.isTTY) return false;
  output.write('Lookalike can open in a window of its own.\n');
  const lines = createInterface({ input, output });
  const answer = await lines.question('Download Electron for that, once, about 120 MB? [Y/n] ');
  lines.close();
  const yes = /^\s*(y|yes)?\s*$/i.test(answer);
  mkdirSync(folder, { recursive: true });
  writeFileSync(kept, yes ? 'yes\n' : 'no\n');
  return yes;
}

/**
 * Fetches Electron's program into its package.
 * @param {string} root the project's folder
 * @param {ReturnType<typeof import('./setup/progress.mjs').createProgress>} progress
 * @returns {Promise<string | null>} why it failed, or null
 */
export async function fetchElectron(root, progress) {
  const script = path.join(root, 'node_modules', 'electron', 'install.js');
  try {
    await progress.step('Downloading Electron', async () => {
      const { ok, output } = await run(projectNode(root), [script], { cwd: root });
      if (!ok) throw new SetUpError(reasonOf(output));
    });
    return null;
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    return error.message;
  }
}

/**
 * The reason in what Electron's own script wrote: the line of the error, not its stack.
 * @param {string} output
 */
function reasonOf(output) {
  const line = output.split('\n').find((text) => /error|ENOTFOUND|EAI_AGAIN/i.test(text));
  return (line ?? lastLine(output)).trim();
}

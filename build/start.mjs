/**
 * `npm start`, after set-up: the desktop app where Electron is there or may be fetched, else the
 * local web app in the default browser. What only the web app understands (`--port`, `--no-open`,
 * `--web`) asks for the web app.
 */
import { fetchElectron, findElectron, wantsElectron } from './electron.mjs';
import { runDesktop, runProgram } from './run-program.mjs';
import { buildDesktop } from './setup/desktop.mjs';
import { createProgress } from './setup/progress.mjs';
import { root } from './setup/set-up.mjs';
import { SetUpError } from './setup/set-up-error.mjs';

const args = process.argv.slice(2);
const progress = createProgress(process.stderr);
const electron = wantsBrowser() ? null : await electronProgram();
if (electron === null) runProgram(['serve', ...args.filter((arg) => arg !== '--web')]);
else runDesktop(electron, args);

/** Whether the arguments or the surroundings leave no choice. */
function wantsBrowser() {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  const screenless = process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY;
  return (
    screenless ||
    CI !== undefined ||
    args.some((arg) => /^(--(web|no-open|port)\b|-h$|--help$)/.test(arg))
  );
}

/**
 * The program to open the desktop app with, fetched if the person agrees; null when it is to be the
 * browser, with one line about the reason where there is one.
 */
async function electronProgram() {
  let found = findElectron(root);
  if ('missing' in found) {
    if (found.missing === 'package') return null;
    if (!(await wantsElectron({ input: process.stdin, output: process.stderr }))) return null;
    const failed = await fetchElectron(root, progress);
    if (failed !== null)
      progress.say(`Electron could not be fetched (${failed}); going on in the browser.`);
    found = findElectron(root);
    if ('missing' in found) return null;
  }
  try {
    await buildDesktop(root, progress);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    progress.say(`${error.message}\nGoing on in the browser.`);
    return null;
  }
  return found.program;
}

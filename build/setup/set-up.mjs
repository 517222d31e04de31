/**
 * Everything between a fresh clone and a program that runs, done before `npm start` and `npm test`
 * and by `lookalike` itself. Plain JavaScript that needs no installed package and runs on Node 20
 * and later. Each step finds out by itself whether there is anything to do; usually there is not.
 *
 * All that is said here goes to standard error: standard output belongs to the command that follows.
 */
import { fileURLToPath } from 'node:url';
import { provideNativeTensorFlow } from '../native-tensorflow/provide.mjs';
import { installPackages } from './packages.mjs';
import { createProgress } from './progress.mjs';
import { buildRenderer } from './renderer.mjs';
import { SetUpError } from './set-up-error.mjs';

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Does all that is left to do. What cannot be done is said in a sentence, and ends the process with
 * exit code 1; so does a bug, with its stack.
 */
export async function setUp() {
  const progress = createProgress(process.stderr);
  // Ended in an orderly way, so that the programs started by set-up are ended, too.
  const end = () => process.exit(1);
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, end);
  try {
    await installPackages(root, process.env, progress);
    await provideNativeTensorFlow(root, process.env, progress);
    await buildRenderer(root, progress);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    progress.say(`error: ${error.message}`);
    process.exit(1);
  }
  for (const signal of signals) process.off(signal, end);
}

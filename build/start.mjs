/** `npm start`, after set-up: the local web app, in the default browser. */
import { runProgram } from './run-program.mjs';

runProgram(['serve', ...process.argv.slice(2)]);

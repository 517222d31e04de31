#!/usr/bin/env node
/** The command `lookalike`: set-up if there is any to do, then the terminal program. */
import { runProgram } from './run-program.mjs';
import { setUp } from './setup/set-up.mjs';

await setUp();
runProgram(process.argv.slice(2));

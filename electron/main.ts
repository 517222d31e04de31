/**
 * Entry of the desktop program: what must be settled before Electron is ready, and who is first. A
 * second start hands its folders to the first and ends.
 */
import { join } from 'node:path';
import { app, protocol } from 'electron';
import { readCommandLine } from './command-line.ts';
import { SCHEME } from './pages.ts';
import { Program } from './program.ts';

// A name of its own: on macOS "Lookalike" and the library's folder "lookalike" would be the same.
app.setPath('userData', join(app.getPath('appData'), 'Lookalike Desktop'));
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  {
    scheme: SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
  },
]);

/** Where the arguments of the person begin: after the program, or after its folder when that is named. */
const args = process.argv.slice(1);
const named = app.isPackaged ? -1 : args.findIndex((arg) => !arg.startsWith('-'));
const given = readCommandLine(args.slice(named + 1), process.cwd());

if (app.requestSingleInstanceLock(given)) new Program(given).begin();
else app.quit();

/**
 * The program behind `lookalike serve`: opens a library, shows it in the default browser, and ends
 * cleanly. It is a program of its own, started by the terminal's commands, because hosts do not
 * import each other.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import open from 'open';
import { messageOf, toErrorData } from '../engine/errors.ts';
import { defaultLibraryFolder, openLibrary, type Library } from '../engine/library.ts';
import { leaveAddress, removeAddress } from '../running/address.ts';
import { openOrFind, type RunningServer } from '../running/find.ts';
import { keepLittleGarbage } from '../running/little-garbage.ts';
import { whenParentEnds } from './parent.ts';
import { startServer, type WebServer } from './server.ts';

const rendererFolder = fileURLToPath(new URL('../dist/renderer/', import.meta.url));

/** One press of Ctrl+C can arrive twice: from the terminal, and passed on by the program above. */
const SAME_PRESS_WITHIN = 1_000;

interface Options {
  library: string;
  port: number;
  open: boolean;
}

const command = new Command('lookalike serve')
  .description('show the library in a browser on this machine')
  .argument('[folders...]', 'folders with photos to add to the library')
  .option('--library <folder>', 'where the library is kept', defaultLibraryFolder())
  .option('--port <number>', 'port to use (0: any free one)', portNumber, 0)
  .option('--no-open', 'only print the address, open no browser')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(serve);

try {
  await command.parseAsync();
} catch (error) {
  fail(error);
}

async function serve(folders: string[], options: Options): Promise<void> {
  const libraryFolder = resolve(options.library);
  const found = await openOrFind(libraryFolder, () =>
    openLibrary({ folder: libraryFolder, live: true, onLog: log }),
  );
  if ('server' in found) return showRunning(found.server, folders, options);

  const library = found.opened;
  keepLittleGarbage();
  let server: WebServer;
  try {
    await addFolders(folders, (path) => library.request('folders.add', { path }));
    server = await startServer({ library, port: options.port, rendererFolder, onLog: log });
  } catch (error) {
    await library.close();
    throw error;
  }
  endWhenAsked(server, library, libraryFolder);
  await leaveAddress(libraryFolder, server.address).catch((error: unknown) => {
    log(`A second start will not find this one: ${messageOf(error)}.`);
  });

  console.log(`Lookalike is running at ${server.address}`);
  log('Press Ctrl+C to stop it.');
  if (options.open && canShowBrowser()) await openBrowser(server.addressForOneUse());
}

/** Adds the folders to the library where it is open, and shows it from there. */
async function showRunning(
  server: RunningServer,
  folders: string[],
  options: Options,
): Promise<void> {
  await addFolders(folders, (path) => server.library.request('folders.add', { path }));
  console.log(`Lookalike is running already, at ${server.address}`);
  if (options.open && canShowBrowser()) await openBrowser(await server.addressForOneUse());
}

/**
 * Adds `folders` to the library. One that cannot be added is told and left out, as long as another
 * can be shown; if none can, that is what the person has to hear.
 * @throws LookalikeError of the last folder, when no folder could be added
 */
async function addFolders(
  folders: string[],
  add: (path: string) => Promise<unknown>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const folder of folders) {
    try {
      await add(resolve(folder));
    } catch (error) {
      errors.push(error);
    }
  }
  if (folders.length > 0 && errors.length === folders.length) throw errors.pop();
  for (const error of errors) log(`error: ${toErrorData(error).message}`);
}

/** On signals, and when the program above was killed, which then can send none. */
function endWhenAsked(server: WebServer, library: Library, libraryFolder: string): void {
  let endingSince: number | null = null;

  async function end(): Promise<void> {
    try {
      await removeAddress(libraryFolder);
      await server.close();
      await library.close();
      process.exit(0);
    } catch (error) {
      fail(error);
    }
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (endingSince === null) {
        endingSince = Date.now();
        log('Stopping …');
        void end();
      } else if (Date.now() - endingSince > SAME_PRESS_WITHIN) {
        // Asked again: leave at once. The library survives that as it survives kill -9.
        process.exit(1);
      }
    });
  whenParentEnds(() => {
    if (endingSince !== null) return;
    endingSince = Date.now();
    // Nothing is written: whoever read it may be gone as well.
    void end();
  });
}

/** Whether there is a person with a screen: no build machine, and on Linux a display. */
function canShowBrowser(): boolean {
  const { CI, DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = process.env;
  if (CI !== undefined) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY ?? WSL_DISTRO_NAME);
}

async function openBrowser(address: string): Promise<void> {
  try {
    await open(address);
  } catch {
    log('No browser could be opened. Open the address above in yours.');
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

function fail(error: unknown): never {
  const { code, message } = toErrorData(error);
  log(`error: ${message}`);
  if (code === 'internal' && error instanceof Error) log(error.stack ?? '');
  process.exit(1);
}

function log(line: string): void {
  console.error(line);
}

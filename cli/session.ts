/**
 * The frame around every command that opens a library: open it, or find the app that has it open; do
 * the work, close it, and turn what went wrong into a sentence and an exit code: 0 done, 1 failed, 128 + signal when it was stopped.
 */
import { constants } from 'node:os';
import { Command, Option } from 'commander';
import { defaultMethod } from '../engine/default-method.ts';
import { LookalikeError, toErrorData, type ErrorCode, type ErrorData } from '../engine/errors.ts';
import type { LibraryClient } from '../engine/contract.ts';
import { defaultLibraryFolder, openLibrary } from '../engine/library.ts';
import { openOrFind } from '../running/find.ts';
import { keepLittleGarbage } from '../running/little-garbage.ts';
import { parsePath } from './arguments.ts';
import { duration, type Look } from './format.ts';
import { Terminal } from './terminal.ts';

/** Options that every command has. */
export interface CommonOptions {
  library: string;
  json?: true;
  verbose?: true;
}

/** For commands that are about one method. */
export interface MethodOptions {
  method: string;
}

/** The option by which a method is chosen. */
export function methodOption(): Option {
  return new Option(
    '--method <id>',
    'how photos are compared; "lookalike info" lists the methods',
  ).default(defaultMethod);
}

/** What a command works with. */
export interface Session {
  library: LibraryClient;
  terminal: Terminal;
}

/** What came of a command: for programs, and for people. */
export interface Outcome {
  document: object;
  lines: (look: Look) => string[];
}

/** A command with the options that every command has. */
export function libraryCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--library <folder>', 'where the library is kept')
        .argParser(parsePath)
        .default(defaultLibraryFolder()),
    )
    .option('--json', 'print the result as one JSON document')
    .option('--verbose', 'tell on stderr what the library does');
}

/**
 * Runs `work` with the library that `options` name, prints what came of it, and sets the exit code of
 * the process. When the person stops it, the library is closed under `work`, and nothing is printed.
 */
export async function withLibrary(
  options: CommonOptions,
  work: (session: Session) => Promise<Outcome>,
): Promise<void> {
  const terminal = new Terminal();
  const stop = stopOnSignals();
  try {
    const { library, stopWork, close } = await openSomewhere(options.library, (line) => {
      if (options.verbose) terminal.say(line);
    });
    try {
      await tellNotices(library, terminal);
      await tellPreparing(library, terminal);
      const working = work({ library, terminal });
      const { document, lines } = await Promise.race([working, rejectOn(stop.signal)]);
      if (options.json) terminal.printDocument(document);
      else terminal.print(lines(terminal.look));
    } finally {
      terminal.endProgress();
      if (stop.signal.aborted) await stopWork();
      await close();
    }
  } catch (error) {
    if (stop.signal.aborted) terminal.say('Stopped. Nothing that was done so far is lost.');
    else fail(error, terminal, options);
  } finally {
    stop.release();
  }
}

/**
 * The library in a folder, opened here, or asked where the app has it open. Closing that one leaves it
 * open there.
 */
async function openSomewhere(
  folder: string,
  onLog: (line: string) => void,
): Promise<Record<'stopWork' | 'close', () => Promise<void>> & { library: LibraryClient }> {
  const found = await openOrFind(folder, () => openLibrary({ folder, onLog }));
  if ('opened' in found) {
    const { opened } = found;
    keepLittleGarbage();
    // Closing stops whatever is going on.
    return { library: opened, stopWork: () => Promise.resolve(), close: () => opened.close() };
  }
  const { library } = found.server;
  onLog('Another Lookalike has this library open, and does the work.');
  await library.listen();
  return {
    library,
    // The app may be gone by now, and its work with it.
    stopWork: () => library.stop().catch(() => undefined),
    close: () => {
      library.close();
      return Promise.resolve();
    },
  };
}

/** What the sentences of the engine cannot say, because they are for every host. */
const hints: Partial<Record<ErrorCode, string>> = {
  'library-empty': 'In the terminal: lookalike index FOLDER',
  'library-in-use': 'In the terminal: --library FOLDER',
};

function fail(error: unknown, terminal: Terminal, options: CommonOptions): void {
  const { code, message } = toErrorData(error);
  terminal.error([message, hints[code]].filter(Boolean).join(' '));
  if ((options.verbose || code === 'internal') && error instanceof Error)
    console.error(error.stack);
  process.exitCode = 1;
}

/** Tells every notice of the library once: those it has already, and those to come. */
async function tellNotices(library: LibraryClient, terminal: Terminal): Promise<void> {
  const told = new Set<string>();
  const tell = ({ message }: ErrorData): void => {
    if (!told.has(message)) terminal.say(message);
    told.add(message);
  };
  library.on('notice', tell);
  (await library.request('library.get', {})).notices.forEach(tell);
}

/** Shows it when a method's vectors have to be computed first. */
async function tellPreparing(library: LibraryClient, terminal: Terminal): Promise<void> {
  const { methods } = await library.request('library.get', {});
  library.on('preparing', ({ method, state, done, total, secondsLeft }) => {
    if (state !== 'running' || total === 0) return;
    const name = methods.find(({ id }) => id === method)?.name ?? method;
    const notes = secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
    terminal.progress({ label: `Computing ${name}`, done, total, notes });
  });
}

/**
 * A press of Ctrl-C can arrive twice, from the terminal and passed on by the program that started
 * this one; only one that comes later than this many milliseconds is a second press.
 */
const SAME_PRESS = 1_000;

/** The signal fires when the process is asked to stop; asked a second time, it ends at once. */
function stopOnSignals(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  let since = Infinity;
  const onSignal = (name: NodeJS.Signals): void => {
    const exitCode = 128 + constants.signals[name];
    // The library survives that, as it survives a power cut.
    if (Date.now() - since > SAME_PRESS) process.exit(exitCode);
    if (controller.signal.aborted) return;
    since = Date.now();
    process.exitCode = exitCode;
    controller.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  const release = (): void => {
    for (const name of names) process.off(name, onSignal);
  };
  return { signal: controller.signal, release };
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(new LookalikeError('cancelled', 'The command was stopped.'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * What stands on the command line: `lookalike [--library DIR] [FOLDER…]`. Electron and Chromium put
 * switches of their own there, which are passed over.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CommandLine {
  /** Folders to add, as absolute paths. */
  folders: string[];
  /** The library to open, as an absolute path; null for the usual one. */
  library: string | null;
}

/**
 * @param args what comes after the program (and, when it is not packaged, after its main file)
 * @param workingFolder what relative paths are relative to
 */
export function readCommandLine(args: readonly string[], workingFolder: string): CommandLine {
  const folders: string[] = [];
  let library: string | null = null;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, given] = /^--library(?:=(.*))?$/.exec(arg) ?? [null];
    if (arg === '--library') library = args[++at] ?? null;
    else if (given !== undefined && given !== null) library = given;
    else if (arg !== '' && !arg.startsWith('-')) folders.push(resolve(workingFolder, pathOf(arg)));
  }
  return { folders, library: library === null ? null : resolve(workingFolder, library) };
}

/** File managers hand over addresses (file:///…) to some kinds of packages, and paths to others. */
function pathOf(arg: string): string {
  try {
    return arg.startsWith('file://') ? fileURLToPath(arg) : arg;
  } catch {
    // An address of another machine, say; as a path it will be told to be missing.
    return arg;
  }
}

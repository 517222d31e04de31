/**
 * Where an export goes when the person named no file: a new file in their downloads folder, named
 * after the moment, and never one that is there already.
 */
import { open, readFile, stat, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { writeDocument, writeError, type Written } from './write.ts';

/** What the answer depends on beside the disk; a test gives its own. */
export interface Surroundings {
  home: string;
  platform: NodeJS.Platform;
  /** Environment variables. */
  env: Readonly<Record<string, string | undefined>>;
}

const here = (): Surroundings => ({
  home: homedir(),
  platform: process.platform,
  env: process.env,
});

/**
 * Writes `chunks` to a new file such as `lookalike-2026-11-22-1530.json` (local time) in the
 * downloads folder, `…-1530-2.json` if that is there, and so on. Errors as `writeDocument`.
 */
export async function writeToDownloads(
  chunks: AsyncIterable<string> | Iterable<string>,
  now = new Date(),
  surroundings = here(),
): Promise<Written> {
  const path = await reserve(await downloadsFolder(surroundings), `lookalike-${stamp(now)}`);
  try {
    return await writeDocument(path, chunks);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/**
 * The person's downloads folder: on Linux what `user-dirs.dirs` of the XDG user directories says
 * (https://www.freedesktop.org/wiki/Software/xdg-user-dirs/), else `Downloads` in the home folder,
 * and the home folder itself where there is none.
 */
export async function downloadsFolder(surroundings = here()): Promise<string> {
  const { home, platform } = surroundings;
  const named = platform === 'linux' ? await xdgDownloads(surroundings) : undefined;
  for (const folder of [named, join(home, 'Downloads')]) {
    if (folder !== undefined && (await isFolder(folder))) return folder;
  }
  return home;
}

/** The value of a line such as `XDG_DOWNLOAD_DIR="$HOME/Downloads"`; the last such line counts. */
async function xdgDownloads({ home, env }: Surroundings): Promise<string | undefined> {
  const config = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const text = await readFile(join(config, 'user-dirs.dirs'), 'utf8').catch(() => '');
  const value = [...text.matchAll(/^\s*XDG_DOWNLOAD_DIR="((?:[^"\\]|\\.)*)"/gm)].at(-1)?.[1];
  const path = value?.replace(/\\(.)/g, '$1').replace(/^\$HOME(?=\/|$)/, () => home);
  // The specification allows "$HOME/…" and absolute paths, nothing else.
  return path?.startsWith('/') ? path : undefined;
}

/** Makes a new, empty file: only so is its name sure to be nobody else's. */
async function reserve(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}${number === 1 ? '' : `-${number}`}.json`);
    try {
      await (await open(path, 'wx')).close();
      return path;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw writeError(path, error);
    }
  }
}

/** A moment in local time as `2026-11-22-1530`. */
function stamp(moment: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-');
  return `${date}-${two(moment.getHours())}${two(moment.getMinutes())}`;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

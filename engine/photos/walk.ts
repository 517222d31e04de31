/**
 * Walks a folder and its subfolders and tells which photo files are there. Only names, sizes and
 * times are looked at, never content. Symbolic links are not followed: what they point to inside the
 * folder is found anyway, what is outside was not chosen, and so there can be no loop.
 */
import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LookalikeError, messageOf, systemCode, type ErrorData } from '../errors.ts';
import { hasPhotoName, isHiddenFolder } from './formats.ts';

/** A photo file as the folder lists it. */
export interface FoundFile {
  /** Below the folder, with `/` between its parts on every system. */
  relativePath: string;
  bytes: number;
  /** Milliseconds since 1970. */
  modifiedAt: number;
}

/** A photo file or a subfolder that could not be looked at. */
export interface WalkProblem {
  relativePath: string;
  isPhoto: boolean;
  error: ErrorData;
}

export interface Walk {
  files: FoundFile[];
  problems: WalkProblem[];
  /** Subfolders that could not be read: nothing can be said about the photos below them. */
  unreadable: string[];
  /** Whether the folder holds anything at all. */
  empty: boolean;
}

export interface WalkOptions {
  /** Absolute paths of subfolders to leave out, because they are folders of the library themselves. */
  except?: ReadonlySet<string>;
  signal?: AbortSignal;
  /** Called now and then with the number of photo files found so far. */
  onFound?: (found: number) => void;
  /** Asked now and then whether to go on: it goes on when this resolves, and fails as it fails. */
  mayGoOn?: () => Promise<void>;
}

/** How many file sizes are asked for at the same time. */
const statsAtOnce = 32;

/**
 * Makes sure that `path` is a folder that can be read.
 * @throws LookalikeError `folder-missing`, `folder-is-file` or `folder-access`
 */
export async function checkFolder(path: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
    if (isFolder) await readdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM') throw folderAccess(path, error);
    throw new LookalikeError(
      'folder-missing',
      `There is no folder ${path}. Check the name, or connect the disk it is on.`,
      { cause: error },
    );
  }
  if (!isFolder)
    throw new LookalikeError(
      'folder-is-file',
      `${path} is a file. Choose the folder that holds it.`,
    );
}

function folderAccess(path: string, cause: unknown): LookalikeError {
  return new LookalikeError(
    'folder-access',
    `The folder ${path} may not be read. Allow reading it, or choose another.`,
    { cause },
  );
}

/** Whether what was just listed has been deleted, or replaced by something else, meanwhile. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
}

/**
 * Lists the photo files below `root`, in the order of their paths within each folder.
 * @throws LookalikeError as `checkFolder`, or the signal's reason
 */
export async function walk(root: string, options: WalkOptions = {}): Promise<Walk> {
  await checkFolder(root);
  const result: Walk = { files: [], problems: [], unreadable: [], empty: true };
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    options.signal?.throwIfAborted();
    let entries: Dirent<Buffer>[];
    try {
      entries = await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      // The folder itself went away, or will not be read all of a sudden: nothing is known then.
      if (folder === '') {
        await checkFolder(root);
        throw folderAccess(root, error);
      }
      if (!isGone(error)) {
        result.unreadable.push(folder);
        result.problems.push({
          relativePath: folder,
          isPhoto: false,
          error: {
            code: 'folder-access',
            message: 'This folder may not be read, so the photos in it are not looked at.',
          },
        });
      }
      continue;
    }
    if (entries.length > 0) result.empty = false;
    const names: string[] = [];
    for (const entry of entries) {
      const isText = isUtf8(entry.name);
      const name = isText ? entry.name.toString('utf8') : withEscapes(entry.name);
      const relativePath = folder === '' ? name : `${folder}/${name}`;
      if (!isText) {
        if (entry.isFile() ? hasPhotoName(name) : entry.isDirectory())
          result.problems.push({
            relativePath,
            isPhoto: entry.isFile(),
            error: {
              code: 'name-not-text',
              message:
                'The name holds bytes that are no text (UTF-8), so it could be neither shown nor exported. Rename it to include it.',
            },
          });
      } else if (entry.isDirectory()) {
        if (!isHiddenFolder(name) && !options.except?.has(join(root, relativePath)))
          folders.push(relativePath);
      } else if (entry.isFile() && hasPhotoName(name)) names.push(relativePath);
    }
    names.sort();
    for (let start = 0; start < names.length; start += statsAtOnce) {
      const found = await Promise.all(
        names.slice(start, start + statsAtOnce).map((name) => lookAt(root, name)),
      );
      for (const file of found) {
        if (!file) continue;
        if ('error' in file) result.problems.push(file);
        else result.files.push(file);
      }
      options.onFound?.(result.files.length);
      await options.mayGoOn?.();
    }
  }
  return result;
}

/** A name that is no text, its bytes beyond ASCII as `\xff`, so that each such name stays itself. */
function withEscapes(name: Buffer): string {
  return name.toString('latin1').replace(/[\x80-\xff]/g, (byte) => {
    return `\\x${byte.charCodeAt(0).toString(16)}`;
  });
}

/** Size and time of a file, a problem, or undefined when the file is gone by now. */
async function lookAt(
  root: string,
  relativePath: string,
): Promise<FoundFile | WalkProblem | undefined> {
  try {
    const { size, mtimeMs } = await lstat(join(root, relativePath));
    return { relativePath, bytes: size, modifiedAt: Math.round(mtimeMs) };
  } catch (error) {
    if (isGone(error)) return undefined;
    return {
      relativePath,
      isPhoto: true,
      error: {
        code: 'photo-access',
        message: `The file may not be looked at (${messageOf(error)}). Allow opening the folder it is in, then index again.`,
      },
    };
  }
}

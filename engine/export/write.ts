/**
 * Writes a document to a file so that the file is either the old one or the new one, whole: under a
 * temporary name beside it, flushed to the disk, then renamed. Knows nothing of what is written.
 */
import { randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, open, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LookalikeError, messageOf, systemCode } from '../errors.ts';

/** Where a document was written, and how long it is. */
export interface Written {
  path: string;
  bytes: number;
}

/** Text is gathered to about so many characters before it is handed to the disk. */
const CHUNK = 64 * 1024;

/**
 * Writes `chunks`, one after the other, as UTF-8 to the file `path`; a file that is there is
 * replaced, behind a symbolic link the file that it points to.
 *
 * Throws a LookalikeError `disk-full` or `export-failed`, or what `chunks` threw. Then the temporary
 * file is gone and the old file, if there was one, is as it was.
 */
export async function writeDocument(
  path: string,
  chunks: AsyncIterable<string> | Iterable<string>,
): Promise<Written> {
  const given = resolve(path);
  await refuseBadTarget(given);
  const target = await realpath(given).catch(() => given);
  const temporary = join(dirname(target), `.lookalike-${randomUUID()}.tmp`);
  const file = await onDisk(given, open(temporary, 'wx'));
  try {
    const bytes = await writeAll(file, chunks, given).finally(() => file.close());
    await onDisk(given, rename(temporary, target));
    await flushFolder(dirname(target));
    return { path: given, bytes };
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

async function writeAll(
  file: FileHandle,
  chunks: AsyncIterable<string> | Iterable<string>,
  path: string,
): Promise<number> {
  let bytes = 0;
  let gathered = '';
  const flush = async (): Promise<void> => {
    const buffer = Buffer.from(gathered);
    gathered = '';
    // A file handle's writeFile goes on where the last one ended, and writes all of the buffer.
    await onDisk(path, file.writeFile(buffer));
    bytes += buffer.length;
  };
  for await (const chunk of chunks) {
    gathered += chunk;
    if (gathered.length >= CHUNK) await flush();
  }
  await flush();
  await onDisk(path, file.sync());
  return bytes;
}

/** Says in words what a system error about a temporary file with a strange name would not say. */
async function refuseBadTarget(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory())
    throw new LookalikeError('export-failed', `${path} is a folder. Name a file to export to.`);
  if (there && !there.isFile())
    throw new LookalikeError(
      'export-failed',
      `${path} is not an ordinary file. Name a file to export to.`,
    );
  // A file that its owner made read-only would otherwise be replaced all the same.
  if (there) await onDisk(path, access(path, constants.W_OK));
}

/** The result of a file operation on behalf of `path`; its system error becomes a sentence. */
async function onDisk<Value>(path: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation;
  } catch (error) {
    throw writeError(path, error);
  }
}

/** The LookalikeError for a system error that came up while `path` was being written. */
export function writeError(path: string, cause: unknown): LookalikeError {
  switch (systemCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new LookalikeError(
        'disk-full',
        `No room is left on the disk for ${path}. Free some, or export to another disk.`,
        { cause },
      );
    case 'ENOENT':
      return new LookalikeError(
        'export-failed',
        // A folder of the system, such as /proc, says so too when it takes no files.
        existsSync(dirname(path))
          ? `No file can be made in the folder ${dirname(path)}. Export to another folder.`
          : `The folder ${dirname(path)} does not exist. Make it first, or export to another folder.`,
        { cause },
      );
    case 'ENOTDIR':
      return new LookalikeError(
        'export-failed',
        `${dirname(path)} is not a folder. Export to another place.`,
        { cause },
      );
    case 'ENAMETOOLONG':
      return new LookalikeError(
        'export-failed',
        `The name ${basename(path)} is too long for this disk. Export to a shorter one.`,
        { cause },
      );
    case 'EROFS':
      return new LookalikeError(
        'export-failed',
        `${path} cannot be written: its disk is read-only. Export to another disk.`,
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
      return new LookalikeError(
        'export-failed',
        `${path} may not be written. Export to another folder, or change its permissions.`,
        { cause },
      );
    default:
      return new LookalikeError(
        'export-failed',
        `${path} could not be written (${messageOf(cause)}). Export to another place.`,
        { cause },
      );
  }
}

/**
 * Makes the rename itself last through a power cut. Some file systems and Windows cannot flush a
 * folder; the document is whole all the same, so that is no failure.
 */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // As said above.
  }
}

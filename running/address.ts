/**
 * Where others of the same user find the server that has a library open: it leaves its address, with
 * the token in it, in a small file inside the library folder that only the user may read. Whether the
 * file means anything is for the library's lock to say: only who was refused the library looks at it,
 * and a server that was killed leaves one to which nobody answers.
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';

export const notes = z.object({
  address: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
});

const fileIn = (libraryFolder: string): string => join(libraryFolder, 'server.json');

/**
 * Leaves the address of the server that has the library open. Only while holding the library's lock.
 * @throws Error where the file cannot be made, or not so that only the user can read it
 */
export async function leaveAddress(libraryFolder: string, address: string): Promise<void> {
  const path = fileIn(libraryFolder);
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    if (!(await isPrivate(file, libraryFolder)))
      throw new Error('this disk cannot keep a file from other users');
    await file.writeFile(JSON.stringify({ address } satisfies z.infer<typeof notes>));
  } catch (error) {
    await removeAddress(libraryFolder);
    throw error;
  } finally {
    await file.close();
  }
}

/** Takes the address away. A file that cannot be removed is one to which soon nobody answers. */
export async function removeAddress(libraryFolder: string): Promise<void> {
  await rm(fileIn(libraryFolder), { force: true }).catch(() => undefined);
}

/** The address that was left in a library folder, with its token; undefined where none can be believed. */
export async function readAddress(libraryFolder: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(fileIn(libraryFolder));
    // Another user's file could send the browser, and the names of folders, to that user.
    if (!(await isPrivate(file, libraryFolder))) return undefined;
    return notes.parse(JSON.parse(await file.readFile('utf8'))).address;
  } catch {
    // None is there, or it is only just being written.
    return undefined;
  } finally {
    await file?.close();
  }
}

/** Whether a file is the user's own and nobody else can read or write it. */
async function isPrivate(file: FileHandle, folder: string): Promise<boolean> {
  if (process.getuid) {
    const { uid, mode } = await file.stat();
    return uid === process.getuid() && (mode & 0o077) === 0;
  }
  // Windows keeps other users out of a user's own folder, and tells nothing by the mode.
  return !/^\.\.|^[a-z]:/i.test(relative(homedir(), folder));
}

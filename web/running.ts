/**
 * How a second start finds the server that has the library open already. The server leaves its
 * address, with the token in it, in a small file inside the library folder that only the user may
 * read. Whether the file means anything is for the library's lock to say: only who was refused the
 * library looks at it, and a server that was killed leaves one to which nobody answers.
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { errorCodes, fromErrorData, type ErrorCode } from '../engine/errors.ts';

const notes = z.object({ address: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }) });
const errorData = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
});

/** Milliseconds within which a server on this machine says that it is there. */
const ANSWER_WITHIN = 2_000;

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

/** A server of the same user that has the library open. */
export interface RunningServer {
  /** The address with its token; good while that server runs. */
  address: string;
  /** @throws LookalikeError as the request `folders.add` */
  addFolder(path: string): Promise<void>;
  /** An address that lets in one browser, once. */
  addressForOneUse(): Promise<string>;
}

/** The server whose address is in the library folder, or undefined when none answers there. */
export async function findServer(libraryFolder: string): Promise<RunningServer | undefined> {
  const address = await readAddress(libraryFolder);
  if (address === undefined) return undefined;
  const { origin } = new URL(address);
  // As a browser does: the token is exchanged for a cookie.
  const entered = await fetch(address, {
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  }).catch(() => undefined);
  const cookie = entered?.headers.getSetCookie()[0]?.split(';')[0];
  if (entered?.status !== 303 || cookie === undefined) return undefined;

  const post = async (path: string, params: object): Promise<unknown> => {
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw fromErrorData(errorData.parse(answer));
    return answer;
  };
  return {
    address,
    addFolder: async (path) => {
      await post('/api/folders.add', { path });
    },
    addressForOneUse: async () => notes.parse(await post('/api/entrance', {})).address,
  };
}

async function readAddress(libraryFolder: string): Promise<string | undefined> {
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

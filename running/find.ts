/**
 * The library that another program of the same user has open: found by the address that its server
 * left, and asked as a browser asks it. So a second start can show what is open already, and every
 * command of the terminal works while the app is open.
 */
import { isLookalikeError } from '../engine/errors.ts';
import { notes, readAddress } from './address.ts';
import { RunningLibrary, type Entrance } from './library.ts';

/** Milliseconds within which a server on this machine says that it is there. */
const ANSWER_WITHIN = 2_000;

/** Milliseconds for which a library that is in use is tried again, and between two tries. */
const [PATIENCE, PAUSE] = [2_000, 200];

/** A server of the same user that has the library open. */
export interface RunningServer {
  /** The address with its token; good while that server runs. */
  address: string;
  /** An address that lets in one browser, once. */
  addressForOneUse(): Promise<string>;
  /** The library that it has open. */
  library: RunningLibrary;
}

/** The server whose address is in the library folder, or undefined when none answers there. */
export async function findServer(libraryFolder: string): Promise<RunningServer | undefined> {
  const address = await readAddress(libraryFolder);
  const entrance = address === undefined ? undefined : await enter(address);
  if (address === undefined || entrance === undefined) return undefined;
  const library = new RunningLibrary(entrance);
  return {
    address,
    addressForOneUse: async () => notes.parse(await library.post('/api/entrance', {})).address,
    library,
  };
}

/**
 * What `open` opens, or the server that has it open. Whoever has it may be just starting or ending,
 * so it is tried for a moment.
 * @throws LookalikeError as `open`; `library-in-use` when a program without a server has it
 */
export async function openOrFind<Opened>(
  libraryFolder: string,
  open: () => Promise<Opened>,
): Promise<{ opened: Opened } | { server: RunningServer }> {
  for (const end = Date.now() + PATIENCE; ;) {
    try {
      return { opened: await open() };
    } catch (error) {
      if (!isLookalikeError(error, 'library-in-use')) throw error;
      const server = await findServer(libraryFolder);
      if (server) return { server };
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** As a browser does: the token is exchanged for a cookie. */
async function enter(address: string): Promise<Entrance | undefined> {
  const entered = await fetch(address, {
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  }).catch(() => undefined);
  const cookie = entered?.headers.getSetCookie()[0]?.split(';')[0];
  if (entered?.status !== 303 || cookie === undefined) return undefined;
  return { origin: new URL(address).origin, cookie };
}

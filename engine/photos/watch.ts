/**
 * Notices that something below a folder changed, with @parcel/watcher. What changed is found out by
 * walking again; here it is only told that it is worth it, once things have been quiet for a moment.
 */
import watcher, { type AsyncSubscription, type SubscribeCallback } from '@parcel/watcher';
import { basename } from 'node:path';
import { messageOf } from '../errors.ts';
import { hasPhotoName } from './formats.ts';

/** Changes are told after this much quiet … */
const quietMs = 800;
/** … or after this time at the latest, while changes keep coming. */
const latestMs = 5000;

export interface Watch {
  close(): Promise<void>;
}

/**
 * On Linux the watcher follows a folder that comes, but none of those that come inside it: after a
 * folder came, the watch has to begin anew.
 */
const followsNewFolders = process.platform !== 'linux';

/**
 * Watches a folder until closed. A system that cannot watch it (too many folders, a network disk)
 * gets a line in the log; changes are then found at the next start.
 */
export async function watchFolder(
  path: string,
  onChange: () => void,
  onLog: (line: string) => void,
): Promise<Watch> {
  let quiet: NodeJS.Timeout | undefined;
  let latest: NodeJS.Timeout | undefined;
  let subscription: AsyncSubscription | undefined;
  let telling = Promise.resolve();
  /** Whether the watch has to begin anew to see everything. */
  let incomplete = false;
  let closed = false;

  const begin = async (): Promise<void> => {
    incomplete = false;
    try {
      await subscription?.unsubscribe();
      subscription = undefined;
      subscription = await watcher.subscribe(path, look, { ignore: ['**/.*', '**/.*/**'] });
    } catch (error) {
      onLog(
        `Changes in ${path} cannot be watched and are found at the next start: ${messageOf(error)}`,
      );
    }
  };
  const look: SubscribeCallback = (error, events) => {
    if (closed) return;
    if (error) onLog(`watching ${path}: ${messageOf(error)}`);
    const others = events.filter((event) => !hasPhotoName(basename(event.path)));
    // Other files may change all the time; what comes and goes may be a folder of photos. With an
    // error changes may have been lost, and the watcher may have stopped.
    if (!error && others.length === events.length && others.every(({ type }) => type === 'update'))
      return;
    incomplete ||=
      error !== null || (!followsNewFolders && others.some(({ type }) => type === 'create'));
    clearTimeout(quiet);
    quiet = setTimeout(tell, quietMs);
    latest ??= setTimeout(tell, latestMs);
  };
  const tell = (): void => {
    clearTimeout(quiet);
    clearTimeout(latest);
    latest = undefined;
    telling = telling.then(async () => {
      // First, so that nothing can change unseen between the two.
      if (incomplete) await begin();
      if (!closed) onChange();
    });
  };

  await begin();
  return {
    close: async () => {
      closed = true;
      clearTimeout(quiet);
      clearTimeout(latest);
      await telling;
      await subscription?.unsubscribe();
    },
  };
}

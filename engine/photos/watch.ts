/**
 * Notices that something below a folder changed, with @parcel/watcher. What changed is found out by
 * walking again; here it is only told that it is worth it, once things have been quiet for a moment.
 */
import watcher, { type AsyncSubscription } from '@parcel/watcher';
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
  let closed = false;
  const tell = (): void => {
    clearTimeout(quiet);
    clearTimeout(latest);
    latest = undefined;
    onChange();
  };
  const noteChange = (): void => {
    if (closed) return;
    clearTimeout(quiet);
    quiet = setTimeout(tell, quietMs);
    latest ??= setTimeout(tell, latestMs);
  };
  let subscription: AsyncSubscription | undefined;
  try {
    subscription = await watcher.subscribe(
      path,
      (error, events) => {
        if (error) {
          onLog(`watching ${path}: ${messageOf(error)}`);
          // Changes may have been lost with it.
          noteChange();
          return;
        }
        // Other files may change all the time; what comes and goes may be a folder of photos.
        if (events.every(({ type, path }) => type === 'update' && !hasPhotoName(basename(path))))
          return;
        noteChange();
      },
      { ignore: ['**/.*', '**/.*/**'] },
    );
  } catch (error) {
    onLog(
      `Changes in ${path} cannot be watched and are found at the next start: ${messageOf(error)}`,
    );
  }
  return {
    close: async () => {
      closed = true;
      clearTimeout(quiet);
      clearTimeout(latest);
      await subscription?.unsubscribe();
    },
  };
}

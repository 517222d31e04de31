/**
 * Remembers how a database was left. To look through the whole of a large library before it is opened
 * takes seconds where its disk is slow; that is needless as long as the file is just as the last
 * program left it which closed it in order. After a crash or a power failure, or when something else
 * wrote into it, it is not.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { WritableDatabase } from './database.ts';

/** Closes the database at `path`, and notes down what its file is like then. */
export function closeInOrder(database: WritableDatabase, path: string): void {
  if (!database.open) return;
  try {
    // Other processes may still read: nobody waits for them, and what SQLite wrote beside the file
    // would stay there, as the last to close a database takes it in.
    database.pragma('busy_timeout = 0');
    database.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // On a full disk, it stays beside the file.
  }
  database.close();
  try {
    const state = stateOf(path);
    if (state !== null) writeFileSync(noteOf(path), state);
  } catch {
    // Without the note, the next start looks the file through.
  }
}

/** Whether the database at `path` is as `closeInOrder` left it, as far as size and time tell. */
export function isAsLeft(path: string): boolean {
  try {
    return stateOf(path) === readFileSync(noteOf(path), 'utf8');
  } catch {
    return false;
  }
}

function noteOf(path: string): string {
  return `${path}-closed`;
}

/** Size and time of the last change; null while a part of the content is in the file beside it. */
function stateOf(path: string): string | null {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return null;
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return `${size} bytes, changed at ${mtimeNs}`;
}

/**
 * The files of one library, open: its lock, its database with reader and writer, its thumbnails.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isLookalikeError, LookalikeError, messageOf, type ErrorData } from '../errors.ts';
import { keepAside, openForWriting, sqliteVersion, type WritableDatabase } from './database.ts';
import { closeInOrder } from './left-in-order.ts';
import { lockLibrary } from './lock.ts';
import { migrations } from './migrations.ts';
import { Reader } from './reader.ts';
import { Thumbnails } from './thumbnails.ts';
import { Writer } from './writer.ts';

export interface Store {
  databasePath: string;
  reader: Reader;
  writer: Writer;
  thumbnails: Thumbnails;
  sqliteVersion: string;
  close(): void;
}

export type WhenDamaged = 'keep-aside' | 'refuse';

/**
 * Opens or makes the library in `folder`. A damaged database is never overwritten: it is kept aside
 * and a new one begun, with a notice that says where the old one is; or refused.
 * @param onNotice called with what the person should be told, now and as long as the store is open
 * @throws LookalikeError `library-in-use`, `library-newer`, `library-access` or `disk-full`;
 *   `library-damaged` where `whenDamaged` says so
 */
export function openStore(
  folder: string,
  onNotice: (notice: ErrorData) => void = () => undefined,
  whenDamaged: WhenDamaged = 'keep-aside',
): Store {
  makeFolder(folder);
  const opened: { close(): void }[] = [];
  const close = (): void => {
    for (const part of opened.reverse()) part.close();
  };
  try {
    opened.push(lockLibrary(join(folder, 'library.lock')));
    const databasePath = join(folder, 'library.db');
    const database = openDatabase(databasePath, onNotice, whenDamaged);
    opened.push({
      close: () => {
        closeInOrder(database, databasePath);
      },
    });
    const writer = new Writer(database);
    writer.begin();
    const thumbnails = new Thumbnails(join(folder, 'thumbnails.db'), onNotice);
    opened.push(thumbnails);
    return {
      databasePath,
      reader: new Reader(database),
      writer,
      thumbnails,
      sqliteVersion: sqliteVersion(database),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Renames the database of a library that this program cannot open, so that a new one can be begun in
 * its place. Thumbnails stay: they are found by content.
 * @returns where the database is now
 * @throws LookalikeError `library-in-use` or `library-access`
 */
export function keepLibraryAside(folder: string): string {
  const lock = lockLibrary(join(folder, 'library.lock'));
  const path = join(folder, 'library.db');
  try {
    return keepAside(path, 'newer');
  } catch (error) {
    throw new LookalikeError(
      'library-access',
      `${path} cannot be renamed (${messageOf(error)}). Choose another place for the library.`,
      { cause: error },
    );
  } finally {
    lock.close();
  }
}

function makeFolder(folder: string): void {
  try {
    makeWithParents(folder);
  } catch (error) {
    throw new LookalikeError(
      'library-access',
      `The library folder ${folder} cannot be made (${messageOf(error)}). Choose another place for it.`,
      { cause: error },
    );
  }
}

/** As mkdir's `recursive`, which never returns where a file system takes no folders (/proc). */
function makeWithParents(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeWithParents(dirname(folder));
  mkdirSync(folder);
}

function openDatabase(
  path: string,
  onNotice: (notice: ErrorData) => void,
  whenDamaged: WhenDamaged,
): WritableDatabase {
  const open = (): WritableDatabase => openForWriting(path, { migrations, content: 'kept' });
  try {
    return open();
  } catch (error) {
    if (!isLookalikeError(error, 'library-damaged') || whenDamaged === 'refuse') throw error;
    const kept = keepAside(path);
    const database = open();
    onNotice({
      code: 'library-damaged',
      message: `${error.message} It is kept as ${kept}, and a new library was begun. Your photos are untouched; add their folders again.`,
    });
    return database;
  }
}

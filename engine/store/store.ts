/**
 * The files of one library, open: its lock, its database with reader and writer, its thumbnails.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLookalikeError, LookalikeError, messageOf, type ErrorData } from '../errors.ts';
import { keepAside, openForWriting, sqliteVersion } from './database.ts';
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
  /** What the person should be told about the opening. */
  notices: ErrorData[];
  sqliteVersion: string;
  close(): void;
}

/**
 * Opens or makes the library in `folder`. A damaged database is kept aside, never overwritten, and
 * a new one begun; a notice says where the old one is.
 * @throws LookalikeError `library-in-use`, `library-newer`, `library-access` or `disk-full`
 */
export function openStore(folder: string): Store {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new LookalikeError(
      'library-access',
      `The library folder ${folder} cannot be made (${messageOf(error)}). Choose another place for it.`,
      { cause: error },
    );
  }
  const lock = lockLibrary(join(folder, 'library.lock'));
  const databasePath = join(folder, 'library.db');
  const notices: ErrorData[] = [];
  const open = (): ReturnType<typeof openForWriting> => openForWriting(databasePath, migrations);
  try {
    let database: ReturnType<typeof open>;
    try {
      database = open();
    } catch (error) {
      if (!isLookalikeError(error, 'library-damaged')) throw error;
      const kept = keepAside(databasePath);
      notices.push({
        code: 'library-damaged',
        message: `${error.message} It is kept as ${kept}, and a new library was begun. Your photos are untouched; add their folders again.`,
      });
      database = open();
    }
    const writer = new Writer(database);
    writer.begin();
    const thumbnails = new Thumbnails(join(folder, 'thumbnails.db'));
    return {
      databasePath,
      reader: new Reader(database),
      writer,
      thumbnails,
      notices,
      sqliteVersion: sqliteVersion(database),
      close: () => {
        thumbnails.close();
        database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Sees to it that one program at a time has a library open. The lock is one that the operating
 * system holds for a living process (through SQLite), so a killed program leaves none behind.
 */
import Database from 'better-sqlite3';
import { LookalikeError } from '../errors.ts';
import { translated } from './database.ts';

export interface Lock {
  /** Gives the library free. */
  close(): void;
}

/**
 * Locks a library until closed or until this process ends.
 * @param path of a small file of its own, beside the database
 * @throws LookalikeError `library-in-use`, `library-access`, `disk-full`, or `library-damaged` (the
 *   lock's own file)
 */
export function lockLibrary(path: string): Lock {
  return translated(path, () => {
    const database = new Database(path, { timeout: 300 });
    try {
      database.pragma('locking_mode = EXCLUSIVE');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
        throw new LookalikeError(
          'library-in-use',
          'Another Lookalike has this library open. Close it there, or use another library.',
          { cause: error },
        );
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_NOTADB'))
        throw new LookalikeError(
          'library-damaged',
          `The file ${path} is damaged. Nothing of the library is in it: delete it, then try again.`,
          { cause: error },
        );
      throw error;
    }
    return {
      close: () => {
        database.close();
      },
    };
  });
}

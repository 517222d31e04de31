/**
 * Opens the SQLite files of a library. Whoever only reads gets a `ReadableDatabase`, which the
 * compiler keeps apart from the one writer's, so that a reader cannot write by mistake.
 */
import Database from 'better-sqlite3';
import { accessSync, constants, existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { LookalikeError, systemCode } from '../errors.ts';
import { isAsLeft } from './left-in-order.ts';

declare const access: unique symbol;
export type ReadableDatabase = Database.Database & { readonly [access]: 'read' | 'write' };
export type WritableDatabase = Database.Database & { readonly [access]: 'write' };

export interface WritingOptions {
  /** The form of the database, as numbered steps. */
  migrations: readonly string[];
  /**
   * `kept`: must survive all, so the whole file is checked when it is opened, unless it is just as it
   * was left by `closeInOrder`. `remade`: what is in it
   * can be made again, so speed goes first: no check, and no waiting for the disk.
   */
  content: 'kept' | 'remade';
}

/**
 * Opens a database for writing, made or brought to the present form as needed. One that is newer or
 * damaged is left exactly as it is.
 * @throws LookalikeError `library-newer`, `library-damaged`, `library-access` or `disk-full`
 */
export function openForWriting(path: string, options: WritingOptions): WritableDatabase {
  const { migrations, content } = options;
  return translated(path, () => {
    if (existsSync(path)) inspect(path, options);
    const database = withSmallCache(new Database(path)) as unknown as WritableDatabase;
    try {
      database.pragma('journal_mode = WAL');
      // With WAL, NORMAL never damages the file; OFF may, when the power fails.
      database.pragma(`synchronous = ${content === 'kept' ? 'NORMAL' : 'OFF'}`);
      database.pragma('foreign_keys = ON');
      migrate(database, migrations);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Looks at an existing database without being able to change it. Throws when it must stay as it is. */
function inspect(path: string, { migrations, content }: WritingOptions): void {
  // Begun and killed before it had its form. Only a writer can clear that up.
  if (existsSync(`${path}-journal`)) return;
  const database = openForReading(path);
  try {
    const version = database.pragma('user_version', { simple: true }) as number;
    if (version > migrations.length)
      throw new LookalikeError(
        'library-newer',
        `The database ${path} has form ${version}, and this Lookalike knows forms up to ${migrations.length}. It was written by a newer version: open it with that one. Nothing was changed.`,
      );
    if (content === 'remade' || isAsLeft(path)) return;
    const problem = database.pragma('quick_check(1)', { simple: true });
    if (problem !== 'ok') throw damaged(path, contradicts, problem);
  } finally {
    database.close();
  }
}

/** Opens a database that a writer has made, for reading. Throws as `openForWriting`. */
export function openForReading(path: string): ReadableDatabase {
  return translated(path, () => {
    const database = new Database(path, { readonly: true, fileMustExist: true });
    return withSmallCache(database) as unknown as ReadableDatabase;
  });
}

/**
 * The system keeps what was read of a file anyway. SQLite's own cache, 16 MB as better-sqlite3 builds
 * it, in each process and for each file, would keep little but the pages of lists read once.
 */
function withSmallCache(database: Database.Database): Database.Database {
  database.pragma('cache_size = -2000');
  return database;
}

function migrate(database: WritableDatabase, migrations: readonly string[]): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

export function sqliteVersion(database: ReadableDatabase): string {
  return String(database.prepare('SELECT sqlite_version()').pluck().get());
}

/**
 * Renames a database (and what belongs to it) so that it stays there for rescue or another program.
 * @param why becomes a part of its new name
 * @returns its new path
 */
export function keepAside(path: string, why: 'damaged' | 'newer' = 'damaged'): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  let kept = `${path}.${why}-${stamp}`;
  for (let n = 2; existsSync(kept); n++) kept = `${path}.${why}-${stamp}-${n}`;
  for (const part of ['-wal', '-shm', ''])
    if (existsSync(path + part)) renameSync(path + part, kept + part);
  return kept;
}

/** Runs `work` and turns SQLite's errors into those that a person can meet. */
export function translated<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translate(path, error);
  }
}

function translate(path: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  if (code.startsWith('SQLITE_NOTADB'))
    return damaged(path, 'it does not begin as a database does', error);
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(path, contradicts, error);
  // The file that a database in WAL mode shares its index in is made to its full size at once.
  if (code.startsWith('SQLITE_FULL') || code === 'SQLITE_IOERR_SHMSIZE')
    return new LookalikeError(
      'disk-full',
      `There is no room left on the disk of ${path}. What is indexed so far is kept; free some space, then go on.`,
      { cause: error },
    );
  if (/^SQLITE_(READONLY|CANTOPEN|IOERR|PERM|AUTH)/.test(code))
    return new LookalikeError(
      'library-access',
      `${path} cannot be written: ${obstacle(path, code)}, then try again, or choose another place for the library.`,
      { cause: error },
    );
  return error;
}

/**
 * What keeps a file from being written, and what to do about it. The system is asked first, because
 * SQLite gives several causes the same code.
 */
function obstacle(path: string, code: string): string {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.W_OK);
  } catch (error) {
    return systemCode(error) === 'EROFS'
      ? 'its disk is read-only. Make it writable'
      : 'you have no right to. Change the permissions of the file and its folder';
  }
  return code.startsWith('SQLITE_IOERR')
    ? 'its disk reports an error. Check the disk'
    : 'it cannot be opened. Check that it is a file';
}

/** Why a database is damaged whose form is right, at least at its beginning. */
const contradicts = 'what is in it does not fit together';

/** @param cause what SQLite says, for programmers */
function damaged(path: string, reason: string, cause: unknown): LookalikeError {
  return new LookalikeError('library-damaged', `The database ${path} is damaged: ${reason}.`, {
    cause,
  });
}

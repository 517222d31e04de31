import { randomBytes } from 'node:crypto';
import { openSync, closeSync, statSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  openForReading,
  openForWriting,
  type WritingOptions,
} from '../../../engine/store/database.ts';
import { closeInOrder, isAsLeft } from '../../../engine/store/left-in-order.ts';
import { temporaryFolder } from '../../support/photos.ts';

const options: WritingOptions = {
  migrations: ['CREATE TABLE t (n INTEGER PRIMARY KEY, bytes BLOB)'],
  content: 'kept',
};

/** A database of some pages, closed in order. */
function make(path: string): void {
  const database = openForWriting(path, options);
  const insert = database.prepare('INSERT INTO t (bytes) VALUES (?)');
  for (let n = 0; n < 50; n++) insert.run(randomBytes(2000));
  closeInOrder(database, path);
}

/** Overwrites a page in the middle of the file, as nothing that knows SQLite would. */
function damage(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, 8 * 4096);
  closeSync(file);
}

test('a database that was closed in order is known again, and opened without being looked through', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.db');
  make(path);
  expect(isAsLeft(path)).toBe(true);
  // Damage that leaves size and time as they were is found only by looking through: nobody did.
  const { atime, mtime } = statSync(path);
  utimesSync(path, atime, mtime);
  closeInOrder(openForWriting(path, options), path);
  damage(path);
  utimesSync(path, atime, mtime);
  expect(isAsLeft(path)).toBe(true);
  openForWriting(path, options).close();
});

test('one that something else wrote into is looked through', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.db');
  make(path);
  damage(path);
  expect(isAsLeft(path)).toBe(false);
  expect(() => openForWriting(path, options)).toThrow('does not fit together');
});

test('one that was written into and not closed is looked through', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.db');
  make(path);
  const database = openForWriting(path, options);
  database.exec(`INSERT INTO t (bytes) VALUES ('more')`);
  expect(isAsLeft(path)).toBe(false);
  database.close();
  expect(isAsLeft(path)).toBe(false);
});

test('one that others still read is known again, whatever SQLite left beside it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.db');
  make(path);
  const reader = openForReading(path);
  expect(reader.prepare('SELECT count(*) FROM t').pluck().get()).toBe(50);
  const database = openForWriting(path, options);
  database.exec(`INSERT INTO t (bytes) VALUES ('more')`);
  closeInOrder(database, path);
  expect(isAsLeft(path)).toBe(true);
  expect(reader.prepare('SELECT count(*) FROM t').pluck().get()).toBe(51);
  reader.close();
});

test('where none was ever closed, nothing is known', async () => {
  await using folder = await temporaryFolder();
  expect(isAsLeft(join(folder.path, 'none.db'))).toBe(false);
});

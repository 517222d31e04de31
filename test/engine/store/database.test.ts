import Database from 'better-sqlite3';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  keepAside,
  openForReading,
  openForWriting,
  type WritingOptions,
} from '../../../engine/store/database.ts';
import { migrations, thumbnailMigrations } from '../../../engine/store/migrations.ts';
import { temporaryFolder } from '../../support/photos.ts';

const options: WritingOptions = { migrations, content: 'kept' };

/** The tables, indexes and columns of a database, as SQLite knows them. */
function formOf(path: string): unknown[] {
  const database = new Database(path, { readonly: true });
  const form = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
  database.close();
  return form;
}

describe('migrations', () => {
  test.each([
    ['the library', migrations],
    ['the thumbnails', thumbnailMigrations],
  ])('%s: each step makes of the form before it the same as all from nothing', async (_, steps) => {
    await using folder = await temporaryFolder();
    const whole = join(folder.path, 'whole.db');
    openForWriting(whole, { migrations: steps, content: 'kept' }).close();
    for (let version = 0; version < steps.length; version++) {
      const stepwise = join(folder.path, `from-${version}.db`);
      openForWriting(stepwise, { migrations: steps.slice(0, version), content: 'kept' }).close();
      openForWriting(stepwise, { migrations: steps, content: 'kept' }).close();
      expect(formOf(stepwise)).toEqual(formOf(whole));
    }
  });

  test('step 2 keeps the clusters that were found before k-means', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.db');
    const before = openForWriting(path, { migrations: migrations.slice(0, 1), content: 'kept' });
    before.exec(`
      INSERT INTO methods (id, name, version, dimensions) VALUES (5, 'm', '1', 2);
      INSERT INTO cluster_runs (id, method_id, epsilon, min_photos, chosen, curve, noise)
        VALUES (3, 5, 0.25, 4, 'given', '[]', x'07000000');
      INSERT INTO clusters (run_id, number, photo_ids, similarities)
        VALUES (3, 1, x'0100000002000000', x'0000803F0000003F');
      INSERT INTO cluster_names (name, photo_ids, newest_photo_id) VALUES ('Cats', x'01000000', 2);
    `);
    before.close();
    const after = openForWriting(path, { migrations: migrations.slice(0, 2), content: 'kept' });
    expect(after.prepare('SELECT * FROM cluster_runs').all()).toEqual([
      {
        id: 3,
        method_id: 5,
        algorithm: 'dbscan',
        chosen: 'given',
        curve: '[]',
        noise: Buffer.from([7, 0, 0, 0]),
        epsilon: 0.25,
        min_photos: 4,
        k: null,
        inertia: null,
        centres: null,
      },
    ]);
    expect(
      after.prepare('SELECT run_id, number, hex(photo_ids) AS ids FROM clusters').all(),
    ).toEqual([{ run_id: 3, number: 1, ids: '0100000002000000' }]);
    expect(after.prepare('SELECT name FROM cluster_names').pluck().all()).toEqual(['Cats']);
    // The rows of a run still go with it, and a run of k-means must say all that belongs to it.
    after.prepare('DELETE FROM methods').run();
    expect(after.prepare('SELECT count(*) FROM clusters').pluck().get()).toBe(0);
    after.exec(`INSERT INTO methods (id, name, version, dimensions) VALUES (6, 'm', '2', 2)`);
    expect(() =>
      after.exec(`INSERT INTO cluster_runs (method_id, algorithm, chosen, curve, noise, k)
        VALUES (6, 'k-means', 'given', '[]', x'', 4)`),
    ).toThrow('CHECK');
    after.close();
  });

  test('a step that fails half-way leaves the form before it', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.db');
    const good = 'CREATE TABLE one (n INTEGER) STRICT';
    const bad = 'CREATE TABLE two (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1)';
    expect(() => openForWriting(path, { migrations: [good, bad], content: 'kept' })).toThrow();
    const database = new Database(path);
    expect(database.pragma('user_version', { simple: true })).toBe(1);
    expect(database.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['one']);
    database.close();
  });

  test('what is stored survives opening again', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.db');
    const first = openForWriting(path, options);
    first.prepare('INSERT INTO folders (path) VALUES (?)').run('/photos');
    first.close();
    const second = openForWriting(path, options);
    expect(second.prepare('SELECT path FROM folders').pluck().all()).toEqual(['/photos']);
    second.close();
  });

  test.each(['wal', 'delete'])(
    'a newer database (journal: %s) is refused with its version, and not one byte of it changes',
    async (journal) => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, 'a.db');
      openForWriting(path, options).close();
      const newer = new Database(path);
      newer.pragma(`journal_mode = ${journal}`);
      newer.pragma(`user_version = ${migrations.length + 7}`);
      newer.close();
      const before = readFileSync(path);
      expect(() => openForWriting(path, options)).toThrow(
        expect.objectContaining({
          code: 'library-newer',
          message: expect.stringContaining(`form ${migrations.length + 7}`) as string,
        }),
      );
      expect(readFileSync(path).equals(before)).toBe(true);
    },
  );
});

describe('damage', () => {
  test.each([
    ['a header of garbage', (bytes: Buffer) => bytes.fill('garbage!', 0, 100)],
    [
      'garbage in the middle',
      (bytes: Buffer) => bytes.fill(0xa5, bytes.length / 2, bytes.length / 2 + 8192),
    ],
    ['its end cut off', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.6))],
    ['text', () => Buffer.from('this is no database at all, only text\n'.repeat(300))],
  ])('%s is told, and left as it is', async (_, spoil) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.db');
    const database = openForWriting(path, options);
    const insert = database.prepare('INSERT INTO folders (path) VALUES (?)');
    for (let i = 0; i < 3000; i++) insert.run(`/photos/${i}`);
    database.close();
    const spoilt = spoil(readFileSync(path));
    writeFileSync(path, spoilt);
    const reasons = 'it does not begin as a database does|what is in it does not fit together';
    expect(() => openForWriting(path, options)).toThrow(
      expect.objectContaining({
        code: 'library-damaged',
        message: expect.stringMatching(
          new RegExp(`^The database ${path} is damaged: (${reasons})\\.$`),
        ) as string,
      }),
    );
    expect(readFileSync(path).equals(spoilt)).toBe(true);
  });

  test('what was not yet written back to the file is left as it is, too', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.db');
    openForWriting(path, options).close();
    const database = openForWriting(path, options);
    database.prepare('INSERT INTO folders (path) VALUES (?)').run('/photos');
    // A copy of the files of a database in use is what a kill leaves behind.
    const killed = join(folder.path, 'killed.db');
    const main = readFileSync(path).fill(0xa5, 4096);
    const log = readFileSync(`${path}-wal`);
    database.close();
    writeFileSync(killed, main);
    writeFileSync(`${killed}-wal`, log);
    expect(() => openForWriting(killed, options)).toThrow(
      expect.objectContaining({ code: 'library-damaged' }),
    );
    expect(readFileSync(killed).equals(main)).toBe(true);
    const kept = keepAside(killed);
    expect(readFileSync(kept).equals(main)).toBe(true);
    expect(readFileSync(`${kept}-wal`).equals(log)).toBe(true);
  });

  test('two that are kept aside in the same second do not overwrite each other', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.db');
    const contents = ['one', 'two', 'three'];
    const kept = contents.map((content) => {
      writeFileSync(path, content);
      return keepAside(path);
    });
    expect(kept.map((name) => readFileSync(name, 'utf8'))).toEqual(contents);
    expect(readdirSync(folder.path)).toHaveLength(3);
  });

  test('a file begun by a killed program is no damage', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a.db');
    writeFileSync(path, '');
    const database = openForWriting(path, options);
    expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
    database.close();
  });
});

test('who opens for reading cannot write', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.db');
  openForWriting(path, options).close();
  const database = openForReading(path);
  expect(() => database.exec("INSERT INTO folders (path) VALUES ('/photos')")).toThrow(/readonly/);
  // @ts-expect-error a function that writes does not take a database for reading
  const write: Parameters<(database: ReturnType<typeof openForWriting>) => void> = [database];
  expect(write).toHaveLength(1);
  database.close();
});

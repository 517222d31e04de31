import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ErrorData } from '../../../engine/errors.ts';
import { openForWriting } from '../../../engine/store/database.ts';
import { migrations } from '../../../engine/store/migrations.ts';
import { Reader } from '../../../engine/store/reader.ts';
import { keepLibraryAside, openStore } from '../../../engine/store/store.ts';
import { Writer } from '../../../engine/store/writer.ts';
import { runAsAnybody } from '../../support/anybody.ts';
import { mountDisk } from '../../support/mount.ts';
import { temporaryFolder } from '../../support/photos.ts';
import { libraryProcess } from '../../support/programs.ts';
import { dimensions, indexed, testStore } from '../../support/stored.ts';

/** Adds photos with large vectors until it fails, or `most` are there. */
function fill(writer: Writer, methodId: number, folderId: number, most: number): number {
  let written = 0;
  const vector = new Float32Array(4096).fill(1 / 64);
  for (; written < most; written++)
    writer.addPhotos(methodId, [indexed(folderId, `${written}.jpg`, `${written}`, { vector })]);
  return written;
}

describe('opening', () => {
  test('two libraries have different ids, and one keeps its own', async () => {
    await using one = await testStore();
    await using two = await testStore();
    const id = one.store.reader.libraryId();
    expect(id).not.toBe(two.store.reader.libraryId());
    one.store.close();
    const again = openStore(one.path);
    expect(again.reader.libraryId()).toBe(id);
    again.close();
  });

  test('a damaged database is kept byte for byte, told, and a new library begun', async () => {
    await using folder = await temporaryFolder();
    openStore(folder.path).close();
    const path = join(folder.path, 'library.db');
    const spoilt = readFileSync(path).fill(0xa5, 0, 64);
    writeFileSync(path, spoilt);
    const notices: ErrorData[] = [];
    const tell = (notice: ErrorData) => notices.push(notice);
    // Who would rather ask first gets an error, and the file is as it was.
    expect(() => openStore(folder.path, tell, 'refuse')).toThrow(
      expect.objectContaining({ code: 'library-damaged' }),
    );
    expect(readFileSync(path).equals(spoilt)).toBe(true);
    const store = openStore(folder.path, tell);
    expect(store.reader.folders()).toEqual([]);
    store.close();
    const kept = readdirSync(folder.path).find((name) => name.includes('damaged')) ?? '';
    expect(readFileSync(join(folder.path, kept)).equals(spoilt)).toBe(true);
    expect(notices).toEqual([
      { code: 'library-damaged', message: expect.stringContaining(kept) as string },
    ]);
  });

  test('a library of another program is kept aside whole, and a new one begins in its place', async () => {
    await using folder = await temporaryFolder();
    openStore(folder.path).close();
    const path = join(folder.path, 'library.db');
    const before = readFileSync(path);
    const kept = keepLibraryAside(folder.path);
    expect(kept).toMatch(/library\.db\.newer-/);
    expect(readFileSync(kept).equals(before)).toBe(true);
    const store = openStore(folder.path);
    // Nobody takes away what is in use.
    expect(() => keepLibraryAside(folder.path)).toThrow(
      expect.objectContaining({ code: 'library-in-use' }),
    );
    store.close();
  });

  test('an opening that fails leaves the library free', async () => {
    await using folder = await temporaryFolder();
    mkdirSync(join(folder.path, 'thumbnails.db'));
    expect(() => openStore(folder.path)).toThrow(
      expect.objectContaining({ code: 'library-access' }),
    );
    await using other = libraryProcess(folder.path);
    expect(await other.line()).toBe('library-access');
  });

  test('a place below a file is no place for a library', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    expect(() => openStore(join(file, 'library'))).toThrow(
      expect.objectContaining({
        code: 'library-access',
        message: expect.stringContaining('Choose another place') as string,
      }),
    );
  });

  test('a library that may not be written is refused, and stays as it is', async (context) => {
    await using folder = await temporaryFolder();
    openStore(folder.path).close();
    const before = readFileSync(join(folder.path, 'library.db'));
    for (const name of readdirSync(folder.path)) await chmod(join(folder.path, name), 0o444);
    await chmod(folder.path, 0o555);
    const entry = pathToFileURL(join(import.meta.dirname, '../../../engine/store/store.ts')).href;
    const told = await runAsAnybody(
      context,
      `import { openStore } from ${JSON.stringify(entry)};
       try { openStore(${JSON.stringify(folder.path)}); console.log('"it opened"'); }
       catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message })); }`,
    );
    expect(told).toEqual({
      code: 'library-access',
      message: expect.stringContaining('cannot be written') as string,
    });
    expect(readFileSync(join(folder.path, 'library.db')).equals(before)).toBe(true);
  });
});

describe('one program at a time', () => {
  test('a second one in the same process is told', async () => {
    await using test = await testStore();
    expect(() => openStore(test.path)).toThrow(expect.objectContaining({ code: 'library-in-use' }));
  });

  test('a second program is told, and can open it as soon as the first is killed', async () => {
    await using folder = await temporaryFolder();
    await using first = libraryProcess(folder.path);
    expect(await first.line()).toBe('open');
    await using second = libraryProcess(folder.path);
    expect(await second.line()).toBe('library-in-use');
    expect(await second.ended).toBe(1);
    await first.kill();
    openStore(folder.path).close();
  });

  test('a file of the lock that is none says what to do, and stays', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'library.lock');
    writeFileSync(path, 'somebody wrote this here');
    expect(() => openStore(folder.path)).toThrow(
      expect.objectContaining({
        code: 'library-damaged',
        message: expect.stringContaining('delete it, then try again') as string,
      }),
    );
    expect(readFileSync(path, 'utf8')).toBe('somebody wrote this here');
  });
});

describe('a full disk', () => {
  test('is told and spoils nothing, as far as SQLite can be made to believe in one', async () => {
    await using folder = await temporaryFolder();
    const database = openForWriting(join(folder.path, 'a.db'), { migrations, content: 'kept' });
    const writer = new Writer(database);
    const methodId = writer.method('test', 'v1', dimensions);
    const folderId = writer.addFolder('/photos');
    database.pragma('max_page_count = 60');
    expect(() => fill(writer, methodId, folderId, 1000)).toThrow(
      expect.objectContaining({ code: 'disk-full' }),
    );
    const reader = new Reader(database);
    const written = reader.photoCount();
    expect(written).toBeGreaterThan(0);
    expect(reader.vectorCount(methodId)).toBe(written);
    database.pragma('max_page_count = 6000');
    expect(fill(writer, methodId, writer.addFolder('/other'), 9)).toBe(9);
    expect(reader.photoCount()).toBe(written + 9);
    database.close();
  });

  test('is told; what was written stays, and with room again it goes on', async (context) => {
    await using folder = await temporaryFolder();
    using disk = mountDisk(context, join(folder.path, 'disk'), '1m');
    const store = openStore(disk.path);
    const methodId = store.writer.method('test', 'v1', dimensions);
    const folderId = store.writer.addFolder('/photos');
    const ballast = join(disk.path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(300_000));
    expect(() => fill(store.writer, methodId, folderId, 1000)).toThrow(
      expect.objectContaining({
        code: 'disk-full',
        message: expect.stringContaining('free some space') as string,
      }),
    );
    const written = store.reader.photoCount();
    expect(written).toBeGreaterThan(0);
    expect(store.reader.vectorCount(methodId)).toBe(written);
    writeFileSync(ballast, '');
    store.writer.addPhotos(methodId, [indexed(folderId, 'one more.jpg')]);
    expect(store.reader.photoCount()).toBe(written + 1);
    store.close();
    const again = openStore(disk.path);
    expect(again.reader.photoCount()).toBe(written + 1);
    again.close();
  });

  test('that leaves no room for a new library is told', async (context) => {
    await using folder = await temporaryFolder();
    using disk = mountDisk(context, join(folder.path, 'disk'), '16k');
    writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(8192));
    expect(() => openStore(disk.path)).toThrow(expect.objectContaining({ code: 'disk-full' }));
  });
});

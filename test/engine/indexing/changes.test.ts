import {
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  countingFork,
  idsByPath,
  index,
  numbered,
  place,
  writePhotos,
} from '../../support/library.ts';

/** Writes other bytes into a file without changing what a folder's listing tells of it. */
async function replaceUnseen(path: string): Promise<void> {
  const { size, atime, mtime } = await stat(path);
  await writeFile(path, Buffer.alloc(size, 'garbage'));
  await utimes(path, atime, mtime);
}

async function touch(path: string): Promise<void> {
  const later = new Date(Date.now() + 60_000);
  await utimes(path, later, later);
}

test('what is unchanged is not even read again', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(5));
  const asked = new Map<string, number>();
  const library = await here.open({ fork: countingFork(asked) });
  await library.request('folders.add', { path: here.photos });
  expect(await index(library)).toMatchObject({ found: 5, indexed: 5, unchanged: 0, failed: 0 });
  expect(asked.get('decode')).toBe(5);
  for (const name of Object.keys(numbered(5))) await replaceUnseen(join(here.photos, name));
  asked.clear();
  expect(await index(library)).toMatchObject({ found: 5, indexed: 0, unchanged: 5, failed: 0 });
  expect(asked.get('decode')).toBeUndefined();
  expect(asked.get('identify')).toBeUndefined();
});

describe('of photos that were indexed', () => {
  test('one only touched keeps its id without being decoded', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1, 'b.jpg': 2 });
    const asked = new Map<string, number>();
    const library = await here.open({ fork: countingFork(asked) });
    await library.request('folders.add', { path: here.photos });
    await index(library);
    const before = await idsByPath(library, here.photos);
    await touch(join(here.photos, 'a.jpg'));
    asked.clear();
    expect(await index(library)).toMatchObject({ indexed: 0, unchanged: 2 });
    expect(asked.get('decode')).toBeUndefined();
    expect(await idsByPath(library, here.photos)).toEqual(before);
    asked.clear();
    await index(library);
    expect(asked.get('identify')).toBeUndefined();
  });

  test('one with new content gets a new id, and the old one is gone from search', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1, 'b.jpg': 7, 'c.jpg': 2 });
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    const { 'a.jpg': a = 0, 'b.jpg': b = 0 } = await idsByPath(library, here.photos);
    await library.request('lookalikes.find', { query: { photo: b }, k: 5 });
    await writePhotos(here.photos, { 'a.jpg': 3 });
    expect(await index(library)).toMatchObject({ indexed: 1, unchanged: 2 });
    const after = await idsByPath(library, here.photos);
    expect(after['a.jpg']).toBeGreaterThan(a);
    expect(after['b.jpg']).toBe(b);
    const { lookalikes } = await library.request('lookalikes.find', {
      query: { photo: b },
      k: 5,
    });
    expect(lookalikes.map(({ id }) => id).sort()).toEqual([after['a.jpg'], after['c.jpg']].sort());
  });

  test('moved and renamed ones keep their ids, within a folder and across folders', async () => {
    await using here = await place();
    const [one, two] = [join(here.photos, 'one'), join(here.photos, 'two')];
    await mkdir(two);
    await writePhotos(one, { 'a.jpg': 1, 'sub/b.jpg': 2, 'c.jpg': 3, 'stays.jpg': 4 });
    await writePhotos(two, { 'here.jpg': 5 });
    const library = await here.open();
    await library.request('folders.add', { path: one });
    await library.request('folders.add', { path: two });
    await index(library);
    const before = await idsByPath(library, here.photos);
    await rename(join(one, 'a.jpg'), join(one, 'renamed.jpg'));
    await rename(join(one, 'sub'), join(one, 'renamed sub'));
    await rename(join(one, 'c.jpg'), join(two, 'c.jpg'));
    expect(await index(library)).toMatchObject({ found: 5, indexed: 0, unchanged: 5 });
    expect(await idsByPath(library, here.photos)).toEqual({
      'one/renamed.jpg': before['one/a.jpg'],
      'one/renamed sub/b.jpg': before['one/sub/b.jpg'],
      'two/c.jpg': before['one/c.jpg'],
      'one/stays.jpg': before['one/stays.jpg'],
      'two/here.jpg': before['two/here.jpg'],
    });
  });

  test('two that change places, and three that move up in a row, keep their ids', async () => {
    await using here = await place();
    const at = (name: string): string => join(here.photos, name);
    await writePhotos(here.photos, { 'a.jpg': 1, 'b.jpg': 2, '1.jpg': 3, '2.jpg': 4, '3.jpg': 5 });
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    const before = await idsByPath(library, here.photos);
    await rename(at('a.jpg'), at('t'));
    await rename(at('b.jpg'), at('a.jpg'));
    await rename(at('t'), at('b.jpg'));
    for (const n of [3, 2, 1]) await rename(at(`${n}.jpg`), at(`${n + 1}.jpg`));
    expect(await index(library)).toMatchObject({ found: 5, indexed: 0, unchanged: 5 });
    expect(await idsByPath(library, here.photos)).toEqual({
      'a.jpg': before['b.jpg'],
      'b.jpg': before['a.jpg'],
      '2.jpg': before['1.jpg'],
      '3.jpg': before['2.jpg'],
      '4.jpg': before['3.jpg'],
    });
    expect(await index(library)).toMatchObject({ found: 5, indexed: 0, unchanged: 5 });
  });

  test('one that was moved and copied keeps its id once, and the copy is another photo', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1 });
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    const { 'a.jpg': id = 0 } = await idsByPath(library, here.photos);
    await copyFile(join(here.photos, 'a.jpg'), join(here.photos, 'copy.jpg'));
    await rename(join(here.photos, 'a.jpg'), join(here.photos, 'moved.jpg'));
    expect(await index(library)).toMatchObject({ found: 2, indexed: 1, unchanged: 1 });
    const ids = Object.values(await idsByPath(library, here.photos));
    expect(ids).toHaveLength(2);
    expect(ids).toContain(id);
  });

  test('one that was only touched is not given to a copy of it', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'b.jpg': 1 });
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    const { 'b.jpg': id } = await idsByPath(library, here.photos);
    await copyFile(join(here.photos, 'b.jpg'), join(here.photos, 'a.jpg'));
    await touch(join(here.photos, 'b.jpg'));
    await index(library);
    expect(await idsByPath(library, here.photos)).toMatchObject({ 'b.jpg': id });
  });

  test('a deleted one leaves, with its problem and its thumbnail', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1, 'b.jpg': 2, 'keep.jpg': 3 });
    const cut = (await readFile(join(here.photos, 'b.jpg'))).subarray(0, -400);
    await writeFile(join(here.photos, 'b.jpg'), cut);
    let library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    expect(await library.request('problems.list', {})).toMatchObject([{ code: 'photo-damaged' }]);
    const { 'a.jpg': a = 0 } = await idsByPath(library, here.photos);
    await unlink(join(here.photos, 'a.jpg'));
    await unlink(join(here.photos, 'b.jpg'));
    expect(await index(library)).toMatchObject({ found: 1, indexed: 0, unchanged: 1 });
    expect(Object.keys(await idsByPath(library, here.photos))).toEqual(['keep.jpg']);
    expect(await library.request('problems.list', {})).toEqual([]);
    await expect(library.thumbnail(a)).rejects.toMatchObject({ code: 'photo-unknown' });

    library = await here.open();
    await index(library);
    const { openForReading } = await import('../../../engine/store/database.ts');
    const thumbnails = openForReading(join(here.directory, 'thumbnails.db'));
    expect(thumbnails.prepare('SELECT count(*) FROM thumbnails').pluck().get()).toBe(1);
    thumbnails.close();
  });
});

describe('files that cannot be read', () => {
  test('are counted, remembered with a reason, and not tried again until they change', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'good.jpg': 1 });
    await writeFile(join(here.photos, 'empty.jpg'), '');
    await writeFile(join(here.photos, 'text.jpg'), 'only text');
    const asked = new Map<string, number>();
    const library = await here.open({ fork: countingFork(asked) });
    await library.request('folders.add', { path: here.photos });
    expect(await index(library)).toMatchObject({ found: 3, indexed: 1, failed: 2 });
    const problems = await library.request('problems.list', {});
    expect(problems).toMatchObject([
      { path: join(here.photos, 'empty.jpg'), code: 'photo-empty', photo: null },
      { path: join(here.photos, 'text.jpg'), code: 'not-a-photo', photo: null },
    ]);
    for (const { message } of problems) expect(message).toMatch(/^[A-Z].*\.$/);

    asked.clear();
    expect(await index(library)).toMatchObject({ found: 3, unchanged: 1, failed: 2 });
    expect(asked.get('decode')).toBeUndefined();

    await writePhotos(here.photos, { 'text.jpg': 2 });
    await rm(join(here.photos, 'empty.jpg'));
    expect(await index(library)).toMatchObject({ found: 2, indexed: 1, unchanged: 1, failed: 0 });
    expect(await library.request('problems.list', {})).toEqual([]);
  });

  test('a photo of which a part could be read is indexed, listed, and no failure', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1 });
    const path = join(here.photos, 'a.jpg');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 400));
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    expect(await index(library)).toMatchObject({ found: 1, indexed: 1, failed: 0 });
    const { 'a.jpg': photo = 0 } = await idsByPath(library, here.photos);
    expect(await library.request('problems.list', {})).toMatchObject([
      { path, code: 'photo-damaged', photo },
    ]);
    expect((await library.request('photos.get', { id: photo })).problem?.code).toBe(
      'photo-damaged',
    );
    await writeFile(path, whole);
    await index(library);
    expect(await library.request('problems.list', {})).toEqual([]);
  });

  test('a photo that is damaged later leaves the library and is listed', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1, 'b.jpg': 2 });
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    await index(library);
    await writeFile(join(here.photos, 'a.jpg'), 'no photo any more');
    expect(await index(library)).toMatchObject({ found: 2, indexed: 0, unchanged: 1, failed: 1 });
    expect(Object.keys(await idsByPath(library, here.photos))).toEqual(['b.jpg']);
    expect(await library.request('problems.list', {})).toMatchObject([{ code: 'not-a-photo' }]);
  });
});

import { mkdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Indexing } from '../../../engine/contract.ts';
import {
  heard,
  idsByPath,
  index,
  numbered,
  place,
  refusal,
  writePhotos,
} from '../../support/library.ts';
import { mountDisk } from '../../support/mount.ts';

describe('a folder that cannot be reached', () => {
  test('is offline: its photos stay, marked, and are as before when it is back', async () => {
    await using here = await place();
    const [disk, other] = [join(here.photos, 'disk'), join(here.photos, 'other')];
    await writePhotos(disk, numbered(4));
    await writePhotos(other, { 'o.jpg': 4 });
    await writeFile(join(disk, 'bad.jpg'), 'text');
    const library = await here.open();
    const { id: folder } = await library.request('folders.add', { path: disk });
    await library.request('folders.add', { path: other });
    await index(library);
    const before = await idsByPath(library, here.photos);

    await rename(disk, `${disk}.away`);
    const notice = heard(library, (name) => name === 'notice');
    expect(await index(library)).toEqual({
      found: 1,
      indexed: 0,
      unchanged: 1,
      failed: 0,
      offline: 4,
    });
    expect(await notice).toMatchObject({ code: 'folder-offline' });
    expect(await idsByPath(library, here.photos)).toEqual(before);
    expect(await library.request('problems.list', {})).toHaveLength(1);
    const { folders, notices } = await library.request('library.get', {});
    expect(notices.map(({ code }) => code)).toEqual(['folder-offline']);
    expect(folders.map(({ offline, photos }) => [offline, photos])).toEqual([
      [true, 4],
      [false, 1],
    ]);
    const id = before['disk/0.jpg'] ?? 0;
    expect((await library.request('photos.get', { id })).offline).toBe(true);
    expect((await (await library.thumbnail(id)).read()).length).toBeGreaterThan(0);
    const photo = await library.photo(id, 800);
    await expect(photo.read()).rejects.toMatchObject({ code: 'folder-offline' });
    const { lookalikes } = await library.request('lookalikes.find', {
      query: { photo: before['other/o.jpg'] ?? 0 },
      k: 9,
    });
    expect(lookalikes).toHaveLength(4);

    await rename(`${disk}.away`, disk);
    expect(await index(library)).toMatchObject({ found: 6, indexed: 0, unchanged: 5, offline: 0 });
    expect((await library.request('library.get', {})).notices).toEqual([]);
    expect(await idsByPath(library, here.photos)).toEqual(before);
    expect(await library.request('photos.list', { folder, order: 'folder' })).toMatchObject({
      ids: { length: 4 },
    });
    expect((await library.request('photos.get', { id })).offline).toBe(false);
  });

  test('may also look empty, as the place where a disk was', async (context) => {
    await using here = await place();
    const path = join(here.photos, 'disk');
    using disk = mountDisk(context, path, '2m');
    await writePhotos(path, numbered(3));
    const library = await here.open();
    await library.request('folders.add', { path });
    await index(library);
    disk.unmount();
    expect(await index(library)).toMatchObject({ found: 0, offline: 3 });
    expect(Object.keys(await idsByPath(library, here.photos))).toHaveLength(3);
  });

  // A fast machine may be through before the disk is gone; then there was nothing to see.
  test(
    'may be taken away while it is looked through, and leave an empty place',
    { retry: 5 },
    async (context) => {
      await using here = await place();
      const path = join(here.photos, 'disk');
      using disk = mountDisk(context, path, '20m');
      // Looking through this takes a while, and photos are everywhere in it.
      for (let i = 0; i < 12_000; i++) await mkdir(join(path, `folder ${i}`));
      const photos = Array.from(
        { length: 20 },
        (_, n) => [`folder ${n * 600}/${n}.jpg`, n] as const,
      );
      await writePhotos(path, Object.fromEntries(photos));
      const library = await here.open();
      await library.request('folders.add', { path });
      expect(await index(library)).toMatchObject({ indexed: 20 });
      const walking = heard(
        library,
        (name, data) => name === 'indexing' && (data as Indexing).found > 0,
      );
      const second = index(library);
      await walking;
      disk.unmount();
      expect(await second).toMatchObject({ found: 0, offline: 20 });
      expect((await library.request('library.get', {})).photos).toBe(20);
    },
  );

  test('while it is indexed, loses nothing that was known, and the rest follows later', async () => {
    await using here = await place();
    const disk = join(here.photos, 'disk');
    await writePhotos(disk, numbered(150));
    const library = await here.open();
    await library.request('folders.add', { path: disk });
    const begun = heard(library, (name) => name === 'photos');
    const first = index(library);
    await begun;
    await rename(disk, `${disk}.away`);
    const { indexed, offline } = await first;
    expect(indexed).toBeGreaterThan(0);
    expect(indexed).toBeLessThan(150);
    expect(offline).toBe(indexed);
    expect(await library.request('problems.list', {})).toEqual([]);
    await rename(`${disk}.away`, disk);
    expect(await index(library)).toEqual({
      found: 150,
      indexed: 150 - indexed,
      unchanged: indexed,
      failed: 0,
      offline: 0,
    });
  });
});

describe('folders inside each other', () => {
  test.each([
    ['the inner one first', ['.', 'inner'].reverse()],
    ['the outer one first', ['.', 'inner']],
  ])('count no photo twice: %s', async (_, order) => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1, 'inner/b.jpg': 2, 'inner/deep/c.jpg': 3 });
    const library = await here.open();
    for (const path of order) {
      await library.request('folders.add', { path: join(here.photos, path) });
      await index(library);
    }
    expect(Object.keys(await idsByPath(library, here.photos)).sort()).toEqual([
      'a.jpg',
      'inner/b.jpg',
      'inner/deep/c.jpg',
    ]);
    expect(await index(library)).toMatchObject({ found: 3, unchanged: 3 });
  });

  test('a folder that only begins with the same name is another one', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'one/a.jpg': 1, 'one more/b.jpg': 2 });
    const library = await here.open();
    await library.request('folders.add', { path: join(here.photos, 'one') });
    await library.request('folders.add', { path: join(here.photos, 'one more') });
    expect(await index(library)).toMatchObject({ found: 2, indexed: 2 });
  });

  test('an inner one that is removed is part of the outer one again', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1, 'inner/b.jpg': 2 });
    const library = await here.open();
    const inner = await library.request('folders.add', { path: join(here.photos, 'inner') });
    await library.request('folders.add', { path: here.photos });
    await index(library);
    await library.request('folders.remove', { id: inner.id });
    expect(await index(library)).toMatchObject({ found: 2, indexed: 1, unchanged: 1 });
  });
});

describe('adding', () => {
  test.each([
    ['that is not there', 'nowhere', 'folder-missing'],
    ['that is a file', 'file.jpg', 'folder-is-file'],
  ])('a folder %s is refused', async (_, name, code) => {
    await using here = await place();
    await writePhotos(here.photos, { 'file.jpg': 1 });
    const library = await here.open();
    const told = await refusal(library, 'folders.add', { path: join(here.photos, name) });
    expect(told).toEqual({ code, message: expect.stringContaining(name) as string });
    expect((await library.request('library.get', {})).folders).toEqual([]);
  });

  test.each([
    ['nothing', {}, 'folder-empty'],
    ['no photos', { 'notes.txt': 'text' }, 'folder-without-photos'],
  ])('a folder with %s is told, and added', async (_, files, code) => {
    await using here = await place();
    for (const [name, text] of Object.entries(files))
      await writeFile(join(here.photos, name), text);
    const library = await here.open();
    await library.request('folders.add', { path: here.photos });
    expect(await index(library)).toMatchObject({ found: 0 });
    expect((await library.request('library.get', {})).notices).toMatchObject([{ code }]);
  });

  test('the same folder twice, at once and under another name, is one folder', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'a.jpg': 1 });
    const library = await here.open();
    const { symlink } = await import('node:fs/promises');
    const link = `${here.photos} link`;
    await symlink(here.photos, link);
    const added = await Promise.all(
      [here.photos, `${here.photos}/`, link].map((path) =>
        library.request('folders.add', { path }),
      ),
    );
    expect(new Set(added.map(({ id }) => id)).size).toBe(1);
    expect(await index(library)).toMatchObject({ found: 1, indexed: 1 });
  });
});

describe('removing', () => {
  test('while it is indexed leaves nothing of it, and the others are indexed to the end', async () => {
    await using here = await place();
    const [going, staying] = [join(here.photos, 'a going'), join(here.photos, 'staying')];
    await writePhotos(going, numbered(120));
    await writePhotos(staying, { 'x.jpg': 500, 'y.jpg': 501 });
    const library = await here.open();
    const { id } = await library.request('folders.add', { path: going });
    await library.request('folders.add', { path: staying });
    const begun = heard(library, (name) => name === 'photos');
    await library.request('indexing.start', {});
    const waiting = library.request('indexing.wait', {});
    await begun;
    await library.request('folders.remove', { id });
    expect(await waiting).toMatchObject({ found: 2, failed: 0 });
    expect(Object.keys(await idsByPath(library, here.photos))).toEqual([
      'staying/x.jpg',
      'staying/y.jpg',
    ]);
    expect((await library.request('library.get', {})).problems).toBe(0);
  });

  test('takes its photos out of search', async () => {
    await using here = await place();
    await writePhotos(here.photos, { 'one/a.jpg': 1, 'one/b.jpg': 7, 'two/c.jpg': 13 });
    const library = await here.open();
    const one = await library.request('folders.add', { path: join(here.photos, 'one') });
    await library.request('folders.add', { path: join(here.photos, 'two') });
    await index(library);
    const { 'two/c.jpg': photo = 0 } = await idsByPath(library, here.photos);
    const ask = async (): Promise<number> => {
      const found = await library.request('lookalikes.find', { query: { photo }, k: 5 });
      return found.lookalikes.length;
    };
    expect(await ask()).toBe(2);
    await library.request('folders.remove', { id: one.id });
    expect(await ask()).toBe(0);
  });

  test('an unknown folder is refused', async () => {
    await using here = await place();
    const library = await here.open();
    expect(await refusal(library, 'folders.remove', { id: 9 })).toMatchObject({
      code: 'folder-unknown',
    });
  });
});

test('a folder that is deleted is offline, and a subfolder that is deleted is gone', async () => {
  await using here = await place();
  await writePhotos(here.photos, { 'a.jpg': 1, 'sub/b.jpg': 2 });
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  await rm(join(here.photos, 'sub'), { recursive: true });
  expect(await index(library)).toMatchObject({ found: 1, unchanged: 1, offline: 0 });
  await unlink(join(here.photos, 'a.jpg'));
  await mkdir(join(here.photos, 'empty now'));
  expect(await index(library)).toMatchObject({ found: 0, offline: 0 });
  expect(await idsByPath(library, here.photos)).toEqual({});
});

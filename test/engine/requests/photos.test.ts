import { copyFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idsByPath, index, place, refusal, writePhotos } from '../../support/library.ts';

test('photos are listed newest first by month, and by folder as people count', async () => {
  await using here = await place();
  const months: Record<string, string> = {
    'b/IMG_10.jpg': '2024-03-05',
    'b/IMG_9.jpg': '2025-12-31',
    'a.jpg': '2024-03-31',
    'b/c/x.jpg': '2025-12-01',
    'B2/y.jpg': '2021-01-01',
  };
  const names = Object.keys(months);
  await writePhotos(here.photos, Object.fromEntries(names.map((name, n) => [name, n])));
  for (const [name, day] of Object.entries(months)) {
    const time = new Date(`${day}T12:00:00Z`);
    await utimes(join(here.photos, name), time, time);
  }
  const library = await here.open();
  const { id: folder } = await library.request('folders.add', { path: here.photos });
  await index(library);
  const byId = Object.entries(await idsByPath(library, here.photos));
  const nameOf = (id: number): string | undefined => byId.find(([, other]) => other === id)?.[0];

  const newest = await library.request('photos.list', { folder: null, order: 'newest' });
  expect(newest.ids.map(nameOf)).toEqual([
    'b/IMG_9.jpg',
    'b/c/x.jpg',
    'a.jpg',
    'b/IMG_10.jpg',
    'B2/y.jpg',
  ]);
  expect(newest.groups).toEqual([
    { title: '2025-12', start: 0 },
    { title: '2024-03', start: 2 },
    { title: '2021-01', start: 4 },
  ]);
  expect(newest.ratios).toEqual([0, 1, 2, 3, 4].map(() => 1.3333));

  const inFolder = await library.request('photos.list', { folder, order: 'folder' });
  expect(inFolder.ids.map(nameOf)).toEqual([
    'a.jpg',
    'b/IMG_9.jpg',
    'b/IMG_10.jpg',
    'b/c/x.jpg',
    'B2/y.jpg',
  ]);
  expect(inFolder.groups).toEqual([
    { title: here.photos, start: 0 },
    { title: join(here.photos, 'b'), start: 1 },
    { title: join(here.photos, 'b/c'), start: 3 },
    { title: join(here.photos, 'B2'), start: 4 },
  ]);
});

test('only the photos of the folder that was asked for are listed', async () => {
  await using here = await place();
  await writePhotos(here.photos, { 'one/a.jpg': 1, 'two/b.jpg': 2 });
  const library = await here.open();
  const one = await library.request('folders.add', { path: join(here.photos, 'one') });
  await library.request('folders.add', { path: join(here.photos, 'two') });
  await index(library);
  const { 'one/a.jpg': id } = await idsByPath(library, here.photos);
  for (const order of ['newest', 'folder'] as const)
    expect((await library.request('photos.list', { folder: one.id, order })).ids).toEqual([id]);
});

test('the details of a photo', async () => {
  await using here = await place();
  await writePhotos(here.photos, { 'x/y/a.jpg': 1, 'b.jpg': 2 });
  await copyFile(join(here.photos, 'x/y/a.jpg'), join(here.photos, 'copy.jpg'));
  const time = new Date('2020-02-29T10:20:30.250Z');
  await utimes(join(here.photos, 'x/y/a.jpg'), time, time);
  const library = await here.open();
  const folder = await library.request('folders.add', { path: here.photos });
  await index(library);
  const { 'x/y/a.jpg': id = 0, 'copy.jpg': copy = 0 } = await idsByPath(library, here.photos);
  const details = await library.request('photos.get', { id });
  expect(details).toEqual({
    id,
    name: 'a.jpg',
    path: join(here.photos, 'x/y/a.jpg'),
    width: 160,
    height: 120,
    offline: false,
    folder: { id: folder.id, name: 'photos', path: here.photos },
    where: ['x', 'y'],
    bytes: expect.any(Number) as number,
    takenAt: null,
    modifiedAt: time.getTime(),
    cluster: null,
    copies: [expect.objectContaining({ id: copy, name: 'copy.jpg' })],
    problem: null,
  });
  expect(await refusal(library, 'photos.get', { id: 999 })).toMatchObject({
    code: 'photo-unknown',
  });
});

test('pictures of a photo: a thumbnail, and larger ones, by its content', async () => {
  await using here = await place();
  await writePhotos(here.photos, { 'a.jpg': 1 });
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  const { 'a.jpg': id = 0 } = await idsByPath(library, here.photos);
  const [thumbnail, photo] = [await library.thumbnail(id), await library.photo(id, 1000)];
  for (const { type, read, sha256 } of [thumbnail, photo]) {
    const bytes = await read();
    expect(type).toBe('image/webp');
    expect(Buffer.from(bytes.subarray(8, 12)).toString()).toBe('WEBP');
    expect(sha256).toBe(thumbnail.sha256);
  }
  await expect(library.photo(999, 1000)).rejects.toMatchObject({ code: 'photo-unknown' });
});

test('thumbnails that were lost are made again', async () => {
  await using here = await place();
  await writePhotos(here.photos, { 'a.jpg': 1 });
  let library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  const { 'a.jpg': id = 0 } = await idsByPath(library, here.photos);
  const before = await (await library.thumbnail(id)).read();
  await library.close();
  const { rm } = await import('node:fs/promises');
  await rm(join(here.directory, 'thumbnails.db'));
  library = await here.open();
  expect(await (await library.thumbnail(id)).read()).toEqual(before);
});

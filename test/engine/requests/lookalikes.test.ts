import { once } from 'node:events';
import { copyFile, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query } from '../../../engine/contract.ts';
import type { Library } from '../../../engine/library.ts';
import { schemaErrors } from '../export/validate.ts';
import {
  idsByPath,
  index,
  kinds,
  numbered,
  patternPhoto,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';

const count = 4 * kinds;
let here: Place;
let library: Library;
let ids: Record<string, number>;

beforeAll(async () => {
  here = await place();
  await writePhotos(here.photos, numbered(count));
  await copyFile(join(here.photos, '7.jpg'), join(here.photos, 'copy of 7.jpg'));
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  ids = await idsByPath(library, here.photos);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

const photo7 = (): { photo: number } => ({ photo: ids['7.jpg'] ?? 0 });

test('lookalikes are ranked, most similar first, without the query and its copies', async () => {
  const { query, copies, lookalikes } = await library.request('lookalikes.find', {
    query: photo7(),
    k: 5,
  });
  expect(query).toMatchObject({ name: '7.jpg', width: 160, height: 120 });
  expect(query.photo?.path).toBe(join(here.photos, '7.jpg'));
  expect(copies.map(({ name }) => name)).toEqual(['copy of 7.jpg']);
  expect(lookalikes.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
  const similarities = lookalikes.map(({ similarity }) => similarity);
  expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
  for (const { id, path } of lookalikes) {
    expect(path).toBe(join(here.photos, path.slice(here.photos.length + 1)));
    expect([ids['7.jpg'], ids['copy of 7.jpg']]).not.toContain(id);
  }
});

test('the nearest photos are of the same kind', async () => {
  const { lookalikes } = await library.request('lookalikes.find', { query: photo7(), k: 3 });
  expect(lookalikes.map(({ name }) => Number.parseInt(name) % kinds)).toEqual([1, 1, 1]);
});

test('of photos with identical content, one is a result, whatever the query', async () => {
  const { lookalikes } = await library.request('lookalikes.find', {
    query: { photo: ids['3.jpg'] ?? 0 },
    k: 1000,
  });
  const sevens = lookalikes.filter(({ name }) => name.includes('7.jpg') && !name.includes('17'));
  expect(sevens.map(({ id }) => id)).toEqual([
    Math.min(ids['7.jpg'] ?? 0, ids['copy of 7.jpg'] ?? 0),
  ]);
  for (const { similarity } of lookalikes) expect(similarity).toBeLessThanOrEqual(1);
});

test('more lookalikes than there are photos gives all others', async () => {
  for (const k of [count, 1_000_000, Number.MAX_SAFE_INTEGER]) {
    const { lookalikes } = await library.request('lookalikes.find', { query: photo7(), k });
    expect(lookalikes).toHaveLength(count - 1);
  }
});

describe('within a distance', () => {
  test('are exactly those that are as near, of every method', async () => {
    for (const method of ['imagenet', 'pixels']) {
      await library.request('methods.prepare', { method });
      const asked = { query: photo7(), k: 1000, method };
      const { lookalikes: all } = await library.request('lookalikes.find', asked);
      for (const place of [0, 3, all.length - 1]) {
        const within = 1 - (all[place]?.similarity ?? NaN);
        const found = await library.request('lookalikes.find', { ...asked, within });
        expect(found.lookalikes).toEqual(all.slice(0, place + 1));
      }
    }
  });

  test('there may be none, and no more than k', async () => {
    const within = async (distance: number, k: number): Promise<number> =>
      (await library.request('lookalikes.find', { query: photo7(), k, within: distance }))
        .lookalikes.length;
    expect(await within(0, 5)).toBe(0);
    expect(await within(2, 5)).toBe(5);
    expect(await within(2, 1000)).toBe(count - 1);
  });

  test('is told in the document, where one was given', async () => {
    const asked = { query: photo7(), k: 1000 };
    const within = 0.5;
    const limited = await library.request('documents.lookalikes', { ...asked, within });
    expect(schemaErrors('lookalikes', limited)).toEqual([]);
    expect(limited.within).toBe(0.5);
    expect(Math.min(...limited.lookalikes.map(({ similarity }) => similarity))).toBeGreaterThan(
      0.499,
    );
    expect(await library.request('documents.lookalikes', asked)).not.toHaveProperty('within');
  });
});

describe('the same photo as a query in other ways gives the same answer', () => {
  const answer = async (query: unknown): Promise<unknown> => {
    const { lookalikes, copies } = (await library.handle('lookalikes.find', {
      query,
      k: 5,
    })) as Awaited<ReturnType<typeof library.request<'lookalikes.find'>>>;
    return { lookalikes, copies };
  };

  test.each([
    ['by its absolute path', (path: string) => path],
    ['by a path from here', (path: string) => relative(process.cwd(), path)],
  ])('%s', async (_, given) => {
    const path = given(join(here.photos, '7.jpg'));
    expect(await answer({ path })).toEqual(await answer(photo7()));
  });

  test('by a symbolic link', async () => {
    const link = join(here.photos, '..', 'link.jpg');
    await symlink(join(here.photos, '7.jpg'), link);
    expect(await answer({ path: link })).toEqual(await answer(photo7()));
  });

  test('as a file outside of the library: the photo itself is then one of the copies', async () => {
    const outside = join(here.photos, '..', 'outside.jpg');
    await copyFile(join(here.photos, '7.jpg'), outside);
    const { query, copies, lookalikes } = await library.request('lookalikes.find', {
      query: { path: outside },
      k: 5,
    });
    expect(query).toEqual({
      photo: null,
      picture: expect.any(String) as string,
      name: 'outside.jpg',
      width: 160,
      faces: [],
      face: null,
      height: 120,
    });
    expect(copies.map(({ name }) => name).sort()).toEqual(['7.jpg', 'copy of 7.jpg']);
    const { lookalikes: expected } = await library.request('lookalikes.find', {
      query: photo7(),
      k: 5,
    });
    expect(lookalikes.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  });

  test('as bytes that are handed in', async () => {
    const bytes = new Uint8Array(await readFile(join(here.photos, '7.jpg')));
    const { upload } = await library.request('queries.add', { name: 'dropped.jpg', bytes });
    const found = await library.request('lookalikes.find', { query: { upload }, k: 5 });
    expect(found.query).toMatchObject({ photo: null, name: 'dropped.jpg' });
    expect(found.copies).toHaveLength(2);
    expect(found.lookalikes).toHaveLength(5);
  });
});

test('a file that changed since it was indexed is asked about as it is now', async () => {
  const path = join(here.photos, '8.jpg');
  const before = await readFile(path);
  await writeFile(path, await patternPhoto(9 + 10 * kinds));
  const { query, lookalikes } = await library.request('lookalikes.find', {
    query: { path },
    k: 1,
  });
  expect(query.photo).toBeNull();
  expect(Number.parseInt(lookalikes[0]?.name ?? '') % kinds).toBe(9 % kinds);
  await writeFile(path, before);
});

describe('a query from outside is shown', () => {
  const pictureOf = async (query: Query): Promise<string | null> =>
    (await library.request('lookalikes.find', { query, k: 1 })).query.picture;
  const size = async (id: string | null, side: number): Promise<[number, number]> => {
    const { type, read } = await library.queryPicture(id ?? '', side);
    expect(type).toBe('image/webp');
    const { width, height } = await sharp(await read()).metadata();
    return [width, height];
  };
  const wide = (): Promise<Buffer> =>
    sharp({ create: { width: 3000, height: 1500, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();

  test('handed in as bytes, by an id that no other run of the program gives', async () => {
    const bytes = new Uint8Array(await wide());
    const { upload } = await library.request('queries.add', { name: 'wide.png', bytes });
    const picture = await pictureOf({ upload });
    expect(picture).toMatch(/^[\da-f-]{36}$/);
    expect(await size(picture, 600)).toEqual([600, 300]);
    expect(await size(picture, 4000)).toEqual([2048, 1024]);
  });

  test('named by its path, by the same id until it changes', async () => {
    const path = join(here.photos, '..', 'wide.png');
    await writeFile(path, await wide());
    const picture = await pictureOf({ path });
    expect(await size(picture, 4000)).toEqual([3000, 1500]);
    expect(await pictureOf({ path })).toBe(picture);
    await utimes(path, 1, 1);
    expect(await pictureOf({ path })).not.toBe(picture);
    await rm(path);
    const { read } = await library.queryPicture(picture ?? '', 600);
    await expect(read()).rejects.toMatchObject({ code: 'photo-access' });
  });

  test('only while it is held, and never by its path; a photo of the library by its own id', async () => {
    expect(await pictureOf(photo7())).toBeNull();
    for (const id of ['', 'upload-1', join(here.photos, '7.jpg')])
      await expect(library.queryPicture(id, 600)).rejects.toMatchObject({ code: 'query-unknown' });
  });
});

describe('a picture at an address', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/never.jpg') return;
    const photo = request.url === '/text.jpg' ? Promise.resolve('only text') : patternPhoto(13);
    void photo.then((content) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(content);
    });
  });
  let origin: string;
  let other: Place;
  let open: Library;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    origin = `http://127.0.0.1:${port}`;
    other = await place();
    await writePhotos(other.photos, numbered(2 * kinds));
    open = await other.open({ fetching: { exempt: (url) => url.port === String(port) } });
    await open.request('folders.add', { path: other.photos });
    await index(open);
  });
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });

  test('is a query like one that was handed in, and is fetched no second time for it', async () => {
    const address = `${origin}/13.jpg`;
    const found = await open.request('lookalikes.find', { query: { address }, k: 1 });
    expect(found.query).toMatchObject({ photo: null, name: '13.jpg', width: 160, height: 120 });
    expect(Number.parseInt(found.lookalikes[0]?.name ?? '') % kinds).toBe(13 % kinds);
    const upload = found.query.picture ?? '';
    const again = await open.request('lookalikes.find', { query: { upload }, k: 1 });
    expect(again.lookalikes).toEqual(found.lookalikes);
    expect((await open.queryPicture(upload, 100)).type).toBe('image/webp');
    expect(asked).toEqual(['/13.jpg']);
    const document = await open.request('documents.lookalikes', { query: { upload }, k: 1 });
    expect(document.query.path).toBe(address);
  });

  test('stands in the document of its lookalikes', async () => {
    const address = `${origin}/13.jpg?as=document`;
    const document = await open.request('documents.lookalikes', { query: { address }, k: 2 });
    expect(schemaErrors('lookalikes', document)).toEqual([]);
    expect(document.query.path).toBe(address);
  });

  test('that only says to be one is refused', async () => {
    const query = { address: `${origin}/text.jpg` };
    expect(await refusal(open, 'lookalikes.find', { query, k: 1 })).toEqual({
      code: 'query-not-a-photo',
      message: expect.stringContaining('text.jpg cannot be used as a query') as string,
    });
  });

  test('is not fetched from this machine by the library as hosts open it', async () => {
    const before = asked.length;
    const query = { address: `${origin}/13.jpg` };
    expect((await refusal(library, 'lookalikes.find', { query, k: 1 })).code).toBe(
      'query-address-local',
    );
    expect(asked).toHaveLength(before);
  });

  test('is not waited for when the library is closed', async () => {
    const query = { address: `${origin}/never.jpg` };
    const arrived = once(server, 'request');
    const told = refusal(open, 'lookalikes.find', { query, k: 1 });
    await arrived;
    await open.close();
    expect((await told).code).toBe('cancelled');
  });
});

test('twenty pictures are held; the oldest goes first', async () => {
  const bytes = new Uint8Array(await patternPhoto(3));
  const uploads: string[] = [];
  for (let i = 0; i < 21; i++)
    uploads.push((await library.request('queries.add', { name: `${i}`, bytes })).upload);
  const [first = '', second = ''] = uploads;
  const find = (upload: string): Promise<unknown> =>
    library.request('lookalikes.find', { query: { upload }, k: 1 });
  await expect(find(first)).rejects.toMatchObject({ code: 'query-unknown' });
  await expect(find(second)).resolves.toBeDefined();
});

describe('is refused with a sentence', () => {
  test.each([0, -1, 1.5, 'x', NaN, null, undefined])('k of %s', async (k) => {
    for (const name of ['lookalikes.find', 'documents.lookalikes'])
      expect(await refusal(library, name, { query: photo7(), k })).toEqual({
        code: 'k-invalid',
        message: 'The number of lookalikes must be a whole number of at least 1.',
      });
    const document = { kind: 'lookalikes', query: photo7(), k };
    expect(await refusal(library, 'export.write', { document, path: '/nowhere/x.json' })).toEqual(
      expect.objectContaining({ code: 'k-invalid' }),
    );
  });

  test.each([-0.1, 2.1, 'x', NaN])('a largest distance of %s', async (within) => {
    expect(await refusal(library, 'lookalikes.find', { query: photo7(), k: 5, within })).toEqual({
      code: 'within-invalid',
      message: 'The largest distance must be a number from 0 to 2.',
    });
  });

  test('a photo that is not in the library', async () => {
    expect(
      await refusal(library, 'lookalikes.find', { query: { photo: 999_999 }, k: 5 }),
    ).toMatchObject({ code: 'photo-unknown' });
  });

  test.each([
    ['that is not there', 'nowhere.jpg', 'photo-unknown'],
    ['that is a folder', '.', 'query-not-a-photo'],
    ['that is a device', '/dev/zero', 'query-not-a-photo'],
    ['with a zero byte in its name', 'a\0b.jpg', 'photo-unknown'],
  ])('a file %s', async (_, name, code) => {
    const path = name.startsWith('/') ? name : `${here.photos}/${name}`;
    expect(await refusal(library, 'lookalikes.find', { query: { path }, k: 5 })).toMatchObject({
      code,
    });
  });

  test('text, as a file and as bytes', async () => {
    const path = join(here.photos, '..', 'text.jpg');
    await writeFile(path, 'only text');
    const told = {
      code: 'query-not-a-photo',
      message: expect.stringContaining('text.jpg') as string,
    };
    expect(await refusal(library, 'lookalikes.find', { query: { path }, k: 5 })).toEqual(told);
    const bytes = new TextEncoder().encode('only text');
    expect(await refusal(library, 'queries.add', { name: 'text.jpg', bytes })).toEqual(told);
  });

  test('a picture of more than 50 MB', async () => {
    const bytes = new Uint8Array(50 * 1024 * 1024 + 1);
    expect(await refusal(library, 'queries.add', { name: 'big.jpg', bytes })).toEqual({
      code: 'query-too-large',
      message: expect.stringContaining('big.jpg has 51 MB') as string,
    });
  });

  test('a question to an empty library', async () => {
    await using empty = await place();
    const other = await empty.open();
    const path = join(here.photos, '7.jpg');
    expect(await refusal(other, 'lookalikes.find', { query: { path }, k: 5 })).toMatchObject({
      code: 'library-empty',
    });
  });
});

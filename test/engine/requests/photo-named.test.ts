import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Library } from '../../../engine/library.ts';
import { index, place, refusal, writePhotos, type Place } from '../../support/library.ts';

let here: Place;
let library: Library;

beforeAll(async () => {
  here = await place();
  const many = Array.from({ length: 7 }, (_, n): [string, number] => [`${n}/many.jpg`, 10 + n]);
  await writePhotos(here.photos, {
    ...{ '9.jpg': 0, 'a/1.jpg': 1, 'b/1.jpg': 2 },
    // The same content twice, and names that differ by capital letters alone.
    ...{ 'a/2.jpg': 3, 'b/2.jpg': 3 },
    ...{ 'c/Beach.JPG': 4, 'c/beach.jpg': 5, 'd/_each.jpg': 6 },
    ...Object.fromEntries(many),
  });
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

const find = async (name: string): Promise<string | undefined> => {
  const { query } = await library.request('lookalikes.find', { query: { name }, k: 1 });
  return query.photo?.path.slice(here.photos.length + 1);
};
const refused = (name: string): Promise<{ code: unknown; message: string }> =>
  refusal(library, 'lookalikes.find', { query: { name }, k: 1 });

test('a photo is found by its name, with folders before it if one likes', async () => {
  expect(await find('9.jpg')).toBe('9.jpg');
  expect(await find('photos/9.jpg')).toBe('9.jpg');
  expect(await find('./photos/9.jpg')).toBe('9.jpg');
  expect(await find(join(here.photos, '9.jpg'))).toBe('9.jpg');
  expect(await find('b/1.jpg')).toBe('b/1.jpg');
});

test('capital letters do not matter, unless two names differ by them alone', async () => {
  expect(await find('PHOTOS/9.JPG')).toBe('9.jpg');
  expect(await find('Beach.JPG')).toBe('c/Beach.JPG');
  expect(await find('beach.jpg')).toBe('c/beach.jpg');
  expect((await refused('BEACH.jpg')).code).toBe('query-ambiguous');
});

test.each(['nowhere.jpg', '.jpg', '%.jpg', 'elsewhere/9.jpg', 'hotos/9.jpg', '/', 'photos/'])(
  'no photo is called %s',
  async (name) => {
    expect(await refused(name)).toEqual({
      code: 'photo-unknown',
      message: `No photo of the library is called ${name}. Check the name, or give the whole path.`,
    });
  },
);

test('where several have the name they are listed, the first five of many', async () => {
  const [a, b] = ['a', 'b'].map((folder) => join(here.photos, folder, '1.jpg'));
  expect(await refused('1.jpg')).toEqual({
    code: 'query-ambiguous',
    message: `2 photos are called 1.jpg: ${a} and ${b}. Add the folder before the name.`,
  });
  expect((await refused('many.jpg')).message).toMatch(/0.many\.jpg, .*4.many\.jpg and 2 more\./);
});

test('copies of one photo are one', async () => {
  const query = { name: '2.jpg' };
  const { copies } = await library.request('lookalikes.find', { query, k: 1 });
  expect(copies).toHaveLength(1);
});

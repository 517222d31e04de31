/** Searching by what is typed or pasted. */
import { expect, test } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import type { Found } from '../../../renderer/state/lookalikes.svelte.ts';
import { isAddress, PictureSearch } from '../../../renderer/state/picture-search.svelte.ts';
import { FakeHost, later, methodsOf, photoRef } from '../fake-client.ts';

const found = (query: Partial<Found['query']>): Found => ({
  query: {
    photo: null,
    picture: null,
    name: 'x.jpg',
    width: 3,
    height: 2,
    faces: [],
    face: null,
    ...query,
  },
  copies: [],
  cluster: null,
  classes: null,
  attributes: null,
  lookalikes: [],
});

function searchOn(
  answer: () => Found | Promise<Found>,
  takesPaths = true,
): { host: FakeHost; search: PictureSearch; find: (text: string) => Promise<unknown> } {
  const host = new FakeHost({ 'lookalikes.find': answer });
  const search = new PictureSearch(host, methodsOf(host), takesPaths);
  const find = (text: string): Promise<unknown> => {
    search.text = text;
    return search.find();
  };
  return { host, search, find };
}

test('an address is fetched once, and then has the place of the picture that is held', async () => {
  const { host, find } = searchOn(() => found({ picture: 'held' }));
  expect(await find(' https://example.org/x.jpg ')).toEqual({ upload: 'held' });
  expect(host.asked.map(({ params }) => params)).toEqual([
    { query: { address: 'https://example.org/x.jpg' }, k: 1, method: 'imagenet' },
  ]);
});

test('a name leads to the photo that has it', async () => {
  const { host, find } = searchOn(() => found({ photo: photoRef(7) }));
  expect(await find('Africa/x.jpg')).toEqual({ photo: 7 });
  expect(host.asked[0]?.params).toMatchObject({ query: { name: 'Africa/x.jpg' } });
});

test.each(['/photos/x.jpg', 'C:\\x.jpg', 'c:/x.jpg', '\\\\disk\\x.jpg'])(
  'the path %s is a place where pages may name paths, and else what a photo is called',
  async (path) => {
    const { host, find } = searchOn(() => found({ photo: photoRef(7) }));
    expect(await find(path)).toEqual({ path });
    expect(host.asked).toEqual([]);
    const strict = searchOn(() => found({ photo: photoRef(7) }), false);
    expect(await strict.find(path)).toEqual({ photo: 7 });
    expect(strict.host.asked[0]?.params).toMatchObject({ query: { name: path } });
  },
);

test('nothing is no search', async () => {
  const { host, find } = searchOn(() => found({}));
  expect(await find('  ')).toBeNull();
  expect(host.asked).toEqual([]);
});

test('what went wrong is told, until the next search', async () => {
  let broken = true;
  const { search, find } = searchOn(() => {
    if (broken) throw new LookalikeError('query-address-failed', 'There is nothing.');
    return found({ picture: 'held' });
  });
  expect(await find('https://example.org')).toBeNull();
  expect(search.problem).toBe('There is nothing.');
  expect(search.asking).toBeNull();
  broken = false;
  expect(await find('https://example.org')).not.toBeNull();
  expect(search.problem).toBe('');
});

test('what is given up leads nowhere, whenever it comes', async () => {
  const slow = later<Found>();
  const { search, find } = searchOn(() => slow.promise);
  const searched = find('https://example.org');
  expect(search.asking).toBe('address');
  search.giveUp();
  expect(search.asking).toBeNull();
  slow.answer(found({ picture: 'held' }));
  expect(await searched).toBeNull();
});

test.each([
  ['https://example.org/x.jpg', true],
  [' HTTP://example.org\n', true],
  ['https://example.org https://example.com', false],
  ['see https://example.org', false],
  ['ftp://example.org/x.jpg', false],
  ['beach.jpg', false],
  ['', false],
])('"%s" is one address or not: %s', (text, expected) => {
  expect(isAddress(text)).toBe(expected);
});

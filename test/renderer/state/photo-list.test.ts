/** The list of photos while photos come in. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PhotoList, type List } from '../../../renderer/state/photo-list.svelte.ts';
import { FakeHost, later, settled } from '../fake-client.ts';

const listOf = (...ids: number[]): List => ({ ids, ratios: ids.map(() => 1), groups: [] });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('photos that come in are listed soon, but many events ask only once', async () => {
  const host = new FakeHost({ 'photos.list': () => listOf(1, 2) });
  const list = new PhotoList(host);
  await list.show({ folder: null, order: 'newest' });
  expect(list.list.ids).toEqual([1, 2]);
  host.answers['photos.list'] = () => listOf(1, 2, 3);
  for (let i = 0; i < 50; i++) host.tell('photos', { photos: 3, problems: 0 });
  await vi.runAllTimersAsync();
  expect(list.list.ids).toEqual([1, 2, 3]);
  expect(host.asked).toHaveLength(2);
});

test('a list that is on its way is not asked for again', async () => {
  const first = later<List>();
  const host = new FakeHost({ 'photos.list': () => first.promise });
  const list = new PhotoList(host);
  const showings = [1, 2].map(() => list.show({ folder: null, order: 'newest' }));
  first.answer(listOf(1));
  await Promise.all(showings);
  expect(host.asked).toHaveLength(1);
  expect(list.list.ids).toEqual([1]);
});

test('what was listed a moment ago is not asked for again, unless photos came or went', async () => {
  const host = new FakeHost({ 'photos.list': () => listOf(1) });
  const list = new PhotoList(host);
  const show = (): Promise<void> => list.show({ folder: null, order: 'newest' });
  await show();
  await show();
  expect(host.asked).toHaveLength(1);
  host.tell('photos', { photos: 2, problems: 0 });
  await show();
  expect(host.asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(60_000);
  await show();
  expect(host.asked).toHaveLength(3);
});

test('what is shown stays until the next list is there', async () => {
  const host = new FakeHost({ 'photos.list': () => listOf(1) });
  const list = new PhotoList(host);
  await list.show({ folder: null, order: 'newest' });
  const next = later<List>();
  host.answers['photos.list'] = () => next.promise;
  const showing = list.show({ folder: 2, order: 'folder' });
  expect(list.list.ids).toEqual([1]);
  next.answer(listOf(9));
  await showing;
  expect(list.list.ids).toEqual([9]);
  expect(host.asked.at(-1)?.params).toEqual({ folder: 2, order: 'folder' });
});

test('a slow list of another folder is dropped', async () => {
  const slow = later<List>();
  const host = new FakeHost({
    'photos.list': ({ folder }) => (folder === 1 ? slow.promise : listOf(2)),
  });
  const list = new PhotoList(host);
  void list.show({ folder: 1, order: 'newest' });
  await list.show({ folder: 2, order: 'newest' });
  slow.answer(listOf(1));
  await settled();
  expect(list.list.ids).toEqual([2]);
});

test('an error is kept, and what was shown too', async () => {
  const host = new FakeHost({ 'photos.list': () => listOf(1) });
  const list = new PhotoList(host);
  await list.show({ folder: null, order: 'newest' });
  delete host.answers['photos.list'];
  await list.load();
  expect(list.error).toBeInstanceOf(Error);
  expect(list.list.ids).toEqual([1]);
});

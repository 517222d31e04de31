/** What is known of the library follows its events. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import { LibraryView } from '../../../renderer/state/library.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { FakeHost, libraryState } from '../fake-client.ts';

let host: FakeHost;
let notices: Notices;
let library: LibraryView;

beforeEach(() => {
  vi.useFakeTimers();
  host = new FakeHost({ 'library.get': () => libraryState() });
  notices = new Notices();
  library = new LibraryView(host, notices);
});
afterEach(() => {
  vi.useRealTimers();
});

async function open(): Promise<void> {
  host.connection('open');
  await vi.advanceTimersByTimeAsync(0);
}

test('nothing is known before there is a connection; it is asked for again with each one', async () => {
  expect(library.state).toBeNull();
  await open();
  expect(library.state?.photos).toBe(3);
  host.connection('lost');
  host.answers['library.get'] = () => libraryState({ photos: 9 });
  await open();
  expect(library.state?.photos).toBe(9);
});

test('events change what they tell, and nothing else', async () => {
  await open();
  const { indexing } = libraryState();
  host.tell('indexing', { ...indexing, state: 'running', found: 10 });
  host.tell('photos', { photos: 7, problems: 1 });
  expect(library.busy).toBe(true);
  expect(library.state).toMatchObject({ photos: 7, problems: 1, id: 'library' });
  expect(host.asked).toHaveLength(1);
});

test('while photos come in, folders are counted anew now and then', async () => {
  await open();
  for (let i = 0; i < 20; i++) host.tell('photos', { photos: i, problems: 0 });
  await vi.runAllTimersAsync();
  expect(host.asked).toHaveLength(2);
});

test.each(['paused', 'idle'] as const)('folders are counted anew when it is %s', async (state) => {
  const { indexing } = libraryState();
  host.answers['library.get'] = () => libraryState({ indexing: { ...indexing, state: 'running' } });
  await open();
  host.tell('indexing', { ...indexing, state });
  expect(host.asked).toHaveLength(2);
});

test('while sample photos are drawn the library is busy', async () => {
  await open();
  host.tell('drawing', { done: 204, total: 371 });
  expect(library.drawing).toEqual({ done: 204, total: 371 });
  expect(library.busy).toBe(true);
  host.tell('drawing', null);
  expect(library.busy).toBe(false);
});

test('a folder that is back takes its notice away; gone again, it is told again', async () => {
  const away = libraryState().folders.map((folder) => ({ ...folder, offline: true }));
  const notice = {
    code: 'folder-offline',
    message: 'The folder /photos cannot be reached.',
  } as const;
  host.answers['library.get'] = () => libraryState({ folders: away, notices: [notice] });
  await open();
  await library.load();
  expect(notices.list).toHaveLength(1);
  host.answers['library.get'] = () => libraryState();
  await library.load();
  expect(notices.list).toEqual([]);
  host.answers['library.get'] = () => libraryState({ folders: away, notices: [notice] });
  await library.load();
  expect(notices.list).toHaveLength(1);
});

test('another run of clusters is noticed', async () => {
  await open();
  host.tell('clusters', { method: 'imagenet' });
  expect(library.clusterRuns).toBe(1);
});

test('what the library wants to say is said once', async () => {
  const notice = { code: 'library-damaged', message: 'The database was damaged.' } as const;
  host.answers['library.get'] = () => libraryState({ notices: [notice] });
  await open();
  expect(notices.list.map(({ text }) => text)).toEqual(['The database was damaged.']);
  notices.dismiss(notices.list[0]?.id ?? -1);
  await library.load();
  host.tell('notice', notice);
  expect(notices.list).toEqual([]);
});

test('why it could not be asked is known until it could', async () => {
  host.answers['library.get'] = () => {
    throw new LookalikeError('library-in-use', 'Another program has this library open.');
  };
  await open();
  expect(library.error).toBeInstanceOf(LookalikeError);
  host.answers['library.get'] = () => libraryState();
  await library.load();
  expect(library.error).toBeNull();
});

test('addresses of pictures carry the id of the library', async () => {
  await open();
  expect(library.thumbnail(5)).toBe('library/5/thumbnail');
  expect(library.photo(5)).toBe('library/5/2048');
});

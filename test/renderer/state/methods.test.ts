/** The chosen method, and its vectors being computed. */
import { expect, test } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import { LibraryView } from '../../../renderer/state/library.svelte.ts';
import { MethodsView } from '../../../renderer/state/methods.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { emptyStorage, FakeHost, later, libraryState, method, settled } from '../fake-client.ts';

const running = { method: 'pixels', state: 'running', done: 2, total: 3, secondsLeft: 1 } as const;

async function opened(answers: FakeHost['answers'] = {}, storage = emptyStorage()) {
  const host = new FakeHost({ 'library.get': () => libraryState(), ...answers });
  const library = new LibraryView(host, new Notices());
  const view = new MethodsView(host, library, storage);
  await library.load();
  const changes: boolean[] = [];
  view.onChange((isAnother) => changes.push(isAnother));
  return { host, view, changes };
}

test('the default is chosen at first, and asks for nothing', async () => {
  const { host, view } = await opened();
  expect(view.chosen?.id).toBe('imagenet');
  await view.prepare();
  expect(host.asked.map(({ name }) => name)).not.toContain('methods.prepare');
});

test('another one is computed when it is chosen, with its progress and nobody else’s', async () => {
  const { promise, answer } = later<{ photos: number }>();
  const { host, view, changes } = await opened({ 'methods.prepare': () => promise });
  view.choose('pixels');
  expect(changes).toEqual([true]);
  expect(host.asked.at(-1)).toEqual({ name: 'methods.prepare', params: { method: 'pixels' } });
  host.tell('preparing', { ...running, method: 'other', error: null });
  expect(view.preparing).toBeNull();
  host.tell('preparing', { ...running, error: null });
  expect(view.preparing).toMatchObject({ done: 2, total: 3 });
  host.tell('preparing', { ...running, state: 'idle', error: null });
  expect(view.preparing).toBeNull();
  host.answers['library.get'] = () =>
    libraryState({ methods: [method('imagenet', 3), method('pixels', 3)] });
  host.tell('methods', {});
  answer({ photos: 3 });
  await settled();
  expect(changes).toEqual([true, false]);
  expect(view.chosen?.photos).toBe(3);
});

test('nothing is asked of a model that was removed while it was chosen', async () => {
  const own = [method('imagenet', 3), method('own-mine', 3)];
  const { host, view } = await opened({
    'library.get': () => libraryState({ methods: own }),
    'methods.prepare': () => ({ photos: 3 }),
  });
  view.choose('own-mine');
  const chosen: string[] = [];
  view.onChange(() => chosen.push(view.id));
  own.pop();
  host.tell('methods', {});
  await settled();
  expect([...new Set(chosen)]).toEqual(['imagenet']);
});

test('why it cannot be computed is told until it is tried again; stopping is no error', async () => {
  const { host, view } = await opened({
    'methods.prepare': () => {
      throw new LookalikeError('disk-full', 'The disk is full.');
    },
  });
  view.choose('pixels');
  await settled();
  expect(view.error).toMatchObject({ code: 'disk-full' });
  host.answers['methods.prepare'] = () => {
    throw new LookalikeError('cancelled', 'Stopped.');
  };
  await view.prepare();
  expect(view.error).toBeNull();
});

test('the choice outlives a reload of the page', async () => {
  const storage = emptyStorage();
  const { view } = await opened({ 'methods.prepare': () => ({ photos: 3 }) }, storage);
  view.choose('pixels');
  const again = await opened({}, storage);
  expect(again.view.chosen?.id).toBe('pixels');
});

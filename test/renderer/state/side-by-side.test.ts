/** One query, several methods. */
import { expect, test } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import { LibraryView } from '../../../renderer/state/library.svelte.ts';
import { MethodsView } from '../../../renderer/state/methods.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { SideBySideView } from '../../../renderer/state/side-by-side.svelte.ts';
import {
  emptyStorage,
  FakeHost,
  later,
  libraryState,
  lookalike,
  method,
  photoRef,
  settled,
} from '../fake-client.ts';

const found: Record<string, number[]> = { imagenet: [7, 8, 9], pixels: [8, 5, 7], faces: [8] };

function answerOf(name: string) {
  return {
    query: {
      photo: photoRef(1),
      picture: null,
      name: '1.jpg',
      width: 3,
      height: 2,
      faces: [],
      face: null,
    },
    copies: [],
    cluster: null,
    classes: null,
    attributes: null,
    lookalikes: (found[name] ?? []).map((id, place) => lookalike(id, place + 1)),
  };
}

async function opened(ids: Record<string, number>, storage = emptyStorage()) {
  const methods = Object.entries(ids).map(([id, photos]) => method(id, photos));
  const host = new FakeHost({
    'library.get': () => libraryState({ methods }),
    'lookalikes.find': ({ method: id = '' }) => answerOf(id),
  });
  const library = new LibraryView(host, new Notices());
  await library.load();
  const view = new SideBySideView(host, new MethodsView(host, library, storage), storage);
  return { host, view };
}

test('every method that has looked at the photos is asked, and what several found is counted', async () => {
  const { host, view } = await opened({ imagenet: 9, pixels: 9, faces: 9, untouched: 0 });
  await view.open({ photo: 1 });
  expect(Object.keys(view.answers).sort()).toEqual(['faces', 'imagenet', 'pixels']);
  expect(host.asked.map(({ params }) => params)).not.toContainEqual(
    expect.objectContaining({ method: 'untouched' }),
  );
  expect([5, 7, 8, 9].map((id) => view.agreed.get(id))).toEqual([1, 2, 3, 1]);
});

test('a method that fails says so, and the others are shown', async () => {
  const { host, view } = await opened({ imagenet: 9, pixels: 9 });
  host.answers['lookalikes.find'] = ({ method: id = '' }) => {
    if (id === 'pixels') throw new LookalikeError('process-died', 'It stopped.');
    return answerOf(id);
  };
  await view.open({ photo: 1 });
  expect(view.answers['imagenet']?.lookalikes).toHaveLength(3);
  expect(view.answers['pixels']).toMatchObject({
    lookalikes: null,
    error: { code: 'process-died' },
  });
});

test('what is shown is exported: the query, and those methods that answered, in their order', async () => {
  const { host, view } = await opened({ imagenet: 9, pixels: 9, faces: 9, untouched: 0 });
  expect(view.exportTarget).toBeNull();
  host.answers['lookalikes.find'] = ({ method: id = '' }) => {
    if (id === 'pixels') throw new LookalikeError('no-face', 'No face.');
    return answerOf(id);
  };
  await view.open({ photo: 1 });
  expect(view.exportTarget).toEqual({
    kind: 'side-by-side',
    query: { photo: 1 },
    k: 5,
    methods: ['imagenet', 'faces'],
  });
});

test('a slow answer for an earlier query never stands beside a later one', async () => {
  const { host, view } = await opened({ imagenet: 9 });
  const slow = later<ReturnType<typeof answerOf>>();
  host.answers['lookalikes.find'] = () => slow.promise;
  const first = view.open({ photo: 1 });
  host.answers['lookalikes.find'] = () => answerOf('faces');
  await view.open({ photo: 2 });
  slow.answer(answerOf('imagenet'));
  await first;
  expect(view.answers['imagenet']?.lookalikes?.map(({ id }) => id)).toEqual([8]);
});

test('methods that have looked at the photos meanwhile are asked too, while rows are shown', async () => {
  const { host, view } = await opened({ imagenet: 9 });
  await view.open({ photo: 1 });
  const asked = host.asked.length;
  host.tell('methods', {});
  await settled();
  expect(host.asked.filter(({ name }) => name === 'lookalikes.find')).toHaveLength(1);
  view.toggle();
  host.tell('methods', {});
  await settled();
  expect(host.asked.length).toBeGreaterThan(asked + 1);
});

test('that rows are shown outlives a reload of the page', async () => {
  const storage = emptyStorage();
  const { view } = await opened({ imagenet: 9 }, storage);
  expect(view.on).toBe(false);
  view.toggle();
  expect((await opened({ imagenet: 9 }, storage)).view.on).toBe(true);
  view.toggle();
  expect((await opened({ imagenet: 9 }, storage)).view.on).toBe(false);
});

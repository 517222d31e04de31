/** A query and its results. */
import { describe, expect, test } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import { LookalikesView, type Found } from '../../../renderer/state/lookalikes.svelte.ts';
import { FakeHost, later, lookalike, methodsOf, photoRef, settled } from '../fake-client.ts';
import { details } from './details.ts';

function found(photo: number, similar: boolean[]): Found {
  return {
    query: {
      photo: photoRef(photo),
      picture: null,
      name: `${photo}.jpg`,
      width: 3,
      height: 2,
      faces: [],
      face: null,
    },
    copies: [],
    cluster: null,
    classes: null,
    attributes: null,
    lookalikes: similar.map((is, i) => lookalike(100 + i, i + 1, is)),
  };
}
const yes = (count: number): boolean[] => Array.from({ length: count }, () => true);
const no = (count: number): boolean[] => Array.from({ length: count }, () => false);

async function viewOf(similar: boolean[]): Promise<LookalikesView> {
  const host = new FakeHost({
    'lookalikes.find': () => found(1, similar),
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ photo: 1 });
  return view;
}

test('five stand large, the others that are similar after them, the rest apart', async () => {
  const view = await viewOf([...yes(8), ...no(5)]);
  expect(view.large.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
  expect(view.furtherSimilar.map(({ rank }) => rank)).toEqual([6, 7, 8]);
  expect(view.others.map(({ rank }) => rank)).toEqual([9, 10, 11, 12, 13]);
});

test('strangers are never among the large ones', async () => {
  const two = await viewOf([...yes(2), ...no(11)]);
  expect(two.large).toHaveLength(2);
  expect(two.furtherSimilar).toHaveLength(0);
  expect(two.others).toHaveLength(11);
  const none = await viewOf(no(13));
  expect(none.large).toHaveLength(0);
  expect(none.others).toHaveLength(13);
});

test('more are asked for on demand, and only while there may be more', async () => {
  const asked: number[] = [];
  const host = new FakeHost({
    'lookalikes.find': ({ k }) => {
      asked.push(k);
      return found(1, yes(Math.min(k, 20)));
    },
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ photo: 1 });
  expect(view.mayHaveMore).toBe(true);
  await view.more();
  expect(view.all).toHaveLength(20);
  expect(view.mayHaveMore).toBe(false);
  expect(asked[1]).toBeGreaterThan(asked[0] ?? NaN);
  await view.open({ photo: 2 });
  expect(asked[2]).toBe(asked[0]);
});

test('a slow answer to an earlier query never replaces a later one', async () => {
  const slow = later<Found>();
  const host = new FakeHost({
    'lookalikes.find': ({ query }) =>
      'photo' in query && query.photo === 1 ? slow.promise : found(2, yes(5)),
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  const first = view.open({ photo: 1 });
  await view.open({ photo: 2 });
  slow.answer(found(1, no(5)));
  await first;
  expect(view.found?.query.photo?.id).toBe(2);
  expect(view.details?.id).toBe(2);
  expect(view.loading).toBe(false);
});

test('a new query shows nothing of the last one', async () => {
  const view = await viewOf(yes(5));
  view.choose(3);
  void view.open({ photo: 2 });
  expect(view.all).toEqual([]);
  expect(view.details).toBeNull();
  expect(view.chosen).toBe(0);
});

test('who comes back to a query finds as many lookalikes, and the same one chosen', async () => {
  const host = new FakeHost({
    'lookalikes.find': ({ query, k }) =>
      found('photo' in query ? query.photo : 0, yes(Math.min(k, 30))),
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ photo: 1 });
  await view.more();
  view.choose(20);
  await view.open({ photo: 2 });
  expect(view.chosen).toBe(0);
  expect(view.all).toHaveLength(13);
  await view.open({ photo: 1 });
  expect(view.chosen).toBe(20);
  expect(view.all).toHaveLength(30);
  // What is chosen after that is not undone by looking again.
  view.choose(2);
  await view.look();
  expect(view.chosen).toBe(2);
});

test('a path that is a photo of the library shows its details', async () => {
  const host = new FakeHost({
    'lookalikes.find': () => found(7, yes(5)),
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ path: '/photos/7.jpg' });
  expect(view.details?.id).toBe(7);
});

test('what went wrong is kept, and gone after it went well', async () => {
  let broken = true;
  const host = new FakeHost({
    'lookalikes.find': () => {
      if (broken) throw new LookalikeError('library-empty', 'Nothing is indexed yet.');
      return found(1, yes(5));
    },
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ photo: 1 });
  expect(view.error).toBeInstanceOf(LookalikeError);
  broken = false;
  await view.look();
  expect(view.error).toBeNull();
  await settled();
});

test('an error of one query is not shown for the next', async () => {
  const host = new FakeHost({
    'lookalikes.find': ({ query }) => {
      if ('photo' in query && query.photo === 1)
        throw new LookalikeError('photo-unknown', 'This photo is gone.');
      return new Promise<Found>(() => undefined);
    },
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ photo: 1 });
  expect(view.error).not.toBeNull();
  void view.open({ photo: 2 });
  expect(view.error).toBeNull();
});

test('photos that came in since are counted, until one looks again', async () => {
  const host = new FakeHost({
    'lookalikes.find': () => found(1, yes(5)),
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ photo: 1 });
  host.tell('photos', { photos: 100, problems: 0 });
  expect(view.newer).toBe(0);
  host.tell('photos', { photos: 130, problems: 0 });
  expect(view.newer).toBe(30);
  await view.look();
  expect(view.newer).toBe(0);
  host.tell('photos', { photos: 90, problems: 0 });
  expect(view.newer).toBe(0);
});

test('only a lookalike that is there can be chosen', async () => {
  const view = await viewOf(yes(5));
  view.choose(4);
  view.choose(5);
  view.choose(-1);
  expect(view.chosen).toBe(4);
});

describe('within a distance', () => {
  const asked: { k: number; within?: number | null | undefined }[] = [];
  const host = new FakeHost({
    'lookalikes.find': ({ k, within }) => {
      asked.push({ k, within });
      return found(1, yes(Math.min(k, within == null ? 500 : 200)));
    },
    'photos.get': ({ id }) => details(id),
  });

  test('all are asked for, many at a time, and the nearest again without one', async () => {
    const view = new LookalikesView(host, methodsOf(host));
    await view.open({ photo: 1 });
    expect(asked.at(-1)).toEqual({ k: 13, within: null });
    await view.open({ photo: 1 }, 0.3);
    expect(asked.at(-1)).toEqual({ k: 96, within: 0.3 });
    expect(view.mayHaveMore).toBe(true);
    await view.more();
    await view.more();
    expect(view.all).toHaveLength(200);
    expect(view.mayHaveMore).toBe(false);
    await view.open({ photo: 1 });
    expect(asked.at(-1)).toEqual({ k: 13, within: null });
  });

  test('what was found and chosen stays in sight until the answer is there', async () => {
    const view = new LookalikesView(host, methodsOf(host));
    await view.open({ photo: 1 });
    view.choose(3);
    const opened = view.open({ photo: 1 }, 0.3);
    expect(view.all).toHaveLength(13);
    await opened;
    expect(view.chosen).toBe(3);
  });

  test('none is chosen that is not there any more', async () => {
    const few = new FakeHost({
      'lookalikes.find': ({ within }) => found(1, yes(within == null ? 13 : 2)),
      'photos.get': ({ id }) => details(id),
    });
    const view = new LookalikesView(few, methodsOf(few));
    await view.open({ photo: 1 });
    view.choose(9);
    await view.open({ photo: 1 }, 0.1);
    expect(view.chosen).toBe(0);
  });

  test('another query begins with its nearest; who comes back finds the distance as it was', async () => {
    const view = new LookalikesView(host, methodsOf(host));
    await view.open({ photo: 1 }, 0.3);
    await view.more();
    await view.open({ photo: 2 });
    expect(asked.at(-1)).toEqual({ k: 13, within: null });
    await view.open({ photo: 1 }, 0.3);
    expect(asked.at(-1)).toEqual({ k: 192, within: 0.3 });
  });

  test('it begins at the last one that is really similar', async () => {
    // Similarities are 0.9, 0.8, …
    expect((await viewOf([...yes(3), ...no(3)])).edge).toBe(0.3);
    expect((await viewOf(no(3))).edge).toBe(0.1);
    expect((await viewOf([])).edge).toBe(0.5);
  });
});

test('another face is another question about the same photo; who comes back finds what was chosen', async () => {
  const host = new FakeHost({
    'lookalikes.find': () => found(1, yes(13)),
    'photos.get': ({ id }) => details(id),
  });
  const view = new LookalikesView(host, methodsOf(host));
  await view.open({ photo: 1 }, null, 1);
  view.choose(3);
  const opened = view.open({ photo: 1 });
  // The photo itself stays in sight meanwhile.
  expect(view.found).not.toBeNull();
  await opened;
  expect([view.face, view.chosen]).toEqual([0, 0]);
  await view.open({ photo: 2 });
  await view.open({ photo: 1 }, null, 1);
  const faces = host.asked.flatMap(({ name, params }) =>
    name === 'lookalikes.find' ? [(params as { face: number }).face] : [],
  );
  expect(faces).toEqual([1, 0, 0, 1]);
  expect(view.chosen).toBe(3);
});

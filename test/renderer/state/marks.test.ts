/** Marks in the window: what is pressed, taken back and asked. */
import { expect, test } from 'vitest';
import type { PhotoMark } from '../../../engine/contract.ts';
import { LookalikeError } from '../../../engine/errors.ts';
import { MarksView } from '../../../renderer/state/marks.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { QuestionsView } from '../../../renderer/state/questions.svelte.ts';
import { FakeHost, later, photoRef, settled } from '../fake-client.ts';

/** A host that keeps marks as a library does, of photo 1 and others. */
function opened(before: Record<number, boolean> = {}) {
  const kept = new Map(Object.entries(before).map(([id, alike]) => [Number(id), alike]));
  const host = new FakeHost({
    'marks.of': () => [...kept].map(([photo, alike]) => ({ photo, alike })),
    'marks.list': () => ({ marks: [], contradictions: [] }),
    'marks.set': ({ b, alike }) => {
      const id = 'photo' in b ? b.photo : 0;
      if (alike === null) kept.delete(id);
      else kept.set(id, alike);
      host.tell('marks', {});
      return { photos: [photoRef(1), photoRef(id)], before: null };
    },
    'marks.remove': () => ({}),
  });
  const notices = new Notices();
  return { host, kept, notices, view: new MarksView(host, notices) };
}

test('a mark is pressed, changed, and taken back by the same button', async () => {
  const { view, kept } = opened({ 5: true });
  await view.open(1);
  expect([view.of(5), view.of(6)]).toEqual([true, null]);
  await view.toggle(6, false);
  expect(view.of(6)).toBe(false);
  await view.toggle(6, true);
  expect(kept.get(6)).toBe(true);
  await view.toggle(6, true);
  await settled();
  expect([view.of(6), kept.has(6)]).toEqual([null, false]);
});

test('it shows at once, and what was refused is as it was before', async () => {
  const { view, host, notices } = opened();
  await view.open(1);
  const refusal = later<never>();
  host.answers['marks.set'] = () => refusal.promise;
  const pressed = view.toggle(7, true);
  expect(view.of(7)).toBe(true);
  refusal.answer(Promise.reject(new LookalikeError('photo-unknown', 'It is gone.')) as never);
  await pressed;
  expect(view.of(7)).toBeNull();
  expect(notices.list.map(({ text }) => text)).toEqual(['It is gone.']);
});

test('a picture from outside is marked with nothing', async () => {
  const { view, host } = opened({ 5: true });
  await view.open(1);
  await view.open(null);
  await view.toggle(5, true);
  expect(view.of(5)).toBeNull();
  expect(host.asked.some(({ name }) => name === 'marks.set')).toBe(false);
});

test('a slow answer about another photo is dropped', async () => {
  const { view, host } = opened();
  const slow = later<{ photo: number; alike: boolean }[]>();
  host.answers['marks.of'] = ({ photo }) => (photo === 1 ? slow.promise : []);
  const first = view.open(1);
  await view.open(2);
  slow.answer([{ photo: 3, alike: true }]);
  await first;
  expect(view.of(3)).toBeNull();
});

test('a removed mark can be had back', async () => {
  const { view, host, notices } = opened();
  const mark: PhotoMark = { id: 4, photos: [photoRef(1), photoRef(2)], alike: false, at: 0 };
  await view.remove(mark);
  notices.list[0]?.action?.do();
  await settled();
  expect(host.asked.find(({ name }) => name === 'marks.set')?.params).toEqual({
    ...{ a: { photo: 1 }, b: { photo: 2 }, alike: false },
  });
});

function asking(answers: Record<number, number[]>) {
  const { host, kept, view: marks } = opened();
  const queue = Object.entries(answers);
  host.answers['marks.question'] = () => {
    const next = queue.shift();
    return next
      ? { photo: photoRef(Number(next[0])), others: next[1].map((id) => photoRef(id)) }
      : null;
  };
  return { host, kept, view: new QuestionsView(host, marks, 1) };
}

test('questions go from pair to pair and from photo to photo, until nothing is left', async () => {
  const { view, host, kept } = asking({ 1: [11, 12], 2: [21] });
  await view.start();
  expect([view.photo?.id, view.other?.id]).toEqual([1, 11]);
  await view.answer(true);
  expect([view.photo?.id, view.other?.id]).toEqual([1, 12]);
  await view.skip();
  expect([view.photo?.id, view.other?.id]).toEqual([2, 21]);
  await view.answer(false);
  expect(view.done).toBe(true);
  expect([...kept]).toEqual([
    [11, true],
    [21, false],
  ]);
  expect(host.asked.filter(({ name }) => name === 'marks.question').at(-1)?.params).toEqual({
    ...{ except: [1, 2], seed: 1 },
  });
});

test('an answer is undone, and asked again with what came after', async () => {
  const { view, kept } = asking({ 1: [11, 12] });
  await view.start();
  await view.answer(true);
  expect(view.canUndo).toBe(true);
  await view.undo();
  expect([view.other?.id, kept.has(11), view.answered, view.canUndo]).toEqual([
    11,
    false,
    0,
    false,
  ]);
  await view.answer(false);
  expect(view.other?.id).toBe(12);
});

test('what goes wrong is told, and asked again', async () => {
  const { view, host } = asking({ 1: [11] });
  const works = host.answers['marks.question'];
  host.answers['marks.question'] = () => {
    throw new LookalikeError('library-empty', 'Nothing is indexed yet.');
  };
  await view.start();
  expect(view.error).toMatchObject({ code: 'library-empty' });
  if (works) host.answers['marks.question'] = works;
  await view.skip();
  expect([view.error, view.other?.id]).toEqual([null, 11]);
});

/** Which method suits the photos, over the contract. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Params } from '../../../engine/contract.ts';
import type { Library } from '../../../engine/library.ts';
import { schemaErrors } from '../export/validate.ts';
import { idsByPath, index, kinds, place, refusal, writePhotos } from '../../support/library.ts';
import type { Place } from '../../support/library.ts';

const perKind = 6;
const total = kinds * perKind;
const methods = ['pixels', 'imagenet'];

let here: Place;
let library: Library;
let ids: number[];
beforeAll(async () => {
  here = await place();
  await writePhotos(
    here.photos,
    Object.fromEntries(Array.from({ length: total }, (_, n) => [`${n}.jpg`, n])),
  );
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  const byPath = await idsByPath(library, here.photos);
  ids = Array.from({ length: total }, (_, n) => byPath[`${n}.jpg`] ?? 0);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

const set = (a: number, b: number, alike: boolean) =>
  library.request('marks.set', { a: { photo: ids[a] ?? 0 }, b: { photo: ids[b] ?? 0 }, alike });
const run = (more: Partial<Params<'suits.run'>> = {}) =>
  library.request('suits.run', { methods, ...more });

test('marks of one kind only are not enough, and it says how many more it takes', async () => {
  expect(
    (await refusal(library, 'export.write', { document: { kind: 'suits' }, path: null })).code,
  ).toBe('suits-missing');
  for (let n = 0; n < 8; n++) await set(n, n + kinds, true);
  expect(await refusal(library, 'suits.run', {})).toMatchObject({
    code: 'marks-too-few',
    message: expect.stringContaining('Mark 5 more pairs as not alike.') as string,
  });
  expect((await library.request('suits.get', {})).running).toBe(false);
});

test('every method is measured on the same marks, and the best one is named in a sentence', async () => {
  // Each kind has a pattern of its own, which its features show and its single pixels do not.
  for (let n = 0; n + kinds < total; n++) await set(n, n + kinds, true);
  for (let n = 0; n + 1 < total; n++) if (n % kinds < kinds - 1) await set(n, n + 1, false);
  const document = await run();
  expect(schemaErrors('suits', document)).toEqual([]);
  expect(document.marks).toEqual({
    alike: 30,
    notAlike: 30,
    photos: total,
    leftOut: { gone: 0, notIndexed: 0, withoutFace: 0, learnt: 0 },
  });
  expect(document.methods.map(({ id }) => id)).toEqual(methods);
  const [best] = document.methods.toSorted((a, b) => b.area - a.area);
  expect(document.best).toBe(best?.id);
  expect(document.sentence).toContain(`“${best?.name ?? ''}” suits your photos best`);
  for (const { area, interval, anchors } of document.methods) {
    expect(interval.low).toBeLessThan(area);
    expect(interval.high).toBeGreaterThanOrEqual(area);
    expect(anchors).toBeGreaterThan(0);
  }
  expect((await library.request('suits.get', {})).document).toEqual(document);
  expect(await run()).toMatchObject({ methods: document.methods });
});

test('a method that learnt from the marks cannot win on them, and may on those held out', async () => {
  const train = (holdOut: boolean) =>
    library.request('training.start', {
      ...{ method: 'triplet', epochs: 3, seed: 2, labels: { from: 'marks' }, holdOut },
    });
  const of = async (more: Partial<Params<'suits.run'>>) =>
    run({ methods: ['pixels', 'triplet'], ...more });
  await train(false);
  const learnt = await of({});
  expect(learnt.methods[1]).toMatchObject({ id: 'triplet', learntFromMarks: true });
  expect(learnt.best).not.toBe('triplet');
  expect(learnt.sentence).toContain('learnt from these very marks');
  expect((await refusal(library, 'suits.run', { methods: ['triplet'] })).code).toBe('marks-learnt');
  await train(true);
  expect((await of({})).methods[1]).toMatchObject({ learntFromMarks: true });
  const fair = await of({ heldOut: true, seed: 2 });
  expect(fair.methods[1]).toMatchObject({ learntFromMarks: false });
  expect(fair.marks.leftOut.learnt).toBe(60 - fair.marks.alike - fair.marks.notAlike);
  // Another seed held others out.
  expect((await of({ heldOut: true, seed: 5 })).methods[1]).toMatchObject({
    learntFromMarks: true,
  });
});

test('methods that do not exist are refused, and nothing is kept of a run that was stopped', async () => {
  expect((await refusal(library, 'suits.run', { methods: ['nothing'] })).code).toBe(
    'method-unknown',
  );
  const running = refusal(library, 'suits.run', { methods: ['imagenet-classes'] });
  await library.request('suits.cancel', {});
  expect((await running).code).toBe('cancelled');
});

/** Marks over the contract: made, changed, taken back, kept through all that happens to photos, learnt from. */
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Library } from '../../../engine/library.ts';
import { schemaErrors } from '../export/validate.ts';
import {
  heard,
  idsByPath,
  index,
  kinds,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';

const perKind = 6;
const total = kinds * perKind;
const nameOf = (n: number): string => `${n % kinds}/${n}.jpg`;

let here: Place;
let library: Library;
let ids: Record<string, number>;
beforeAll(async () => {
  here = await place();
  await writePhotos(
    here.photos,
    Object.fromEntries(Array.from({ length: total }, (_, n) => [nameOf(n), n])),
  );
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  ids = await idsByPath(library, here.photos);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const { marks } = await library.request('marks.list', {});
  for (const { id } of marks) await library.request('marks.remove', { id });
});

const photo = (n: number) => ({ photo: ids[nameOf(n)] ?? 0 });
const set = (a: number, b: number, alike: boolean | null) =>
  library.request('marks.set', { a: photo(a), b: photo(b), alike });
const list = () => library.request('marks.list', {});

test('a mark is made by number, path or name, replaced and taken back, and each is told', async () => {
  const told = heard(library, (name) => name === 'marks');
  expect(await set(0, 6, true)).toMatchObject({ before: null });
  await told;
  const path = join(here.photos, nameOf(6));
  const replaced = { a: { path }, b: { name: '0.jpg' }, alike: false };
  expect(await library.request('marks.set', replaced)).toMatchObject({ before: true });
  expect((await list()).marks).toMatchObject([{ alike: false }]);
  expect(await library.request('marks.of', photo(0))).toEqual([{ ...photo(6), alike: false }]);
  expect(await set(6, 0, null)).toMatchObject({ before: false });
  expect((await list()).marks).toEqual([]);
});

test('what cannot be marked is refused with a sentence', async () => {
  const mark = async (a: unknown, b: unknown, alike: boolean | null = true) =>
    refusal(library, 'marks.set', { a, b, alike });
  expect((await mark(photo(0), photo(0))).code).toBe('mark-of-one');
  expect((await mark(photo(0), { photo: 9999 })).code).toBe('photo-unknown');
  expect(await mark(photo(0), { path: '/nowhere/cat.jpg' })).toMatchObject({
    code: 'photo-unknown',
    message: expect.stringContaining('/nowhere/cat.jpg') as string,
  });
  expect((await mark(photo(0), photo(1), null)).code).toBe('mark-unknown');
  expect((await mark({ upload: 'x' }, photo(1))).code).toBe('request-invalid');
  expect((await refusal(library, 'marks.remove', { id: 9999 })).code).toBe('mark-unknown');
});

test('it holds for copies, stays when a photo moves, and waits for one that is away', async () => {
  await set(1, 7, true);
  const [from, copy] = [join(here.photos, nameOf(1)), join(here.photos, 'copies/one.jpg')];
  await mkdir(join(here.photos, 'copies'));
  await copyFile(from, copy);
  await index(library);
  const { 'copies/one.jpg': other = 0 } = await idsByPath(library, here.photos);
  expect((await library.request('marks.of', photo(7))).map((one) => one.photo).sort()).toEqual(
    [photo(1).photo, other].sort(),
  );
  const same = { a: photo(1), b: { photo: other }, alike: true };
  expect((await refusal(library, 'marks.set', same)).message).toContain('same content');

  const away = join(here.directory, '..', 'away.jpg');
  await rm(copy);
  await rename(from, away);
  await index(library);
  expect((await list()).marks).toMatchObject([{ alike: true }]);
  expect((await list()).marks[0]?.photos.filter((one) => one === null)).toHaveLength(1);
  const document = await library.request('documents.marks', {});
  expect(schemaErrors('marks', document)).toEqual([]);

  await rename(away, join(here.photos, 'copies/back.jpg'));
  await index(library);
  expect((await list()).marks[0]?.photos).not.toContain(null);
  await rename(join(here.photos, 'copies/back.jpg'), from);
  await index(library);
  ids = await idsByPath(library, here.photos);
});

test('a document of marks is brought in again, and others are refused', async () => {
  await set(0, 6, true);
  await set(0, 1, false);
  const document = await library.request('documents.marks', {});
  for (const { id } of (await list()).marks) await library.request('marks.remove', { id });
  await set(0, 1, true);
  expect(await library.request('marks.import', { document })).toEqual({
    ...{ added: 1, changed: 1, unchanged: 0, gone: 0 },
  });
  const again = await library.request('documents.marks', {});
  const said = ({ marks }: typeof document) =>
    marks.map(({ photos, alike }) => `${photos.map(({ path }) => path).join()} ${alike}`).sort();
  expect(said(again)).toEqual(said(document));
  expect((await refusal(library, 'marks.import', { document: { marks: 3 } })).code).toBe(
    'marks-unreadable',
  );
});

test('contradictions are told with the photos between', async () => {
  await set(0, 6, true);
  await set(6, 12, true);
  await set(0, 12, false);
  const { contradictions } = await list();
  expect(contradictions).toHaveLength(1);
  expect(contradictions[0]?.way).toHaveLength(3);
  expect(contradictions[0]?.way[1]).toMatchObject({ id: photo(6).photo });
});

/** Alike along each kind, and every kind not alike the next: 30 and `notAlike` marks. */
async function markAll(notAlike = total): Promise<void> {
  for (let n = 0; n + kinds < total; n++) await set(n, n + kinds, true);
  for (let n = 0; n < notAlike; n++) if (n % kinds < kinds - 1) await set(n, n + 1, false);
}

test('the triplet network learns from marks, and says of what', async () => {
  await markAll();
  const train = (more: object) =>
    library.request('training.start', {
      ...{ method: 'triplet', epochs: 2, labels: { from: 'marks' } },
      ...more,
    });
  const all = await train({});
  expect(schemaErrors('training', all)).toEqual([]);
  expect(all.labels).toMatchObject({
    ...{ from: 'marks', photos: total, classes: kinds, single: 0, heldOut: 0 },
    marks: { alike: 30, notAlike: 30 },
  });
  expect(all.data.training + all.data.validation).toBe(total);
  const some = await train({ holdOut: true, seed: 3 });
  expect(some.labels?.heldOut).toBeGreaterThan(0);
  expect(some.data.training + some.data.validation).toBe(
    (some.labels?.photos ?? 0) - (some.labels?.heldOut ?? 0),
  );
});

test('too few marks are told with how many it takes, and contradictions with their photos', async () => {
  const refused = () =>
    refusal(library, 'training.start', { method: 'triplet', labels: { from: 'marks' } });
  expect(await refused()).toMatchObject({
    code: 'marks-too-few',
    message: expect.stringContaining(
      'Mark 10 more pairs as alike and 10 more pairs as not alike.',
    ) as string,
  });
  await markAll(10);
  expect((await refused()).message).toContain('Mark 1 more pair as not alike.');
  await set(0, 12, false);
  const { code, message } = await refused();
  expect(code).toBe('marks-contradict');
  for (const n of [0, 6, 12]) expect(message).toContain(join(here.photos, nameOf(n)));
});

test('questions are of what methods find, in an order of chance, and none is asked twice', async () => {
  await library.request('methods.prepare', { method: 'pixels' });
  const asked: number[] = [];
  for (let seed = 0; seed < 3; seed++) {
    const question = await library.request('marks.question', { except: asked, seed });
    if (!question) throw new Error('nothing was asked');
    expect(asked).not.toContain(question.photo.id);
    asked.push(question.photo.id);
    const found = await Promise.all(
      ['imagenet', 'pixels'].map(async (method) => {
        const query = { photo: question.photo.id };
        const { lookalikes } = await library.request('lookalikes.find', { query, k: 4, method });
        return lookalikes.map(({ id }) => id);
      }),
    );
    for (const { id } of question.others) expect(found.flat()).toContain(id);
    // Once marked, it is no question any more.
    const [other] = question.others;
    if (!other) throw new Error('nothing to compare with');
    const pair = { a: { photo: question.photo.id }, b: { photo: other.id } };
    await library.request('marks.set', { ...pair, alike: true });
    const everybodyElse = Object.values(ids).filter((id) => id !== question.photo.id);
    const again = await library.request('marks.question', { except: everybodyElse, seed });
    expect(again?.others.map(({ id }) => id) ?? []).not.toContain(other.id);
  }
  const everybody = { except: Object.values(ids), seed: 1 };
  expect(await library.request('marks.question', everybody)).toBeNull();
});

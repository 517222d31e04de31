/**
 * Attributes over the contract, on pictures whose attributes are known as they were drawn so: how well
 * they are told, searches by a description, and lists that teach nothing.
 */
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventData, Params, TrainingDocument } from '../../../engine/contract.ts';
import type { Library } from '../../../engine/library.ts';
import {
  drawAttributes,
  drawnAttributes,
  listOf,
  type DrawnPicture,
} from '../../support/drawn-attributes.ts';
import { heard, idsByPath, index, place, refusal, type Place } from '../../support/library.ts';
import { schemaErrors } from '../export/validate.ts';

const method = 'attributes';
const [count, listed] = [220, 160];

let here: Place;
let library: Library;
let pictures: DrawnPicture[];
let document: TrainingDocument;

beforeAll(async () => {
  here = await place();
  pictures = await drawAttributes(here.photos, count);
  await copyFile(join(here.photos, '000001.jpg'), join(here.photos, 'copy.jpg'));
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
  // The last 60 are not in the list: nothing at all is learnt from them.
  const text = `${listOf(pictures.slice(0, listed))}nowhere.jpg 1 1 1 1 1\n000002.jpg 1\n`;
  document = await train({ attributes: { file: 'list.txt', text }, epochs: 15 });
}, 120_000);
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

type Settings = Params<'training.start'>;
const train = (settings: Partial<Settings>) =>
  library.request('training.start', { method, ...settings });
const refused = (settings: Partial<Settings>) =>
  refusal(library, 'training.start', { method, ...settings });
const csv = (...rows: string[]) => ({
  attributes: { file: 'list.csv', text: ['photo,a,b', ...rows].join('\n') },
});
const named = (path: string): DrawnPicture | undefined =>
  pictures.find(({ name }) => name === basename(path));

test('the account tells how common each attribute is, how often it is right, and which rows it could not use', () => {
  expect(schemaErrors('training', document)).toEqual([]);
  expect(document.settings).toMatchObject({ loss: 'bce', optimizer: 'adam' });
  expect(document.labels).toBeNull();
  const { attributes } = document;
  expect(attributes).toMatchObject({
    file: 'list.txt',
    photos: listed,
    leftOut: { unlabelled: count - listed + 1, copies: 0, notIndexed: 0 },
    oneClass: [],
    rows: {
      read: listed + 3,
      unknown: { count: 1, first: [{ line: listed + 3, path: 'nowhere.jpg' }] },
      bad: { count: 2, first: [{ line: listed + 4 }, { line: 1 }] },
    },
  });
  for (const [place, { name, having, lacking, usual }] of (attributes?.each ?? []).entries()) {
    expect(name).toBe(drawnAttributes[place]);
    const expected = pictures.slice(0, listed).filter(({ has }) => has[place]).length;
    expect([having, lacking]).toEqual([expected, listed - expected]);
    expect(usual).toBeLessThan(1);
  }
  expect(attributes?.accuracy).toBeGreaterThan(0.9);
});

test('of photos that it never saw it tells at least .95 of the attributes rightly', async () => {
  const { photos } = await library.request('documents.description', {
    wanted: drawnAttributes.map((name) => ({ name, value: 1 })),
    k: count,
  });
  expect(photos).toHaveLength(count);
  const judged = photos.flatMap(({ path, attributes }) => {
    const picture = named(path);
    if (!picture || pictures.indexOf(picture) < listed) return [];
    return attributes.map(({ probability }, place) => probability >= 0.5 === picture.has[place]);
  });
  expect(judged).toHaveLength((count - listed) * drawnAttributes.length);
  expect(judged.filter(Boolean).length / judged.length).toBeGreaterThanOrEqual(0.95);
});

test('a description finds the photos that are so, whatever else they are', async () => {
  const wanted = [
    { name: 'circle', value: 1 },
    { name: 'Striped', value: 0 },
  ];
  const document = await library.request('documents.description', { wanted, k: 20 });
  expect(schemaErrors('description', document)).toEqual([]);
  expect(document.photos).toHaveLength(20);
  expect(document.wanted.map(({ name }) => name)).toEqual(['Circle', 'Striped']);
  for (const { path, similarity, attributes } of document.photos) {
    expect(named(path)?.has).toMatchObject({ 0: true, 3: false });
    const [circle = NaN, striped = NaN] = attributes.map(({ probability }) => probability);
    expect(similarity).toBeCloseTo(1 - Math.sqrt(((1 - circle) ** 2 + striped ** 2) / 2), 4);
  }
  // The same in the window, with their shapes.
  const found = await library.request('attributes.search', { wanted, k: 20 });
  const refs = await library.request('photos.refs', { ids: found.ids });
  expect(refs.map(({ path }) => path)).toEqual(document.photos.map(({ path }) => path));
  expect(found.similarities).toEqual(document.photos.map(({ similarity }) => similarity));
  expect(found.ratios[0]).toBeCloseTo(4 / 3);
  expect(
    await refusal(library, 'attributes.search', { wanted: [{ name: 'hat', value: 1 }], k: 1 }),
  ).toMatchObject({
    code: 'attribute-unknown',
    message: expect.stringContaining('Circle') as string,
  });
  const tooMuch = { wanted: [{ name: 'Circle', value: 2 }], k: 1 };
  expect((await refusal(library, 'attributes.search', tooMuch)).code).toBe(
    'attribute-value-invalid',
  );
});

test('as any method it finds lookalikes, by distances of at most 1, and tells the attributes of the query', async () => {
  const { '000003.jpg': photo = 0 } = await idsByPath(library, here.photos);
  const query = { query: { photo }, k: 5, method };
  const { attributes, lookalikes } = await library.request('lookalikes.find', query);
  expect(attributes?.map(({ name }) => name)).toEqual([...drawnAttributes]);
  expect(attributes?.map(({ probability }) => probability >= 0.5)).toEqual(pictures[2]?.has);
  for (const { name, similarity } of lookalikes) {
    expect(similarity).toBeGreaterThanOrEqual(0);
    expect(named(name)?.has).toEqual(pictures[2]?.has);
  }
  const exported = await library.request('documents.lookalikes', query);
  expect(schemaErrors('lookalikes', exported)).toEqual([]);
  expect(exported.attributes).toEqual(attributes);
});

test('lists that teach nothing are refused by a sentence, and what was learnt stays', async () => {
  const rows = pictures.slice(0, 30).map(({ name }, i) => `${name},${i % 2},1`);
  const codes = {
    'attributes-missing': {},
    'attributes-list-invalid': { attributes: { file: 'x', text: 'photo' } },
    'labels-unknown': csv('nowhere.jpg,1,0'),
    'labels-one-class': csv(...rows.map((row) => row.replace(/,\d,/, ',0,'))),
    'training-too-few': csv(...rows.slice(0, 10)),
  };
  for (const [code, settings] of Object.entries(codes))
    expect((await refused(settings)).code).toBe(code);
  expect((await refused(csv('nowhere.jpg,1,0'))).message).toContain('in line 2');
  // One of two attributes teaches: it is learnt, and the other told.
  const { attributes } = await train({ ...csv(...rows), epochs: 1 });
  expect(attributes).toMatchObject({ oneClass: ['b'], each: [{ name: 'a', having: 15 }] });
});

test('stopped, and after a restart, it goes on without its list, as it was to learn', async () => {
  const text = listOf(pictures.slice(0, 40));
  const begun = heard(
    library,
    (name, data) => name === 'training' && (data as EventData<'training'>).epoch >= 1,
  );
  const running = refused({
    attributes: { file: 'list.txt', text, loss: 'cosine', optimizer: 'adadelta' },
    epochs: 1000,
    seed: 7,
  });
  await begun;
  await library.request('training.cancel', { method });
  expect((await running).code).toBe('cancelled');
  const before = (await library.request('training.get', { method })).training.losses;
  library = await here.open();
  expect((await library.request('training.get', { method })).training.interrupted).toBe(true);
  const epochs = before.length + 1;
  const after = await train({ seed: 7, epochs });
  expect(after.settings).toMatchObject({ loss: 'cosine', optimizer: 'adadelta', learningRate: 1 });
  expect(after.losses.slice(0, before.length)).toEqual(before);
  expect(after.attributes).toMatchObject({ file: 'list.txt', photos: 40 });
});

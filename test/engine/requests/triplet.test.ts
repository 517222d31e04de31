/** Training from labels over the contract: where labels come from, what is refused, and what is used then. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventData, Params } from '../../../engine/contract.ts';
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

type Settings = Params<'training.start'>;
const method = 'triplet';
const perKind = 6;
const total = kinds * perKind;
const inFolders = Object.fromEntries(
  Array.from({ length: total }, (_, n) => [`${n % kinds}/${n}.jpg`, n]),
);
const csv = (rows: [string, string][]) => ({
  from: 'csv' as const,
  file: 'labels.csv',
  text: rows.map((row) => row.join(',')).join('\n'),
});

let here: Place;
let library: Library;
beforeAll(async () => {
  here = await place();
  await writePhotos(here.photos, { ...inFolders, '0/copy.jpg': 0 });
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

const train = (settings: Partial<Settings> = {}) =>
  library.request('training.start', { method, epochs: 2, ...settings });
const refused = async (settings: Partial<Settings>) =>
  refusal(library, 'training.start', { method, ...settings });
const stateOf = async (id: string) =>
  (await library.request('library.get', {})).methods.find((one) => one.id === id);

test('it learns from folders, and its vectors come from the stored ones, as if from the photos', async () => {
  expect(await stateOf(method)).toMatchObject({
    learnsFromLabels: true,
    unavailable: { code: 'method-untrained' },
  });
  expect(await stateOf('autoencoder-dense')).toMatchObject({ learnsFromLabels: false });
  const document = await train();
  expect(schemaErrors('training', document)).toEqual([]);
  expect(document.labels).toEqual({
    from: 'folders',
    file: null,
    classes: kinds,
    photos: total,
    single: 0,
    leftOut: { unlabelled: 0, copies: 1, notIndexed: 0, withoutFace: 0 },
    rows: null,
    heldOut: 0,
  });
  expect(document.data.training + document.data.validation).toBe(total);
  expect(document.settings).toMatchObject({ batchSize: 64, epochs: 2 });

  expect(await library.request('methods.prepare', { method })).toEqual({ photos: total + 1 });
  const path = join(here.photos, '1/7.jpg');
  const query = { k: total, method };
  const stored = await library.request('documents.lookalikes', { ...query, query: { path } });
  expect(stored.lookalikes[0]?.similarity).toBeLessThan(1);
  const { '1/7.jpg': photo = 0 } = await idsByPath(library, here.photos);
  expect(await library.request('training.reconstructions', { method, photos: [photo] })).toEqual(
    [],
  );
  // The same photo from outside goes through both networks.
  await using outside = await place();
  await writePhotos(outside.photos, { 'same.jpg': 7 });
  const again = await library.request('documents.lookalikes', {
    ...query,
    query: { path: join(outside.photos, 'same.jpg') },
  });
  const similarities = new Map(again.lookalikes.map((one) => [one.path, one.similarity]));
  for (const one of stored.lookalikes.slice(0, 10))
    expect(similarities.get(one.path)).toBeCloseTo(one.similarity, 2);
});

test('it holds out just the photos that an evaluation with the same seed asks for', async () => {
  const { labels, data } = await train({ holdOut: true, seed: 5 });
  const evaluation = await library.request('evaluation.run', {
    labels: { from: 'folders' },
    split: 'held-out',
    k: 3,
    seed: 5,
    methods: ['imagenet', method],
  });
  expect(labels?.heldOut).toBe(evaluation.split.queries);
  expect(data.training + data.validation).toBe(evaluation.split.searched);
  expect(evaluation.methods.map(({ id }) => id)).toEqual(['imagenet', method]);
});

test('it learns from clusters, of either kind, named or not', async () => {
  const byKMeans = await library.request('clusters.find', { algorithm: 'k-means', k: 4 });
  expect((await train({ labels: { from: 'clusters' } })).labels).toMatchObject({
    from: 'clusters',
    classes: 4,
    photos: total,
  });
  // Two clusters of one name are alike.
  for (const { id } of byKMeans.clusters.slice(0, 2))
    await library.request('clusters.rename', { cluster: id, name: 'both' });
  expect((await train({ labels: { from: 'clusters' } })).labels).toMatchObject({ classes: 3 });

  const byDbscan = await library.request('clusters.find', {
    algorithm: 'dbscan',
    epsilon: 0.06,
    minPhotos: 3,
  });
  expect(byDbscan.noise).toBeGreaterThan(0);
  const { labels } = await train({ labels: { from: 'clusters' } });
  expect(labels?.leftOut.unlabelled).toBe(byDbscan.noise);
});

test('it learns from a file, and says which rows it could not use', async () => {
  const rows = Object.keys(inFolders).map((path, n): [string, string] => [path, `id ${n % 3}`]);
  const { labels } = await train({ labels: csv([...rows, ['nowhere.jpg', 'id 1']]) });
  expect(labels).toMatchObject({
    from: 'csv',
    file: 'labels.csv',
    classes: 3,
    rows: { read: total + 1, unknown: { count: 1, first: [{ path: 'nowhere.jpg' }] } },
  });
});

test('labels that teach nothing are refused by a sentence, and what was learnt stays', async () => {
  await train();
  expect((await refused({ labels: csv([['nowhere.jpg', 'a']]) })).code).toBe('labels-unknown');
  const some = Object.keys(inFolders).slice(0, 12);
  const alike = csv(some.map((path) => [path, 'a']));
  expect(await refused({ labels: alike })).toMatchObject({
    code: 'labels-one-class',
    message: expect.stringContaining('labels.csv') as string,
  });
  const single = csv(some.map((path) => [path, path]));
  expect((await refused({ labels: single })).code).toBe('labels-too-few');
  const few = csv(some.map((path, n) => [path, `${n % 2}`]));
  expect((await refused({ labels: few })).code).toBe('training-too-few');
  await library.request('clusters.find', { algorithm: 'k-means', k: 1 });
  expect(await refused({ labels: { from: 'clusters' } })).toMatchObject({
    code: 'labels-one-class',
    message: expect.stringContaining('no two clusters') as string,
  });
  expect(await stateOf(method)).toMatchObject({ unavailable: null });
  const { training } = await library.request('training.get', { method });
  expect(training.error?.code).toBe('labels-one-class');
});

test('stopped, it goes on with the same labels, and begins anew with others', async () => {
  const stop = async (settings: Partial<Settings>) => {
    const begun = heard(
      library,
      (name, data) => name === 'training' && (data as EventData<'training'>).epoch >= 2,
    );
    const running = refused({ epochs: 1000, seed: 7, ...settings });
    await begun;
    await library.request('training.cancel', { method });
    expect((await running).code).toBe('cancelled');
    return (await library.request('training.get', { method })).training.losses;
  };
  const before = await stop({});
  const epochs = before.length + 1;
  const told = new Set<number>();
  const end = library.on('training', ({ epoch }) => told.add(epoch));
  const same = await train({ seed: 7, epochs });
  end();
  // Nothing is learnt twice.
  expect([...told]).toEqual([0, epochs]);
  expect(same.losses.slice(0, before.length)).toEqual(before);

  const losses = await stop({});
  const rows = Object.keys(inFolders).map((path, n): [string, string] => [path, `id ${n % 2}`]);
  const other = await train({ seed: 7, epochs: 2, labels: csv(rows) });
  expect(other.losses[0]).not.toEqual(losses[0]);
});

test('from marks, it goes on by itself after the program was closed, and ends as if it never had been', async () => {
  const ids = await idsByPath(library, here.photos);
  const at = (n: number) => ({ photo: ids[`${n % kinds}/${n}.jpg`] ?? 0 });
  for (let n = 0; n + kinds < total; n++)
    await library.request('marks.set', { a: at(n), b: at(n + kinds), alike: true });
  for (let n = 0; n + 1 < total; n += 2)
    await library.request('marks.set', { a: at(n), b: at(n + 1), alike: false });
  const fromMarks = { labels: { from: 'marks' as const }, epochs: 6, seed: 3 };
  const whole = await train(fromMarks);
  expect(whole.labels?.marks).toEqual({ alike: total - kinds, notAlike: total / 2 });

  const begun = heard(
    library,
    (name, data) => name === 'training' && (data as EventData<'training'>).epoch >= 1,
  );
  const running = refused(fromMarks);
  await begun;
  library = await here.open({ live: true });
  expect((await running).code).toBe('cancelled');
  // What is said meanwhile is for the next training.
  await library.request('marks.set', { a: at(0), b: at(1), alike: null });
  const trained = async () => (await library.request('training.get', { method })).training;
  await expect.poll(async () => (await trained()).interrupted).toBe(false);
  await expect.poll(async () => (await trained()).state).toBe('idle');
  const { document } = await library.request('training.get', { method });
  expect(document).toMatchObject({ data: whole.data, labels: whole.labels, losses: whole.losses });
  expect(document?.sha256).toBe(whole.sha256);
});

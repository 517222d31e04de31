import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvaluationDocument, Params } from '../../../engine/contract.ts';
import type { Library } from '../../../engine/library.ts';
import {
  heard,
  index,
  kinds,
  place,
  refusal,
  writePhotos,
  type Place,
} from '../../support/library.ts';
import { schemaErrors } from '../export/validate.ts';

type Settings = Params<'evaluation.run'>;

const fromFolders: Settings = {
  labels: { from: 'folders' },
  split: 'held-out',
  k: 3,
  seed: 1,
  methods: ['imagenet'],
};
const fromCsv = (text: string, settings: Partial<Settings> = {}): Settings => ({
  ...fromFolders,
  labels: { from: 'csv', file: 'labels.csv', text },
  ...settings,
});

const perKind = 10;
/** Photos of each kind in a folder of its own: `0/0.jpg`, `1/1.jpg` … */
const inFolders = Object.fromEntries(
  Array.from({ length: kinds * perKind }, (_, n) => [`${n % kinds}/${n}.jpg`, n]),
);
const csv = Object.entries(inFolders)
  .map(([path, n]) => `${path},kind ${n % kinds}`)
  .join('\n');

/** What does not depend on the machine. */
const figures = ({ methods }: EvaluationDocument) =>
  methods.map((method) => ({ ...method, secondsPerPhoto: expect.any(Number) as number }));

let here: Place;
let library: Library;
beforeAll(async () => {
  here = await place();
  await writePhotos(here.photos, inFolders);
  // A copy, and a photo that is alone in its folder.
  await writePhotos(here.photos, { '0/copy.jpg': 0, 'alone/1.jpg': 601 });
  library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await index(library);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
});

describe('an evaluation', () => {
  let document: EvaluationDocument;
  beforeAll(async () => {
    document = await library.request('evaluation.run', fromFolders);
  });

  test('follows its published schema and says what was measured', () => {
    expect(schemaErrors('evaluation', document)).toEqual([]);
    expect(document.labels).toEqual({
      from: 'folders',
      file: null,
      classes: kinds + 1,
      photos: kinds * perKind + 1,
      single: 1,
      leftOut: { unlabelled: 0, copies: 1, notIndexed: 0, withoutFace: 0 },
      rows: null,
    });
    expect(document.split).toEqual({
      kind: 'held-out',
      share: 0.2,
      seed: 1,
      queries: kinds * 2,
      searched: kinds * 8 + 1,
    });
  });

  test('finds patterns of the same kind, and says how long a photo takes', () => {
    const [method] = document.methods;
    expect(document.methods).toHaveLength(1);
    expect(method?.id).toBe('imagenet');
    expect(method?.precisionAt1).toBeGreaterThan(0.9);
    expect(method?.meanAveragePrecision).toBeGreaterThan(0.8);
    expect(method?.labelAccuracy).toBeGreaterThan(0.9);
    expect(method?.secondsPerPhoto).toBeGreaterThan(0);
  });

  test('of several methods tells of each, in the order asked for, and computes what is missing', async () => {
    const both = await library.request('evaluation.run', {
      ...fromFolders,
      methods: ['pixels', 'imagenet'],
    });
    expect(schemaErrors('evaluation', both)).toEqual([]);
    expect(both.methods.map(({ id }) => id)).toEqual(['pixels', 'imagenet']);
    expect(both.methods[1]).toMatchObject(figures(document)[0] ?? {});
    expect(both.methods[0]?.meanAveragePrecision).not.toBe(both.methods[1]?.meanAveragePrecision);
    const { methods } = await library.request('library.get', {});
    expect(methods.find(({ id }) => id === 'pixels')?.photos).toBe(kinds * perKind + 2);
  });

  test('comes to the same in a library that came to know the photos in another order', async () => {
    const settings: Settings = { ...fromFolders, methods: ['pixels'] };
    const first = await library.request('evaluation.run', settings);
    await using elsewhere = await place();
    const other = await elsewhere.open();
    await other.request('folders.add', { path: elsewhere.photos });
    const all = Object.entries({ ...inFolders, 'alone/1.jpg': 601 });
    for (const part of [all.slice(all.length / 2), all.slice(0, all.length / 2)]) {
      await writePhotos(elsewhere.photos, Object.fromEntries(part));
      await index(other);
    }
    const second = await other.request('evaluation.run', settings);
    expect(second.methods).toEqual(figures(first));
  });

  test('comes to the same again with the same seed', async () => {
    const again = await library.request('evaluation.run', fromFolders);
    expect(figures(again)).toEqual(figures(document));
  });

  test('with folders as with the same labels in a file', async () => {
    const [ofFolders, ofFile] = [
      await library.request('evaluation.run', { ...fromFolders, split: 'leave-one-out' }),
      await library.request(
        'evaluation.run',
        fromCsv(`${csv}\nalone/1.jpg,alone`, { split: 'leave-one-out' }),
      ),
    ];
    expect(ofFile.labels).toMatchObject({ from: 'csv', file: 'labels.csv', classes: kinds + 1 });
    expect(ofFile.labels.leftOut).toEqual({
      unlabelled: 1,
      copies: 0,
      notIndexed: 0,
      withoutFace: 0,
    });
    expect(ofFile.split).toEqual({
      kind: 'leave-one-out',
      share: null,
      seed: null,
      queries: kinds * perKind,
      searched: kinds * perKind + 1,
    });
    expect(figures(ofFile)).toEqual(figures(ofFolders));
  });

  test('is bad where labels are nonsense', async () => {
    const text = Object.keys(inFolders)
      .map((path, i) => `${path},${i % 7 < 3 ? 'a' : 'b'}`)
      .join('\n');
    const settings = fromCsv(text, { split: 'leave-one-out' });
    const { methods } = await library.request('evaluation.run', settings);
    expect(methods[0]?.precisionAtK).toBeLessThan(0.75);
  });

  test('takes absolute paths too, and lists what it cannot use', async () => {
    const text = [
      'path,label',
      ...Object.entries(inFolders).map(
        ([path, n]) => `"${join(here.photos, path)}",kind ${n % kinds}`,
      ),
      'nowhere.jpg,kind 1',
      '../0/0.jpg,kind 1',
      'one value',
    ].join('\r\n');
    const { labels } = await library.request('evaluation.run', fromCsv(text));
    const last = kinds * perKind + 1;
    expect(labels.photos).toBe(kinds * perKind);
    expect(labels.rows).toEqual({
      read: kinds * perKind + 3,
      unknown: {
        count: 2,
        first: [
          { line: last + 1, path: 'nowhere.jpg' },
          { line: last + 2, path: '../0/0.jpg' },
        ],
      },
      bad: {
        count: 1,
        first: [
          {
            line: last + 3,
            reason: 'a row has two values, a path and a label, but this one has 1',
          },
        ],
      },
    });
  });

  test('takes absolute paths that lead to the photos by a link', async () => {
    const link = `${here.photos}-link`;
    await symlink(here.photos, link, 'junction');
    const rows = Object.entries(inFolders).map(
      ([path, n]) => `"${join(link, path)}",kind ${n % kinds}`,
    );
    const { labels } = await library.request('evaluation.run', fromCsv(rows.join('\n')));
    expect(labels).toMatchObject({ photos: kinds * perKind, rows: { unknown: { count: 0 } } });
  });

  test('is kept, and exported as it was told', async () => {
    const told = await library.request('evaluation.run', fromFolders);
    const { document: kept, evaluating } = await library.request('evaluation.get', {});
    expect(kept).toEqual(told);
    expect(evaluating).toEqual({ state: 'idle', method: null, done: 0, total: 0 });
    const path = join(here.directory, '..', 'evaluation.json');
    await library.request('export.write', { document: { kind: 'evaluation' }, path });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(told);
  });

  test('tells its progress', async () => {
    const done = heard(
      library,
      (name, data) => name === 'evaluating' && (data as { done: number }).done === kinds * perKind,
    );
    await library.request('evaluation.run', { ...fromFolders, split: 'leave-one-out' });
    expect(await done).toEqual({
      state: 'running',
      method: 'imagenet',
      done: kinds * perKind,
      total: kinds * perKind,
    });
  });

  test('can be stopped, and the next one is whole', async () => {
    const running = refusal(library, 'evaluation.run', fromFolders);
    await library.request('evaluation.cancel', {});
    expect(await running).toMatchObject({ code: 'cancelled' });
    expect((await library.request('evaluation.get', {})).evaluating.state).toBe('idle');
    expect((await library.request('evaluation.run', fromFolders)).methods).toHaveLength(1);
  });

  test('of two at once, the later one is answered', async () => {
    const first = refusal(library, 'evaluation.run', fromFolders);
    const second = library.request('evaluation.run', { ...fromFolders, k: 2 });
    expect(await first).toMatchObject({ code: 'cancelled' });
    expect((await second).k).toBe(2);
  });
});

describe('refused with a sentence', () => {
  test.each<[string, unknown, string, string]>([
    [
      'labels for no photo',
      fromCsv('x.jpg,cat\ny.jpg,dog'),
      'labels-unknown',
      'No row of labels.csv names a photo of the library, for example “x.jpg” in line 1.',
    ],
    ['an empty file', fromCsv(''), 'labels-unknown', 'There are no rows in labels.csv.'],
    ['a header alone', fromCsv('path,label\n'), 'labels-unknown', 'There are no rows'],
    ['bad rows only', fromCsv('0/0.jpg;cat\n'), 'labels-unknown', 'Line 1: a row has two values'],
    [
      'one class only',
      fromCsv('0/0.jpg,cat\n1/1.jpg,cat'),
      'labels-one-class',
      'have the same label',
    ],
    [
      'one photo of each class',
      fromCsv('0/0.jpg,cat\n1/1.jpg,dog'),
      'labels-too-few',
      'Every label has one photo only',
    ],
    [
      'more results than photos',
      { ...fromFolders, k: 50 },
      'k-too-large',
      '50 results are asked for, but there are only 49 photos to search.',
    ],
    [
      'more results than other photos',
      { ...fromFolders, split: 'leave-one-out', k: 61 },
      'k-too-large',
      'only 60 photos',
    ],
    ['a broken k', { ...fromFolders, k: 0 }, 'k-invalid', 'at least 1'],
    ['a broken seed', { ...fromFolders, seed: -1 }, 'seed-invalid', 'at least 0'],
  ])('%s', async (_what, settings, code, sentence) => {
    const refused = await refusal(library, 'evaluation.run', settings);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(sentence);
    expect((await library.request('evaluation.get', {})).evaluating.state).toBe('idle');
  });

  test('labels for no photo, before a method has to compute anything', async () => {
    const { methods } = await library.request('library.get', {});
    const missing = methods.find(({ id }) => id === 'imagenet-classes');
    expect(missing?.photos).toBe(0);
    const preparing: unknown[] = [];
    const stop = library.on('preparing', (each) => preparing.push(each));
    const settings = fromCsv('x.jpg,cat', { methods: ['imagenet-classes'] });
    expect(await refusal(library, 'evaluation.run', settings)).toMatchObject({
      code: 'labels-unknown',
    });
    stop();
    expect(preparing).toEqual([]);
  });

  test('faces where no photo shows one', async () => {
    await using other = await place();
    const without = await other.open();
    await writePhotos(other.photos, { 'a/1.jpg': 1, 'a/2.jpg': 2, 'b/3.jpg': 3, 'b/4.jpg': 4 });
    await without.request('folders.add', { path: other.photos });
    await index(without);
    const settings = { ...fromFolders, k: 1, methods: ['faces'] };
    const { code, message } = await refusal(without, 'evaluation.run', settings);
    expect([code, message]).toEqual([
      'labels-one-class',
      'Only photos that show a face count here, and no labelled photo shows one. Choose another method, or label other photos.',
    ]);
  });

  test('an empty library, one folder only, and an export of nothing', async () => {
    await using other = await place();
    const empty = await other.open();
    const nothing = await refusal(empty, 'evaluation.run', fromFolders);
    expect(nothing.code).toBe('library-empty');
    await writePhotos(other.photos, { 'a.jpg': 1, 'b.jpg': 2 });
    await empty.request('folders.add', { path: other.photos });
    await index(empty);
    const one = await refusal(empty, 'evaluation.run', fromFolders);
    expect(one).toMatchObject({ code: 'labels-one-class' });
    expect(one.message).toContain('All photos lie in one folder');
    const params = { document: { kind: 'evaluation' }, path: join(other.directory, 'x.json') };
    const exported = await refusal(empty, 'export.write', params);
    expect(exported).toMatchObject({ code: 'evaluation-missing' });
  });
});

test('a folder that is offline is evaluated by what is stored, without the time', async () => {
  await using other = await place();
  await writePhotos(other.photos, { 'a/0.jpg': 0, 'a/6.jpg': 6, 'b/1.jpg': 1, 'b/7.jpg': 7 });
  const offline = await other.open();
  await offline.request('folders.add', { path: other.photos });
  await index(offline);
  await rm(other.photos, { recursive: true });
  const { methods } = await offline.request('evaluation.run', { ...fromFolders, k: 1 });
  expect(methods[0]).toMatchObject({ precisionAt1: 1, secondsPerPhoto: null });
});

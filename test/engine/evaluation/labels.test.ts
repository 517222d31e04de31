import { expect, test } from 'vitest';
import { labelFromFolder, labelsFromCsv } from '../../../engine/evaluation/labels.ts';

const photos: Record<string, number[]> = {
  'a.jpg': [1],
  'b.jpg': [2],
  photo: [3],
  'twice.jpg': [4, 5],
};
const read = (text: string): ReturnType<typeof labelsFromCsv> =>
  labelsFromCsv(
    text,
    (path) => photos[path] ?? [],
    () => Promise.resolve(),
  );

test('rows give labels, with and without a header', async () => {
  for (const text of ['a.jpg,cat\nb.jpg,dog\n', 'Path,Label\na.jpg,cat\nb.jpg,dog\n']) {
    const { labels, report } = await read(text);
    expect([...labels]).toEqual([
      [1, 'cat'],
      [2, 'dog'],
    ]);
    expect(report).toEqual({
      read: 2,
      unknown: { count: 0, first: [] },
      bad: { count: 0, first: [] },
    });
  }
});

test('a first row that names a photo is no header, and a later heading is an unknown name', async () => {
  const { labels, report } = await read('photo,cat\npath,label\n');
  expect([...labels]).toEqual([[3, 'cat']]);
  expect(report.unknown).toEqual({ count: 1, first: [{ line: 2, path: 'path' }] });
});

test('unknown names and bad rows are counted and listed with their lines', async () => {
  const { labels, report } = await read(
    'a.jpg,cat\nnowhere.jpg,cat\nb.jpg\nb.jpg,dog,3\nb.jpg, \na.jpg,dog\na.jpg,cat\ntwice.jpg,cat\n"b',
  );
  expect([...labels]).toEqual([[1, 'cat']]);
  expect(report).toEqual({
    read: 9,
    unknown: { count: 1, first: [{ line: 2, path: 'nowhere.jpg' }] },
    bad: {
      count: 6,
      first: [
        { line: 3, reason: 'a row has two values, a path and a label, but this one has 1' },
        { line: 4, reason: 'a row has two values, a path and a label, but this one has 3' },
        { line: 5, reason: 'the label is empty' },
        { line: 6, reason: 'it has the label “cat” already' },
        {
          line: 8,
          reason: 'photos of several folders have this path; write the absolute one',
        },
        { line: 9, reason: 'a quote is not closed' },
      ],
    },
  });
});

test('all are counted, but only the first hundred listed', async () => {
  const { report } = await read(Array.from({ length: 250 }, (_, i) => `${i}.png,x`).join('\n'));
  expect(report.unknown.count).toBe(250);
  expect(report.unknown.first).toHaveLength(100);
  expect(report.unknown.first.at(-1)).toEqual({ line: 100, path: '99.png' });
});

test('the label of a photo is the folder it lies in', () => {
  expect(labelFromFolder('/photos/cats/a.jpg')).toBe('/photos/cats');
  expect(labelFromFolder('C:\\photos\\cats\\a.jpg')).toBe('C:\\photos\\cats');
});

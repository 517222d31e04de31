/** Marks in the database: of contents, in any order, and for as long as nobody takes them back. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { indexed, testStore } from '../../support/stored.ts';

const sha = (content: string): string => createHash('sha256').update(content).digest('hex');
const [a, b, c] = [sha('a'), sha('b'), sha('c')];

test('a mark is of two contents in any order; what is said later replaces it, the same keeps its time', async () => {
  await using here = await testStore();
  const { marks: writer } = here.store.writer;
  const { marks: reader } = here.store.reader;
  writer.set([
    { pair: [a, b], alike: true, markedAt: 1 },
    { pair: [c, a], alike: false, markedAt: 2 },
  ]);
  writer.set([{ pair: [b, a], alike: true, markedAt: 3 }]);
  const [first = '', second = ''] = [a, b].sort();
  expect(reader.of(b)).toMatchObject([{ first, second, alike: true, markedAt: 1 }]);
  writer.set([{ pair: [b, a], alike: false, markedAt: 4 }]);
  expect(reader.all().map(({ alike, markedAt }) => [alike, markedAt])).toEqual([
    [false, 4],
    [false, 2],
  ]);
  expect(reader.of(a)).toHaveLength(2);
  expect(writer.removePair([b, a])).toBe(true);
  expect(writer.removePair([b, a])).toBe(false);
  const [left] = reader.all();
  expect(reader.get(left?.id ?? 0)).toEqual(left);
  expect(writer.remove(left?.id ?? 0)).toBe(true);
  expect(writer.remove(left?.id ?? 0)).toBe(false);
  expect(reader.all()).toEqual([]);
});

test('it outlives its photos and their folder', async () => {
  await using here = await testStore();
  const { writer, reader } = here.store;
  const photos = [indexed(here.folderId, 'a.jpg'), indexed(here.folderId, 'b.jpg')];
  writer.addPhotos(here.methodId, photos);
  writer.marks.set([{ pair: [sha('a.jpg'), sha('b.jpg')], alike: true, markedAt: 1 }]);
  writer.removeFolder(here.folderId);
  expect(reader.photoCount()).toBe(0);
  expect(reader.marks.all()).toHaveLength(1);
});

test('a photo cannot be marked with itself', async () => {
  await using here = await testStore();
  expect(() => {
    here.store.writer.marks.set([{ pair: [a, a], alike: true, markedAt: 1 }]);
  }).toThrow(/CHECK/);
});

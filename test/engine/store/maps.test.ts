import { expect, test } from 'vitest';
import type { MapRow } from '../../../engine/store/reader.ts';
import { dimensions, testStore } from '../../support/stored.ts';

const tSne: MapRow = {
  settings: { algorithm: 't-sne', perplexity: 30, seed: 1 },
  photoIds: Uint32Array.of(3, 70_000),
  coordinates: Float32Array.of(-1.5, 2, 0.25, -8),
  trustworthiness: 0.9375,
};
const umap: MapRow = {
  settings: { algorithm: 'umap', neighbours: 15, seed: 2 },
  photoIds: new Uint32Array(0),
  coordinates: new Float32Array(0),
  trustworthiness: null,
};

test('a method has a map by each algorithm, the last that was written', async () => {
  await using library = await testStore();
  const { reader, writer } = library.store;
  const other = writer.method('other', 'v1', dimensions);
  expect(reader.map(library.methodId, 't-sne')).toBeUndefined();
  writer.setMap(library.methodId, { ...tSne, photoIds: Uint32Array.of(9, 10) });
  writer.setMap(library.methodId, tSne);
  writer.setMap(library.methodId, umap);
  writer.setMap(other, { ...tSne, trustworthiness: 0.5 });
  expect(reader.map(library.methodId, 't-sne')).toEqual(tSne);
  expect(reader.map(library.methodId, 'umap')).toEqual(umap);
  expect(reader.map(other, 't-sne')?.trustworthiness).toBe(0.5);
  expect(reader.map(other, 'umap')).toBeUndefined();
});

test('another version of a method has no map yet', async () => {
  await using library = await testStore();
  const { reader, writer } = library.store;
  writer.setMap(library.methodId, tSne);
  const next = writer.method('test', 'v2', dimensions);
  expect(reader.map(next, 't-sne')).toBeUndefined();
  expect(reader.map(library.methodId, 't-sne')).toBeUndefined();
});

test('selections are kept by name, which another one of that name replaces', async () => {
  await using library = await testStore();
  const { reader, writer } = library.store;
  expect(reader.selections()).toEqual([]);
  writer.setSelection('sea', Uint32Array.of(1, 2));
  writer.setSelection('Cats', Uint32Array.of(5));
  writer.setSelection('sea', Uint32Array.of(7, 8, 9));
  const [cats, sea] = reader.selections();
  expect([cats?.name, cats?.photoIds]).toEqual(['Cats', Uint32Array.of(5)]);
  expect([sea?.name, sea?.photoIds]).toEqual(['sea', Uint32Array.of(7, 8, 9)]);
  writer.removeSelection(cats?.id ?? 0);
  expect(reader.selections()).toEqual([sea]);
});

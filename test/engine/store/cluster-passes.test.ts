import { expect, test } from 'vitest';
import type { ClusterPassRow } from '../../../engine/store/cluster-passes.ts';
import { dimensions, testStore } from '../../support/stored.ts';

function passOf(minPhotos: number, ids: readonly number[]): ClusterPassRow {
  const listed = ids.length * (minPhotos - 1);
  return {
    ids: Uint32Array.from(ids),
    hierarchy: {
      size: ids.length,
      minPhotos,
      neighbours: {
        rows: Int32Array.from({ length: listed }, (_, i) => i - 1),
        distances: Float64Array.from({ length: listed }, (_, i) => (i === 0 ? Infinity : 1 / i)),
      },
      edges: {
        from: Uint32Array.of(0),
        to: Uint32Array.of(1),
        weights: Float64Array.of(0.1 + 0.2),
      },
    },
  };
}

test('a method has a pass for each minimum of photos, the last that was written', async () => {
  await using library = await testStore();
  const { reader, writer } = library.store;
  expect(reader.clusterPass(library.methodId, 3)).toBeUndefined();
  writer.setClusterPass(library.methodId, passOf(3, [1, 2]));
  const last = passOf(3, [1, 2, 70_000]);
  writer.setClusterPass(library.methodId, last);
  const alone = passOf(1, [4, 9]);
  writer.setClusterPass(library.methodId, alone);
  expect(reader.clusterPass(library.methodId, 3)).toEqual(last);
  expect(reader.clusterPass(library.methodId, 1)).toEqual(alone);
});

test('a pass that does not fit together is none', async () => {
  await using library = await testStore();
  const { reader, writer } = library.store;
  const pass = passOf(3, [1, 2, 3]);
  writer.setClusterPass(library.methodId, { ...pass, ids: Uint32Array.of(1, 2, 3, 4) });
  expect(reader.clusterPass(library.methodId, 3)).toBeUndefined();
  const { hierarchy } = pass;
  const neighbours = { ...hierarchy.neighbours, distances: Float64Array.of(0.5) };
  writer.setClusterPass(library.methodId, { ...pass, hierarchy: { ...hierarchy, neighbours } });
  expect(reader.clusterPass(library.methodId, 3)).toBeUndefined();
});

test('another version of a method has no pass, and one that is gone gets none', async () => {
  await using library = await testStore();
  const { reader, writer } = library.store;
  writer.setClusterPass(library.methodId, passOf(2, [1, 2]));
  const next = writer.method('test', 'v2', dimensions);
  expect(reader.clusterPass(next, 2)).toBeUndefined();
  const gone = next + 1;
  writer.setClusterPass(gone, passOf(2, [1, 2]));
  expect(reader.clusterPass(gone, 2)).toBeUndefined();
});

import { expect, test } from 'vitest';
import type { FoundClusters } from '../../../engine/clusters/finder.ts';
import { packClusters, unpackClusters } from '../../../engine/clusters/packed.ts';

test('clusters come out of the packing as they went in', () => {
  const found: FoundClusters = {
    ...{ algorithm: 'dbscan', epsilon: 0.3, minPhotos: 2, chosen: 'given', curve: [] },
    clusters: [
      { photoIds: Uint32Array.of(7, 3, 9), similarities: Float32Array.of(1, 0.5, 0.25) },
      { photoIds: Uint32Array.of(4, 1), similarities: Float32Array.of(1, 0.75) },
    ],
    noise: Uint32Array.of(2),
  };
  expect(unpackClusters(structuredClone(packClusters(found)))).toEqual(found);
  const none = { ...found, clusters: [] };
  expect(unpackClusters(packClusters(none))).toEqual(none);
});

import { expect, it } from 'vitest';
import { clustersByMethodLines } from '../../cli/format-clusters-by-method.ts';
import type { ClustersByMethodDocument } from '../../engine/contract.ts';

it('what is known of methods is a table, and below it stands what the others need', () => {
  const found = { chosen: 'automatic', minPhotos: 3, clusters: 26, largest: 42 } as const;
  const document: ClustersByMethodDocument = {
    schema: 'lookalike/clusters-by-method@1',
    photos: 495,
    methods: [
      {
        ...{ id: 'imagenet', name: 'ImageNet', missing: null, sentence: 'Most are.' },
        found: { ...found, epsilon: 0.5125, clustered: 437, noise: 58 },
      },
      { id: 'triplet', name: 'Triplet', found: null, missing: 'training', sentence: 'Train it.' },
    ],
  };
  const look = { bars: false, style: (_: string, text: string) => text };
  expect(clustersByMethodLines(document, look)).toEqual([
    'Method       ε  clusters  photos in them  not in a cluster',
    'ImageNet  0.51        26             437                58  Most are.',
    'Triplet (triplet): Train it.',
  ]);
});

import { describe, expect, it } from 'vitest';
import { clusterLines } from '../../cli/format-clusters.ts';
import type { Look } from '../../cli/format.ts';

const plain: Look = { bars: false, style: (_format, text) => text };
const drawn: Look = { bars: true, style: (format, text) => `<${format}>${text}</${format}>` };
const method = { id: 'm', name: 'Method', dimensions: 256, metric: 'cosine' } as const;

describe('clusterLines', () => {
  const algorithm = {
    name: 'dbscan',
    epsilon: 0.41,
    minPhotos: 3,
    chosen: 'automatic',
  } as const;
  const document = { schema: 'lookalike/clusters@1', method, algorithm, noise: ['/z'] } as const;

  it('tells the settings, sizes, names and covers', () => {
    const photos = Array.from({ length: 12 }, (_, index) => `/${index}`);
    const clusters = [
      { id: 1, name: 'Boats', size: 12, cover: '/0', photos },
      { id: 2, size: 3, cover: '/a\u001b[31m', photos: ['/a', '/b', '/c'] },
    ];
    expect(clusterLines({ ...document, noise: ['/z'], clusters }, plain)).toEqual([
      '2 clusters with 15 photos; 1 not in a cluster (ε 0.41, chosen automatically, at least 3 photos).',
      'Number, photos, cover:',
      '1  12  /0  “Boats”',
      '2   3  /a\\u001b[31m',
    ]);
  });

  it('says so where no photo shows a face', () => {
    const faces = { ...method, finds: 'faces' } as const;
    expect(clusterLines({ ...document, method: faces, clusters: [], noise: [] }, plain)).toEqual([
      'No face was found in any photo, so there are no people to tell apart.',
    ]);
    const one = { ...document, method: faces, clusters: [], noise: ['/z'] };
    expect(clusterLines(one, plain)).toEqual([
      'No people among 1 photo (ε 0.41, chosen automatically, at least 3 photos).',
    ]);
  });

  it('tells the inertia of k-means, and the curve where k was chosen from it', () => {
    const kMeans = {
      name: 'k-means',
      k: 3,
      chosen: 'automatic',
      inertia: 12.345,
      curve: [
        { k: 2, silhouette: 0.25 },
        { k: 3, silhouette: 0.5 },
        { k: 10, silhouette: -0.125 },
      ],
    } as const;
    const found = {
      ...document,
      algorithm: { ...kMeans, curve: [...kMeans.curve] },
      clusters: [{ id: 1, size: 2, cover: '/0', photos: ['/0', '/1'] }],
      noise: [],
    };
    expect(clusterLines(found, plain)).toEqual([
      '1 cluster with 2 photos (k-means, k 3, chosen automatically, inertia 12.35).',
      'Not 3, as no more photos differ.',
      'k, silhouette:',
      ' 2   0.250',
      ' 3   0.500',
      '10  -0.125',
      'Number, photos, cover:',
      '1  2  /0',
    ]);
    expect(clusterLines(found, drawn)[4]).toBe('<bold> 3   0.500  █████</bold>');
    const given = { ...found, algorithm: { ...found.algorithm, chosen: 'given' as const } };
    expect(clusterLines(given, plain)).toEqual([
      '1 cluster with 2 photos (k-means, k 3, inertia 12.35).',
      'Not 3, as no more photos differ.',
      'Number, photos, cover:',
      '1  2  /0',
    ]);
    const asMany = { ...given, algorithm: { ...given.algorithm, k: 1 } };
    expect(clusterLines(asMany, plain)[1]).toBe('Number, photos, cover:');
  });

  it('says that there are none', () => {
    const given = { ...algorithm, epsilon: 0, minPhotos: 1, chosen: 'given' } as const;
    expect(
      clusterLines({ ...document, algorithm: given, clusters: [], noise: ['/z'] }, plain),
    ).toEqual(['No clusters among 1 photo (ε 0, at least 1 photo).']);
  });
});

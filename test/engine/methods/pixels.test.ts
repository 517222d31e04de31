import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pixelRows } from '../../../engine/methods/pixels.ts';
import { loadMethod } from '../../../engine/methods/registry.ts';
import { nearest } from '../../../engine/search/nearest.ts';
import { Vectors } from '../../../engine/search/vectors.ts';
import { drawnPhoto } from './drawn-numbers.ts';

/** What scikit-learn found; pixels.golden.py made it, and says how the photos are made. */
const golden = JSON.parse(readFileSync(new URL('pixels.golden.json', import.meta.url), 'utf8')) as {
  photos: number;
  nearest: number[][];
  distances: number[][];
};

test('the nearest photos and their distances are those of scikit-learn', async () => {
  const { dimensions, metric } = await loadMethod('pixels');
  const vectors = new Vectors(dimensions, metric);
  for (let i = 0; i < golden.photos; i++)
    vectors.add(i + 1, pixelRows(drawnPhoto(i, dimensions), 1));
  for (const [i, expected] of golden.nearest.entries()) {
    const query = { vector: vectors.row(i), except: new Set([i + 1]) };
    const [found = []] = nearest(vectors, [query], expected.length);
    expect(found.map(({ id }) => id - 1)).toEqual(expected);
    for (const [place, { similarity }] of found.entries())
      // scikit-learn was given rows that were not divided by the root of their number.
      expect((1 - similarity) * Math.sqrt(dimensions)).toBeCloseTo(
        golden.distances[i]?.[place] ?? NaN,
        5,
      );
  }
});

test('the farthest two photos are at a distance of 1, equal ones at 0', async () => {
  const { dimensions, metric } = await loadMethod('pixels');
  const vectors = new Vectors(dimensions, metric);
  for (const [i, value] of [0, 255, 255].entries())
    vectors.add(i + 1, pixelRows(new Uint8Array(dimensions).fill(value), 1));
  const query = { vector: vectors.row(1), except: new Set([2]) };
  const [found = []] = nearest(vectors, [query], 2);
  expect(found.map(({ id }) => id)).toEqual([3, 1]);
  expect(found[0]?.similarity).toBe(1);
  expect(found[1]?.similarity).toBeCloseTo(0, 6);
});

test('pixels that are no whole photos are refused', () => {
  expect(() => pixelRows(new Uint8Array(100), 1)).toThrow('100 bytes are not 1 photos');
});

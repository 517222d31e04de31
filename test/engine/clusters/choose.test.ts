import { expect, test } from 'vitest';
import { chooseEpsilon, curveOf, epsilonGrid } from '../../../engine/clusters/choose.ts';
import { buildHierarchy } from '../../../engine/clusters/build.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

const noPause = { pause: () => Promise.resolve(), onProgress: () => undefined };
const cosine = { metric: 'cosine', threads: 1 } as const;

const point = (epsilon: number, clusters: number, clustered: number, spread: number) => ({
  epsilon,
  clusters,
  clustered,
  spread,
});

test('the ε with the most spread is chosen, the smallest of equals', () => {
  const spreads = [0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 0, 0, 0];
  const curve = spreads.map((spread, i) => point(i / 100, 2, 10, spread));
  // The first place whose whole width is high.
  expect(chooseEpsilon(curve)).toBe(0.06);
});

test('a broad hill of spread is chosen before a higher peak that only one ε has', () => {
  const spreads = [0, 0, 0, 0, 30, 0, 0, 0, 0, 20, 20, 20, 20, 20, 20, 20, 0, 0];
  const curve = spreads.map((spread, i) => point(i / 100, 2, 40, spread));
  expect(chooseEpsilon(curve)).toBe(0.12);
});

test('spread is what is clustered less the norm of the sizes', async () => {
  // Two groups of three and two of the same direction: sizes 3 and 2 from the first ε on.
  const rows = Float32Array.from([1, 0, 1, 0, 1, 0, 0, 1, 0, 1]);
  const hierarchy = await buildHierarchy(
    rows,
    { ...cosine, size: 5, dimensions: 2, minPhotos: 2 },
    noPause,
  );
  const [first] = await curveOf(hierarchy, noPause.pause);
  expect(first).toMatchObject({ clusters: 2, clustered: 5 });
  expect(first?.spread).toBeCloseTo(5 - Math.sqrt(13), 12);
});

test('where there is one kind only, the ε that first holds the most photos is chosen', () => {
  const curve = [
    point(0.1, 0, 0, 0),
    point(0.2, 1, 10, 0),
    point(0.3, 1, 12, 0),
    point(0.4, 1, 12, 0),
  ];
  expect(chooseEpsilon(curve)).toBe(0.3);
});

test('well-separated groups are told apart by the chosen ε', async () => {
  const rows = groupedRows(200, 16, seededRandom(5), { groups: 6, spread: 0.5, copies: 0 });
  const hierarchy = await buildHierarchy(
    rows,
    { ...cosine, size: 200, dimensions: 16, minPhotos: 3 },
    noPause,
  );
  const curve = await curveOf(hierarchy, noPause.pause);
  expect(curve.map(({ epsilon }) => epsilon)).toEqual([...epsilonGrid]);
  const chosen = curve.find(({ epsilon }) => epsilon === chooseEpsilon(curve));
  expect(chosen?.clusters).toBe(6);
});

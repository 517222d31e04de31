import { expect, test } from 'vitest';
import { chooseEpsilon, curveOf, epsilonGrid } from '../../../engine/clusters/choose.ts';
import { buildHierarchy } from '../../../engine/clusters/hierarchy.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';

const point = (epsilon: number, clusters: number, clustered: number, spread: number) => ({
  epsilon,
  clusters,
  clustered,
  spread,
});

test('the ε with the most photos outside the biggest cluster is chosen, the smallest of equals', () => {
  const curve = [
    point(0.1, 2, 10, 4),
    point(0.2, 5, 60, 40),
    point(0.3, 5, 61, 40),
    point(0.4, 1, 100, 0),
  ];
  expect(chooseEpsilon(curve)).toBe(0.2);
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
  const hierarchy = await buildHierarchy(rows, 200, 16, 3, {
    pause: () => Promise.resolve(),
    onProgress: () => undefined,
  });
  const curve = curveOf(hierarchy);
  expect(curve.map(({ epsilon }) => epsilon)).toEqual([...epsilonGrid]);
  const chosen = curve.find(({ epsilon }) => epsilon === chooseEpsilon(curve));
  expect(chosen?.clusters).toBe(6);
});

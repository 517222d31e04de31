import { expect, test } from 'vitest';
import { affinities, type Affinities } from '../../../engine/map/affinities.ts';
import { nearestNeighbours, type Neighbours } from '../../../engine/map/neighbours.ts';
import { equalPoints, groupedPoints, noPause } from './points.ts';

/** As a whole matrix. */
function dense({ starts, columns, values }: Affinities): number[][] {
  const size = starts.length - 1;
  const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const [row, line] of rows.entries())
    for (let i = starts[row] ?? 0; i < (starts[row + 1] ?? 0); i++) {
      expect(line[columns[i] ?? -1]).toBe(0);
      line[columns[i] ?? -1] = values[i] ?? NaN;
    }
  return rows;
}

/** Gaussians by a plain search over their widths, symmetrised in a whole matrix. */
function plain({ k, rows, squared }: Neighbours, perplexity: number): number[][] {
  const size = rows.length / k;
  const conditional = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let row = 0; row < size; row++) {
    const distances = [...squared.subarray(row * k, (row + 1) * k)];
    let [low, high] = [-30, 30];
    for (let step = 0; step < 200; step++) {
      const beta = Math.exp((low + high) / 2);
      const weights = distances.map((d) => Math.exp(-beta * (d - (distances[0] ?? 0))));
      const sum = weights.reduce((a, b) => a + b);
      const shares = weights.map((w) => w / sum);
      const entropy = -shares.reduce((total, p) => (p > 0 ? total + p * Math.log(p) : total), 0);
      if (entropy > Math.log(perplexity)) low = Math.log(beta);
      else high = Math.log(beta);
      for (const [place, share] of shares.entries())
        (conditional[row] ?? [])[rows[row * k + place] ?? -1] = share;
    }
  }
  return conditional.map((line, i) =>
    line.map((p, j) => (p + (conditional[j]?.[i] ?? NaN)) / (2 * size)),
  );
}

test('affinities are Gaussians of the perplexity, symmetric, and add up to 1', async () => {
  const points = groupedPoints(150, 8);
  const neighbours = await nearestNeighbours(points, 30, noPause);
  const found = dense(await affinities(neighbours, 10, noPause));
  const wanted = plain(neighbours, 10);
  let sum = 0;
  for (const [i, line] of found.entries())
    for (const [j, p] of line.entries()) {
      sum += p;
      expect(p).toBe(found[j]?.[i]);
      expect(p).toBeCloseTo(wanted[i]?.[j] ?? NaN, 6);
    }
  expect(sum).toBeCloseTo(1, 10);
});

test('equal photos want each other equally', async () => {
  const neighbours = await nearestNeighbours(equalPoints(5, 3), 4, noPause);
  const { values } = await affinities(neighbours, 4 / 3, noPause);
  expect(values).toHaveLength(20);
  for (const value of values) expect(value).toBeCloseTo(1 / 20, 10);
});

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureRetrieval, type Retrieval } from '../../../engine/evaluation/retrieval.ts';
import { heldOut, leaveOneOut, type Split } from '../../../engine/evaluation/split.ts';
import { seededRandom } from '../../support/vectors.ts';

const quiet = { pause: () => Promise.resolve(), onProgress: () => undefined };

/** Points on the unit circle at these angles (degrees). */
function circle(degrees: number[]): Float32Array {
  const radians = degrees.map((each) => (each * Math.PI) / 180);
  return Float32Array.from(radians.flatMap((each) => [Math.cos(each), Math.sin(each)]));
}

it('agrees with a count by hand', async () => {
  // Rankings: a0 → a10 b30 a90; a10 → a0 b30 a90; a90 → b30 a10 a0; b30 has no other b.
  const labels = [0, 0, 0, 1];
  const set = { rows: circle([0, 10, 90, 30]), dimensions: 2, labels };
  const measured = await measureRetrieval(set, leaveOneOut(labels), 3, quiet);
  expect(measured.precisionAt1).toBeCloseTo(2 / 3, 12);
  expect(measured.precisionAtK).toBeCloseTo(2 / 3, 12);
  const first = (1 / 1 + 2 / 3) / 2;
  const last = (1 / 2 + 2 / 3) / 2;
  expect(measured.meanAveragePrecision).toBeCloseTo((first + first + last) / 3, 12);
  // Two of the three nearest are of label 0 each time.
  expect(measured.labelAccuracy).toBe(1);
  expect((await measureRetrieval(set, leaveOneOut(labels), 1, quiet)).labelAccuracy).toBe(
    measured.precisionAt1,
  );
});

/** Sorts everything for every query: slow, and with nothing in common but the definitions. */
function bruteForce(
  { rows, dimensions, labels }: { rows: Float32Array; dimensions: number; labels: number[] },
  { queries, searched }: Split,
  k: number,
): Retrieval {
  const sums = { precisionAt1: 0, precisionAtK: 0, meanAveragePrecision: 0, labelAccuracy: 0 };
  const similarity = (a: number, b: number): number => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++)
      sum += (rows[a * dimensions + d] ?? 0) * (rows[b * dimensions + d] ?? 0);
    return sum;
  };
  for (const query of queries) {
    const same = [...searched]
      .filter((index) => index !== query)
      .sort((a, b) => similarity(query, b) - similarity(query, a) || a - b)
      .map((index) => labels[index]);
    const isSame = same.map((label) => label === labels[query]);
    const hits = (count: number): number => isSame.slice(0, count).filter(Boolean).length;
    sums.precisionAt1 += hits(1);
    sums.precisionAtK += hits(k) / k;
    const precisions = isSame.flatMap((yes, i) => (yes ? [hits(i + 1) / (i + 1)] : []));
    sums.meanAveragePrecision += precisions.reduce((a, b) => a + b) / precisions.length;
    const votes = same.slice(0, k);
    const count = (label: number | undefined): number => votes.filter((l) => l === label).length;
    const winner = votes.reduce((best, label) => (count(label) > count(best) ? label : best));
    sums.labelAccuracy += Number(winner === labels[query]);
  }
  for (const key of Object.keys(sums) as (keyof Retrieval)[]) sums[key] /= queries.length;
  return sums;
}

describe('beside brute force', () => {
  const random = seededRandom(5);
  const labels = Array.from({ length: 700 }, () => Math.floor(random() * 9));
  // Few different vectors, so that many similarities are equal and ties matter.
  const degrees = labels.map((label) => 20 * label + 5 * Math.floor(random() * 20));
  const set = { rows: circle(degrees), dimensions: 2, labels };

  it.each([
    ['leave-one-out', leaveOneOut(labels)],
    ['a fifth held out', heldOut(labels, 1)],
  ])('is the same, ties and all: %s', async (_name, split) => {
    const measured = await measureRetrieval(set, split, 5, quiet);
    const expected = bruteForce(set, split, 5);
    for (const key of Object.keys(expected) as (keyof Retrieval)[])
      expect(measured[key]).toBeCloseTo(expected[key], 12);
    expect(measured.precisionAtK).toBeLessThan(0.9);
  });

  it('tells how far it is, and ends when a pause says so', async () => {
    const told: number[] = [];
    const split = heldOut(labels, 1);
    const onProgress = (done: number, total: number): void => {
      expect(total).toBe(split.queries.length);
      told.push(done);
    };
    await measureRetrieval(set, split, 5, { ...quiet, onProgress });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(split.queries.length);
    const pause = (): Promise<void> => Promise.reject(new Error('enough'));
    await expect(measureRetrieval(set, split, 5, { ...quiet, pause })).rejects.toThrow('enough');
  });
});

/** What NumPy computed; only where the shared material lies beside the project. */
const reference = new URL('../../../../shared/reference/vectors/', import.meta.url);

interface Reference {
  dims: number;
  labels: string[];
  retrieval: { precisionAt1: number; precisionAt5: number; meanAveragePrecision: number };
}

it('is what NumPy says of real photos', async ({ skip }) => {
  skip(!existsSync(reference), 'the reference vectors are not beside the project');
  const known = JSON.parse(readFileSync(new URL('objects.json', reference), 'utf8')) as Reference;
  const bytes = readFileSync(new URL('objects.f32', reference));
  const rows = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const names = [...new Set(known.labels)];
  const labels = known.labels.map((label) => names.indexOf(label));
  const set = { rows, dimensions: known.dims, labels };
  const measured = await measureRetrieval(set, leaveOneOut(labels), 5, quiet);
  expect(measured.precisionAt1).toBeCloseTo(known.retrieval.precisionAt1, 9);
  expect(measured.precisionAtK).toBeCloseTo(known.retrieval.precisionAt5, 9);
  expect(measured.meanAveragePrecision).toBeCloseTo(known.retrieval.meanAveragePrecision, 9);
});

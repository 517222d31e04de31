import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  adjustedRandIndex,
  areaUnderCurve,
  bestThreshold,
  measureDecisions,
  type Scored,
} from '../../bench/measures.ts';

describe('adjustedRandIndex', () => {
  it('is 1 for the same grouping under other names', () => {
    expect(adjustedRandIndex(['a', 'a', 'b', 'c'], [7, 7, -1, 3])).toBe(1);
  });

  it('agrees with the example of scikit-learn’s manual', () => {
    expect(adjustedRandIndex([0, 0, 1, 2], [0, 0, 1, 1])).toBeCloseTo(0.5714285714285714, 12);
    expect(adjustedRandIndex([0, 0, 0, 0], [0, 1, 2, 3])).toBe(0);
    expect(adjustedRandIndex([0, 0, 1, 1], [0, 1, 0, 1])).toBeCloseTo(-0.5, 12);
  });
});

const scored = (positives: number[], negatives: number[]): Scored[] => [
  ...positives.map((score) => ({ score, isPositive: true })),
  ...negatives.map((score) => ({ score, isPositive: false })),
];

describe('areaUnderCurve', () => {
  it('is the share of pairs in the right order, ties half', () => {
    expect(areaUnderCurve(scored([3, 4], [1, 2]))).toBe(1);
    expect(areaUnderCurve(scored([1, 2], [3, 4]))).toBe(0);
    expect(areaUnderCurve(scored([1, 3], [2, 0]))).toBe(0.75);
    expect(areaUnderCurve(scored([1, 1], [1, 1]))).toBe(0.5);
  });
});

describe('decisions', () => {
  it('are counted among positives and negatives apart', () => {
    const decided = [
      { isPositive: true, calledPositive: true },
      { isPositive: true, calledPositive: true },
      { isPositive: true, calledPositive: false },
      { isPositive: false, calledPositive: false },
      { isPositive: false, calledPositive: true },
    ];
    expect(measureDecisions(decided)).toEqual({ sensitivity: 2 / 3, specificity: 1 / 2 });
  });

  it('are those of the best threshold, however many more there are of one side', () => {
    expect(bestThreshold(scored([3, 4], [1, 2]))).toEqual({
      threshold: 3,
      sensitivity: 1,
      specificity: 1,
    });
    const uneven = scored([1, 3, 3, 3, 3, 3, 3, 3], [2, 2, 0]);
    expect(bestThreshold(uneven)).toEqual({ threshold: 3, sensitivity: 7 / 8, specificity: 1 });
  });
});

/** What scikit-learn computed; only where the shared material lies beside the project. */
const reference = new URL('../../../shared/reference/vectors/', import.meta.url);

interface Reference {
  labels: string[];
  dbscan: { ari: number; labels: number[] }[];
}

describe('beside the reference', () => {
  it('the adjusted Rand index is what scikit-learn says', ({ skip }) => {
    skip(!existsSync(reference), 'the reference vectors are not beside the project');
    const known = JSON.parse(readFileSync(new URL('objects.json', reference), 'utf8')) as Reference;
    expect(known.dbscan).toHaveLength(12);
    for (const { ari, labels } of known.dbscan)
      expect(adjustedRandIndex(known.labels, labels)).toBeCloseTo(ari, 9);
  });
});

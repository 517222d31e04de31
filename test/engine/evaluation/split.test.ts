import { describe, expect, test } from 'vitest';
import { heldOut, leaveOneOut } from '../../../engine/evaluation/split.ts';

/** Labels of photos: 40 of label 0, 10 of label 1, 2 of label 2 and one of label 3, mixed. */
const labels = Array.from({ length: 53 }, (_, i) =>
  i === 17 ? 3 : i === 5 || i === 30 ? 2 : i % 5 === 4 && i < 50 ? 1 : 0,
);
const countOf = (label: number, among: Iterable<number>): number =>
  [...among].filter((index) => labels[index] === label).length;

describe('a fifth held out', () => {
  test('takes a fifth of each label, at least one, and leaves at least one to be found', () => {
    const { queries, searched } = heldOut(labels, 1);
    expect([0, 1, 2, 3].map((label) => countOf(label, queries))).toEqual([8, 2, 1, 0]);
    expect([0, 1, 2, 3].map((label) => countOf(label, searched))).toEqual([32, 8, 1, 1]);
  });

  test('has every photo on exactly one side, in rising order', () => {
    const { queries, searched } = heldOut(labels, 7);
    expect([...queries, ...searched].sort((a, b) => a - b)).toEqual([...labels.keys()]);
    for (const side of [queries, searched])
      expect([...side]).toEqual([...side].toSorted((a, b) => a - b));
  });

  test('is the same for the same seed, and another one for another', () => {
    expect(heldOut(labels, 3)).toEqual(heldOut(labels, 3));
    const drawn = new Set(
      Array.from({ length: 20 }, (_, seed) => heldOut(labels, seed).queries.join()),
    );
    expect(drawn.size).toBe(20);
  });

  test('draws every photo of a label about equally often', () => {
    const times = new Map<number, number>();
    for (let seed = 0; seed < 2000; seed++)
      for (const index of heldOut(labels, seed).queries)
        if (labels[index] === 1) times.set(index, (times.get(index) ?? 0) + 1);
    expect(times.size).toBe(10);
    // 400 are expected of each; 60 are more than three standard deviations (√(2000·0.2·0.8) = 17.9).
    for (const count of times.values()) expect(Math.abs(count - 400)).toBeLessThan(60);
  });
});

test('leave-one-out asks with every photo that has another of its label, among all', () => {
  const { queries, searched } = leaveOneOut(labels);
  expect([...queries]).toEqual([...labels.keys()].filter((index) => index !== 17));
  expect([...searched]).toEqual([...labels.keys()]);
});

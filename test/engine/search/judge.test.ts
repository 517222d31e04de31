import { expect, test } from 'vitest';
import { isSimilar, score } from '../../../engine/search/judge.ts';

/** Thirty neighbours, the first `near` of them with one similarity and the rest with another. */
function neighbours(near: number, nearSimilarity: number, background: number) {
  return Array.from({ length: 30 }, (_, i) => ({
    id: i + 1,
    similarity: i < near ? nearSimilarity : background,
  }));
}

test('the score is the similarity plus what it stands out from the 11th to 30th neighbour', () => {
  expect(score(0.5, neighbours(5, 0.5, 0.2))).toBeCloseTo(0.8, 12);
});

test('the same similarity counts where it stands out, and not where everything has it', () => {
  expect(isSimilar(0.5, neighbours(5, 0.5, 0.2))).toBe(true);
  expect(isSimilar(0.5, neighbours(30, 0.5, 0.5))).toBe(false);
});

test('a near-copy is similar although the whole library is', () => {
  expect(isSimilar(0.95, neighbours(30, 0.95, 0.95))).toBe(true);
});

test('with too few photos for a background, similarity alone decides', () => {
  const few = neighbours(5, 0.5, 0.2).slice(0, 12);
  expect(score(0.5, few)).toBeNull();
  expect(isSimilar(0.5, few)).toBe(true);
  expect(isSimilar(0.2, few)).toBe(false);
});

import { expect, test } from 'vitest';
import {
  averagePrecision,
  mean,
  precisionAt,
  votedLabel,
} from '../../../engine/evaluation/measures.ts';

test('precision at k counts k results, however few are relevant at all', () => {
  expect(precisionAt([true, false, true, true], 1)).toBe(1);
  expect(precisionAt([true, false, true, true], 3)).toBeCloseTo(2 / 3, 12);
  expect(precisionAt([true, false], 5)).toBeCloseTo(1 / 5, 12);
});

test('average precision is that of the example worked by hand', () => {
  // Relevant at ranks 1, 3 and 6: precisions 1/1, 2/3 and 3/6.
  expect(averagePrecision([1, 3, 6])).toBeCloseTo((1 + 2 / 3 + 1 / 2) / 3, 12);
  expect(averagePrecision([1, 2, 3])).toBe(1);
  expect(averagePrecision([])).toBeNaN();
});

test('the commonest label wins, and the nearest of equally common ones', () => {
  expect(votedLabel(['a', 'b', 'b'])).toBe('b');
  expect(votedLabel(['c', 'a', 'b', 'b', 'a'])).toBe('a');
  expect(votedLabel(['c'])).toBe('c');
});

test('the mean of nothing is no number', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([])).toBeNaN();
});

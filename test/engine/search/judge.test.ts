import { expect, test } from 'vitest';
import { similarFrom } from '../../../engine/methods/imagenet.ts';
import { isSimilar, Judge, score } from '../../../engine/search/judge.ts';
import { nearest } from '../../../engine/search/nearest.ts';
import { groupedRows, plainDot, seededRandom, vectorsOf } from '../../support/vectors.ts';

test('the score is the similarity plus what it stands out from the background', () => {
  expect(score(0.5, 0.2)).toBeCloseTo(0.8, 12);
});

test('the same similarity counts for a photo with a low background, and not for one that is like everything', () => {
  expect(isSimilar(0.5, 0.2, similarFrom)).toBe(true);
  expect(isSimilar(0.5, 0.5, similarFrom)).toBe(false);
});

test('a near-copy is similar although the whole library is', () => {
  expect(isSimilar(0.95, 0.95, similarFrom)).toBe(true);
});

test('the background is the mean similarity of the 11th to 30th neighbour, the photo itself left out', () => {
  const size = 80;
  const rows = groupedRows(size, 6, seededRandom(4), { copies: 0 });
  const judge = new Judge(vectorsOf(rows, 6), similarFrom);
  const plain = (id: number): number => {
    const others = Array.from({ length: size }, (_, row) => row)
      .filter((row) => row !== id - 1)
      .map((row) => plainDot(rows, id - 1, row, 6))
      .sort((a, b) => b - a);
    return others.slice(10, 30).reduce((sum, s) => sum + s, 0) / 20;
  };
  // Asked twice, because the second answer comes from memory.
  for (const ids of [
    [3, 17],
    [17, 80, 3],
  ]) {
    const backgrounds = judge.backgrounds(ids);
    for (const [place, id] of ids.entries()) expect(backgrounds[place]).toBeCloseTo(plain(id), 12);
  }
});

test('after the library changed, backgrounds are found anew', () => {
  const vectors = vectorsOf(groupedRows(80, 6, seededRandom(4), { copies: 0 }), 6);
  const judge = new Judge(vectors, similarFrom);
  const [before] = judge.backgrounds([1]);
  const gone = nearest(vectors, [{ vector: vectors.row(0), except: new Set([1]) }], 20)[0] ?? [];
  vectors.remove(gone.map(({ id }) => id));
  judge.forget();
  const [after] = judge.backgrounds([1]);
  expect(after).toBeLessThan(before ?? 0);
});

test('with too few photos for a background, similarity alone decides', () => {
  const judge = new Judge(vectorsOf(groupedRows(30, 6, seededRandom(4)), 6), similarFrom);
  expect(judge.backgrounds([1])).toEqual([null]);
  expect(
    judge.judge([
      { id: 1, similarity: 0.5 },
      { id: 2, similarity: 0.2 },
    ]),
  ).toEqual([true, false]);
});

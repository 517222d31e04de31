/** What follows from marks, held against what can be worked out by trying everything. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  contradictions,
  groupsApart,
  groupsOf,
  heldOutPhotos,
  isHeldOut,
  type Mark,
} from '../../../engine/evaluation/marks.ts';

const photo = fc.nat({ max: 8 });
const someMarks = fc
  .uniqueArray(fc.tuple(photo, photo, fc.boolean()), {
    selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`,
    maxLength: 20,
  })
  .map((all): Mark<number>[] =>
    all.filter(([a, b]) => a !== b).map(([first, second, alike]) => ({ first, second, alike })),
  );

/** How many steps it takes from photo to photo over marks "alike" (Floyd and Warshall). */
function stepsBetween(marks: readonly Mark<number>[]): (a: number, b: number) => number {
  const steps = Array.from({ length: 9 }, (_, i) =>
    Array.from({ length: 9 }, (_unused, j) => (i === j ? 0 : Infinity)),
  );
  const of = (i: number, j: number): number => steps[i]?.[j] ?? Infinity;
  const set = (i: number, j: number, value: number): void => {
    const row = steps[i];
    if (row) row[j] = value;
  };
  for (const { first, second, alike } of marks)
    if (alike)
      for (const [i, j] of [
        [first, second],
        [second, first],
      ] as const)
        set(i, j, 1);
  for (let by = 0; by < 9; by++)
    for (let i = 0; i < 9; i++)
      for (let j = 0; j < 9; j++) set(i, j, Math.min(of(i, j), of(i, by) + of(by, j)));
  return of;
}

it('photos share a group exactly if marks lead from one to the other', () => {
  fc.assert(
    fc.property(someMarks, (marks) => {
      const groups = groupsOf(marks);
      const steps = stepsBetween(marks);
      const photos = new Set(marks.flatMap(({ first, second }) => [first, second]));
      expect(new Set(groups.keys())).toEqual(photos);
      for (const a of photos)
        for (const b of photos)
          expect(groups.get(a) === groups.get(b)).toBe(steps(a, b) < Infinity);
    }),
  );
});

it('groups are apart by any mark between them, each two once', () => {
  fc.assert(
    fc.property(someMarks, (marks) => {
      const groups = groupsOf(marks);
      const apart = groupsApart(marks, groups).map((pair) => [...pair].sort().join(' '));
      const expected = marks
        .filter(({ first, second, alike }) => !alike && groups.get(first) !== groups.get(second))
        .map(({ first, second }) => [groups.get(first), groups.get(second)].sort().join(' '));
      expect(apart.toSorted()).toEqual([...new Set(expected)].toSorted());
    }),
  );
});

it('every contradiction is found, with a shortest way of marks that says otherwise', () => {
  fc.assert(
    fc.property(someMarks, (marks) => {
      const steps = stepsBetween(marks);
      const found = contradictions<number, Mark<number>>(marks);
      expect(found.map(({ mark }) => mark)).toEqual(
        marks.filter(({ first, second, alike }) => !alike && steps(first, second) < Infinity),
      );
      for (const { mark, way } of found) {
        expect([way[0], way.at(-1)]).toEqual([mark.first, mark.second]);
        expect(way.length - 1).toBe(steps(mark.first, mark.second));
        for (const [place, one] of way.slice(1).entries())
          expect(steps(way[place] ?? NaN, one)).toBe(1);
      }
    }),
  );
});

it('about a fifth of photos is held out, the same ones whatever else there is, others by another seed', () => {
  const photos = Array.from({ length: 2000 }, (_, i) => `photo ${i}`);
  const held = photos.filter((one) => isHeldOut(one, 1));
  expect(held.length / photos.length).toBeCloseTo(heldOutPhotos, 1);
  expect(photos.filter((one) => isHeldOut(one, 1))).toEqual(held);
  expect(photos.filter((one) => isHeldOut(one, 2))).not.toEqual(held);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignNames } from '../../../engine/requests/cluster-names.ts';
import type { ClusterName } from '../../../engine/store/reader.ts';

type Groups = { photoIds: Uint32Array }[];

function groups(...ids: number[][]): Groups {
  return ids.map((photoIds) => ({ photoIds: Uint32Array.from(photoIds) }));
}

function named(id: number, photoIds: number[], newestPhotoId = 1000): ClusterName {
  return { id, name: `name ${id}`, photoIds: Uint32Array.from(photoIds), newestPhotoId };
}

function assigned(
  names: ClusterName[],
  clusters: Groups,
  noise: number[] = [],
): [number, string][] {
  return [...assignNames(names, clusters, Uint32Array.from(noise))].map(([number, { name }]) => [
    number,
    name,
  ]);
}

/** Photos 1 to `count` split at random into clusters and noise. */
function splits(count: number): fc.Arbitrary<{ clusters: Groups; noise: Uint32Array }> {
  return fc
    .array(fc.integer({ min: 0, max: 6 }), { minLength: count, maxLength: count })
    .map((of) => {
      const byGroup = Map.groupBy(of.keys(), (index) => of[index] ?? 0);
      const idsOf = (group: number): number[] =>
        (byGroup.get(group) ?? []).map((index) => index + 1);
      const numbers = [1, 2, 3, 4, 5, 6].filter((group) => byGroup.has(group));
      return { clusters: groups(...numbers.map(idsOf)), noise: Uint32Array.from(idsOf(0)) };
    });
}

describe('whatever the names and clusters', () => {
  const names = fc
    .array(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), { maxLength: 8 })
    .map((all) => all.map((ids, index) => named(index + 1, ids)));

  test('a name is given once, to a cluster that shares photos with it', () => {
    fc.assert(
      fc.property(names, splits(40), (given, { clusters, noise }) => {
        const result = [...assignNames(given, clusters, noise)];
        expect(new Set(result.map(([, { id }]) => id)).size).toBe(result.length);
        for (const [number, { photoIds }] of result) {
          const members = new Set(clusters[number - 1]?.photoIds);
          expect(photoIds.some((id) => members.has(id))).toBe(true);
        }
      }),
    );
  });

  test('the order of the names does not matter', () => {
    fc.assert(
      fc.property(names, splits(40), (given, { clusters, noise }) => {
        const ordered = (map: Map<number, ClusterName>): unknown =>
          [...map].sort(([a], [b]) => a - b);
        expect(ordered(assignNames(given.toReversed(), clusters, noise))).toEqual(
          ordered(assignNames(given, clusters, noise)),
        );
      }),
    );
  });

  test('every cluster that was named has its name as long as it is the same', () => {
    fc.assert(
      fc.property(splits(40), splits(40), ({ clusters, noise }, other) => {
        const given = clusters.map(({ photoIds }, index) => named(index + 1, [...photoIds]));
        // What other clusters there were between does not matter: nothing is remembered of them.
        assignNames(given, other.clusters, other.noise);
        const again = assignNames(given, clusters, noise);
        expect([...again].map(([number, { id }]) => [number, id]).sort()).toEqual(
          given.map(({ id }) => [id, id]).sort(),
        );
      }),
    );
  });

  test('photos that are deleted or new change nothing', () => {
    fc.assert(
      fc.property(splits(40), fc.integer({ min: 0, max: 39 }), ({ clusters, noise }, gone) => {
        const given = clusters.map(({ photoIds }, index) => named(index + 1, [...photoIds], 40));
        const isLeft = (id: number): boolean => id > gone;
        const grown = clusters.map(({ photoIds }, index) => ({
          photoIds: Uint32Array.from([
            ...photoIds.filter(isLeft),
            ...Array.from({ length: 50 }, (_, i) => 1000 + index * 50 + i),
          ]),
        }));
        const result = assignNames(given, grown, noise.filter(isLeft));
        for (const [index, { photoIds }] of clusters.entries())
          expect(result.get(index + 1)?.id).toBe(photoIds.some(isLeft) ? index + 1 : undefined);
      }),
    );
  });
});

test('a name stays away from a cluster that shares little with its photos', () => {
  expect(assigned([named(1, [1, 2, 3])], groups([1, 10, 11, 12, 13, 14]), [2, 3])).toEqual([]);
});

test('when a cluster falls apart its name goes to the larger part', () => {
  expect(assigned([named(1, [1, 2, 3, 4, 5])], groups([4, 5], [1, 2, 3]))).toEqual([[2, 'name 1']]);
});

test('when two named clusters become one it has the name that fits better', () => {
  const names = [named(1, [1, 2]), named(2, [3, 4, 5, 6])];
  expect(assigned(names, groups([1, 2, 3, 4, 5, 6]))).toEqual([[1, 'name 2']]);
});

test('of two names that fit equally well the newer one is taken', () => {
  expect(assigned([named(1, [1, 2]), named(2, [1, 2])], groups([1, 2]))).toEqual([[1, 'name 2']]);
});

import { describe, expect, it } from 'vitest';
import type { LabelledSet } from '../../bench/measures.ts';
import { subsetsOf } from '../../bench/subsets.ts';

/** `kinds` kinds of 15 photos; the only number of a photo is its row. */
function setOf(kinds: number): LabelledSet {
  const count = kinds * 15;
  return {
    kinds: Array.from({ length: count }, (_, row) => `kind ${row % kinds}`),
    rows: Float32Array.from({ length: count }, (_, row) => row),
    dimensions: 1,
    metric: 'cosine',
  };
}

describe('subsetsOf', () => {
  it('draws five sets of the promised kinds and numbers', () => {
    const set = setOf(33);
    const subsets = subsetsOf(set, 1);
    expect(subsets.map(({ name }) => name)).toEqual([
      '5 kinds × all',
      '10 kinds × all',
      '20 kinds × all',
      '33 kinds × 8',
      '20 kinds × 3–15',
    ]);
    const sizes = subsets.map(({ kinds }) => kinds.length);
    expect(sizes.slice(0, 4)).toEqual([75, 150, 300, 264]);
    const perKind = Object.values(Object.groupBy(subsets[4]?.kinds ?? [], (kind) => kind));
    expect(perKind).toHaveLength(20);
    for (const photos of perKind) {
      expect(photos?.length).toBeGreaterThanOrEqual(3);
      expect(photos?.length).toBeLessThanOrEqual(15);
    }
  });

  it('takes each photo once, with its own row and kind', () => {
    const set = setOf(12);
    for (const { kinds, rows } of subsetsOf(set, 3)) {
      expect(new Set(rows).size).toBe(kinds.length);
      expect(Array.from(rows, (row) => set.kinds[row])).toEqual(kinds);
    }
  });

  it('is the same for the same seed and another for another', () => {
    const set = setOf(20);
    expect(subsetsOf(set, 1)).toEqual(subsetsOf(set, 1));
    expect(subsetsOf(set, 1)[1]?.rows).not.toEqual(subsetsOf(set, 2)[1]?.rows);
  });

  it('has none of a set with few kinds', () => {
    expect(subsetsOf(setOf(4), 1)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { normaliseRows } from '../../../engine/tensorflow/network.ts';

describe('normalising', () => {
  it('gives every row the length 1 and keeps its direction', () => {
    const rows = normaliseRows(Float32Array.of(3, 4, 0, -2), 2);
    expect(Array.from(rows)).toEqual([Math.fround(0.6), Math.fround(0.8), 0, -1]);
  });

  it.each([
    ['is zero', [0, 0]],
    ['holds NaN', [1, NaN]],
    ['holds infinity', [Infinity, 1]],
  ])('refuses a row that %s, and says which', (_, row) => {
    expect(() => normaliseRows(Float32Array.of(1, 0, ...row), 2)).toThrow(
      expect.objectContaining({
        code: 'photo-no-vector',
        message: expect.stringContaining('photo 2') as string,
      }),
    );
  });
});

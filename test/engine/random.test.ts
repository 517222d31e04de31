import { describe, expect, it } from 'vitest';
import { Random } from '../../engine/random.ts';

describe('Random', () => {
  it('gives the same stream for the same seed, and another for another', () => {
    const stream = (...seed: (string | number)[]) => {
      const random = new Random(...seed);
      return random.times(20, () => random.next());
    };
    expect(stream(1, 'clock', 3)).toEqual(stream(1, 'clock', 3));
    expect(stream(1, 'clock', 3)).not.toEqual(stream(1, 'clock', 4));
    expect(stream(1, 'clock', 3)).not.toEqual(stream(2, 'clock', 3));
  });

  it('spreads evenly over 0…1', () => {
    const random = new Random('even');
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const tenth = Math.floor(random.next() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // 1,000 are expected in each; six standard deviations are 180.
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(180);
  });

  it('reaches every whole number of a range, both ends included, and every item of a list', () => {
    const random = new Random('ends');
    expect(new Set(random.times(200, () => random.integer(3, 6)))).toEqual(new Set([3, 4, 5, 6]));
    expect(new Set(random.times(200, () => random.pick(['a', 'b'])))).toEqual(new Set(['a', 'b']));
  });
});

/** Numbers of the normal distribution, by the polar method of Marsaglia and Bray (1964). */
import type { Random } from '../../engine/random.ts';

export class Normal {
  readonly #random: Random;
  #spare: number | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next number, of mean 0 and deviation 1. */
  next(): number {
    const spare = this.#spare;
    if (spare !== undefined) {
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = this.#random.between(-1, 1);
      const y = this.#random.between(-1, 1);
      const squared = x * x + y * y;
      if (squared >= 1 || squared === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(squared)) / squared);
      this.#spare = y * scale;
      return x * scale;
    }
  }
}

/**
 * Chance that can be repeated: sample photos, clusters and evaluations come out the same from the same
 * seed, so nothing here uses Math.random.
 */

/** A stream of pseudo-random numbers; the same seed gives the same stream on every machine. */
export class Random {
  #state: number;

  /** `seed`: any words and numbers; a stream belongs to exactly their sequence. */
  constructor(...seed: (string | number)[]) {
    this.#state = hash(seed.join('/'));
  }

  /** The next number, 0 ≤ x < 1. Mulberry32 by Tommy Ettinger (2017, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A number, low ≤ x < high. */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number, low ≤ x ≤ high. */
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  /** True with the given probability, 0…1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list that has at least one item. */
  pick<L extends readonly [unknown, ...unknown[]]>(list: L): L[number] {
    return list[this.integer(0, list.length - 1)] ?? list[0];
  }

  /** A copy in an order of chance (Fisher and Yates). */
  shuffled<T>(items: Iterable<T>): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const place = this.integer(0, last);
      [shuffled[last], shuffled[place]] = [shuffled[place] as T, shuffled[last] as T];
    }
    return shuffled;
  }

  /** `count` results of `make`, which is told the index of each. */
  times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}

/** FNV-1a (Fowler, Noll, Vo), 32 bits: turns the words of a seed into a number. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    sum ^= text.charCodeAt(i);
    sum = Math.imul(sum, 0x01000193);
  }
  return sum >>> 0;
}

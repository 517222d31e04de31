/**
 * Keeps the k best of a stream of similarities: a binary heap with the worst kept one at the root.
 * Higher similarity is better; of equal ones the smaller photo id, so results never flicker.
 */
export interface Neighbour {
  id: number;
  /** 1 − distance; see metric.ts. */
  similarity: number;
}

export class Top {
  readonly #k: number;
  readonly #ids: number[] = [];
  readonly #similarities: number[] = [];

  /** @param k how many to keep, at least 1 */
  constructor(k: number) {
    this.#k = k;
  }

  /** The similarity that a newcomer must reach to have a chance; −∞ while there is room. */
  get threshold(): number {
    return this.#ids.length < this.#k ? -Infinity : (this.#similarities[0] ?? -Infinity);
  }

  add(id: number, similarity: number): void {
    const size = this.#ids.length;
    if (size < this.#k) {
      this.#ids.push(id);
      this.#similarities.push(similarity);
      this.#up(size);
    } else if (this.#isWorse(0, id, similarity)) {
      this.#ids[0] = id;
      this.#similarities[0] = similarity;
      this.#down();
    }
  }

  /** What was kept, best first. */
  sorted(): Neighbour[] {
    return this.#ids
      .map((id, i) => ({ id, similarity: this.#similarities[i] ?? NaN }))
      .sort((a, b) => b.similarity - a.similarity || a.id - b.id);
  }

  /** Whether what is kept at `index` is worse than the given one. */
  #isWorse(index: number, id: number, similarity: number): boolean {
    const kept = this.#similarities[index] ?? NaN;
    return kept < similarity || (kept === similarity && (this.#ids[index] ?? 0) > id);
  }

  #worseThan(a: number, b: number): boolean {
    return this.#isWorse(a, this.#ids[b] ?? 0, this.#similarities[b] ?? NaN);
  }

  #up(start: number): void {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#worseThan(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #down(): void {
    let parent = 0;
    for (;;) {
      let worst = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < this.#ids.length && this.#worseThan(child, worst)) worst = child;
      if (worst === parent) return;
      this.#swap(parent, worst);
      parent = worst;
    }
  }

  #swap(a: number, b: number): void {
    const id = this.#ids[a] ?? 0;
    const similarity = this.#similarities[a] ?? NaN;
    this.#ids[a] = this.#ids[b] ?? 0;
    this.#similarities[a] = this.#similarities[b] ?? NaN;
    this.#ids[b] = id;
    this.#similarities[b] = similarity;
  }
}

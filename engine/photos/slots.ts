/**
 * A fair counting semaphore: work takes one slot or several, in the order of asking. Taking all of
 * them means working alone.
 */
export class Slots {
  readonly #count: number;
  #free: number;
  readonly #waiting: { count: number; start: () => void }[] = [];

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /**
   * Waits until `count` slots are free; the returned function gives them back.
   * @throws RangeError for more slots than there are, which would never be free
   */
  take(count = 1): Promise<() => void> {
    if (count > this.#count)
      return Promise.reject(new RangeError(`${count} slots of ${this.#count} cannot be taken`));
    return new Promise((resolve) => {
      this.#waiting.push({
        count,
        start: () => {
          let held = true;
          resolve(() => {
            if (!held) return;
            held = false;
            this.#free += count;
            this.#next();
          });
        },
      });
      this.#next();
    });
  }

  #next(): void {
    for (
      let first = this.#waiting[0];
      first && first.count <= this.#free;
      first = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= first.count;
      first.start();
    }
  }
}

/**
 * A fair counting semaphore: work takes one slot or several, in the order of asking. Taking all of
 * them means working alone.
 */
export class Slots {
  #free: number;
  readonly #waiting: { count: number; start: () => void }[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits until `count` slots are free; the returned function gives them back. */
  take(count = 1): Promise<() => void> {
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

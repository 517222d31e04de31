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
   * @param signal ends the waiting
   * @throws RangeError for more slots than there are, which would never be free; the signal's reason
   */
  async take(count = 1, signal?: AbortSignal): Promise<() => void> {
    if (count > this.#count)
      throw new RangeError(`${count} slots of ${this.#count} cannot be taken`);
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal?.reason as Error);
        this.#next();
      };
      const waiter = {
        count,
        start: () => {
          signal?.removeEventListener('abort', giveUp);
          let held = true;
          resolve(() => {
            if (!held) return;
            held = false;
            this.#free += count;
            this.#next();
          });
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiter);
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

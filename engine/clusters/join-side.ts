/**
 * One of two tiles that are joined: those of its rows that may be an end of an edge that is looked for.
 *
 * Of two rows i and j, the bottleneck is at most the larger one of those of i and k and of k and j,
 * whatever k is: a *pivot* that both tiles have in common. So what is asked of a pair can be asked of
 * its rows.
 *
 * Where the forest has the edges to all listed neighbours of all rows already, a pair that is not listed
 * is at least as far apart as the last listed neighbours of both are. So it is of use only where both
 * are nearer than the pair's bottleneck, and most rows can be left out before anything is multiplied.
 */
import type { Block } from '../search/bounds.ts';
import type { Dendrogram } from './dendrogram.ts';
import { nearThreshold, tile, type PassMemory } from './pass-memory.ts';

export class JoinSide {
  readonly #memory: PassMemory;
  readonly #numbers = new Uint32Array(tile);
  readonly #bottlenecks = new Float64Array(tile);
  readonly #thresholds = new Float64Array(tile);
  /** The place of each row that is left. */
  readonly places = new Uint32Array(tile);
  #count = 0;

  constructor(memory: PassMemory) {
    this.#memory = memory;
  }

  /** Begins with the rows of a tile, as far as they are at the first `end` places. */
  read(index: number, end: number, dendrogram: Dendrogram, pivot: number): void {
    const { numbers } = this.#memory;
    const start = index * tile;
    this.#count = Math.min(tile, end - start);
    for (let i = 0; i < this.#count; i++) {
      const row = numbers[start + i] as number;
      this.places[i] = start + i;
      this.#numbers[i] = row;
      this.#bottlenecks[i] = row === pivot ? 0 : dendrogram.bottleneck(row, pivot);
    }
  }

  /** The largest bottleneck of its rows and the pivot; 0 where there are none. */
  get most(): number {
    let most = 0;
    for (let i = 0; i < this.#count; i++) most = Math.max(most, this.#bottlenecks[i] as number);
    return most;
  }

  /**
   * Leaves out rows whose listed neighbours say enough.
   * @param others `most` of the other side
   */
  leaveOut(others: number): void {
    const { nearDistances, kept } = this.#memory;
    let count = 0;
    for (let i = 0; i < this.#count; i++) {
      const row = this.#numbers[i] as number;
      const bottleneck = this.#bottlenecks[i] as number;
      const reach = nearDistances[(row + 1) * kept - 1] as number;
      if (reach >= bottleneck && reach >= others) continue;
      this.places[count] = this.places[i] as number;
      this.#numbers[count] = row;
      this.#bottlenecks[count++] = bottleneck;
    }
    this.#count = count;
  }

  /** What is left, with the similarities that pairs of each row must reach. */
  block(): Block {
    for (let i = 0; i < this.#count; i++)
      this.#thresholds[i] = nearThreshold(this.#memory, this.#bottlenecks[i] as number);
    return {
      ...{ numbers: this.#numbers, start: 0, count: this.#count },
      ...{ thresholds: this.#thresholds, thresholdStart: 0 },
    };
  }
}

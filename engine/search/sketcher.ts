/**
 * Sees to it that the rows have a sketch wherever that makes searches quicker, in the background, in
 * slices between which queries are answered. Until there is one, and for rows that it does not hold
 * yet, all is looked at. When the library has grown by half, the directions are found anew; the sketch
 * of the old ones is used until the new one holds as much.
 */
import type { Pause } from './pace.ts';
import { Pruner } from './pruner.ts';
import { principalBasis } from './rotation.ts';
import { directionsFor, secondBlockFor, Sketch } from './sketch.ts';
import type { Vectors } from './vectors.ts';

/** With fewer rows, looking at all is quick enough. */
const leastRows = 4000;
/** With fewer numbers, a sketch leaves too little out. */
const leastDimensions = 128;
/** By how much a library grows until its directions are found anew. */
const growth = 1.5;
/** Rows that are sketched between two pauses. */
const rowsAtOnce = 32;

export class Sketcher {
  readonly #vectors: Vectors;
  readonly #pause: Pause;
  #working: Promise<void> | undefined;
  /** Rows when directions were looked for last. */
  #foundAt = 0;

  /** @param pause called between slices; throwing there ends the work, and there is no more after it */
  constructor(vectors: Vectors, pause: Pause) {
    this.#vectors = vectors;
    this.#pause = pause;
  }

  /** To be called when the rows changed. Resolves when all there is to do is done. */
  refresh(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #work(): Promise<void> {
    const vectors = this.#vectors;
    const { metric, dimensions } = vectors;
    if (metric !== 'cosine' || dimensions < leastDimensions) return;
    if (vectors.size >= Math.max(leastRows, this.#foundAt * growth)) await this.#renew();
    if (vectors.pruner) await this.#catchUp(vectors.pruner);
  }

  /** Makes a new sketch, or none where it would not pay. */
  async #renew(): Promise<void> {
    const vectors = this.#vectors;
    this.#foundAt = vectors.size;
    const { rows, size, dimensions } = vectors;
    const basis = await principalBasis(rows, size, dimensions, directionsFor(size), this.#pause);
    const before = vectors.pruner;
    const pruner = new Pruner(vectors, new Sketch(basis, secondBlockFor(size)));
    vectors.followers.add(pruner);
    if (!before) vectors.pruner = pruner;
    await this.#catchUp(pruner);
    vectors.pruner = pruner;
    if (before) vectors.followers.delete(before);
  }

  async #catchUp(pruner: Pruner): Promise<void> {
    while (pruner.catchUp(rowsAtOnce)) await this.#pause();
  }
}

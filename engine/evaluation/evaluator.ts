/**
 * Measures one method inside the search process, where its vectors are. One run at a time goes on, in
 * slices, so that a query never waits for it.
 */
import { LookalikeError } from '../errors.ts';
import { pace } from '../search/pace.ts';
import type { RowPhotos } from '../search/row-photos.ts';
import type { Vectors } from '../search/vectors.ts';
import { measureRetrieval, type Retrieval } from './retrieval.ts';
import type { Split } from './split.ts';

/** What is to be measured: photo i has the id `ids[i]` and the label `labels[i]`. */
export interface EvaluationTask {
  ids: Uint32Array;
  labels: Uint32Array;
  split: Split;
  k: number;
}

export class Evaluator {
  readonly #vectors: Vectors;
  readonly #rowPhotos: RowPhotos;
  readonly #onProgress: (progress: { done: number; total: number }) => void;
  #abort = new AbortController();

  constructor(
    vectors: Vectors,
    rowPhotos: RowPhotos,
    onProgress: (progress: { done: number; total: number }) => void,
  ) {
    this.#vectors = vectors;
    this.#rowPhotos = rowPhotos;
    this.#onProgress = onProgress;
  }

  /**
   * Measures with the vectors as they stand now; a run that is going on is stopped.
   * @throws LookalikeError `cancelled`, or `photo-unknown` when one of the photos has no vector (any more)
   */
  async evaluate({ ids, labels, split, k }: EvaluationTask): Promise<Retrieval> {
    this.cancel();
    const { signal } = this.#abort;
    const { dimensions, metric } = this.#vectors;
    const set = { rows: this.#rowsOf(ids), dimensions, metric, labels };
    const paced = pace(signal, 'The evaluation was stopped.', this.#onProgress);
    return measureRetrieval(set, split, k, paced);
  }

  /** Ends a run that is going on; whoever waits for it is told `cancelled`. */
  cancel(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /**
   * A copy of the rows of these photos, as the library may change meanwhile. A photo with several
   * faces is measured by the largest.
   */
  #rowsOf(ids: Uint32Array): Float32Array {
    const { dimensions } = this.#vectors;
    const rows = new Float32Array(ids.length * dimensions);
    for (const [place, id] of ids.entries()) {
      const row = this.#vectors.rowOf(this.#rowPhotos.rowsOf(id)[0] ?? 0);
      if (row === -1)
        throw new LookalikeError(
          'photo-unknown',
          'A photo was moved or deleted just now. Please evaluate once more.',
        );
      rows.set(this.#vectors.row(row), place * dimensions);
    }
    return rows;
  }
}

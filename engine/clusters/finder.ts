/**
 * Finds clusters in the vectors of the search process: makes a hierarchy once, in slices so that
 * queries are answered meanwhile, and reads every ε off it until the library changes.
 */
import { setImmediate } from 'node:timers/promises';
import { LookalikeError } from '../errors.ts';
import type { Vectors } from '../search/vectors.ts';
import { chooseEpsilon, curveOf, type CurvePoint } from './choose.ts';
import { labelsAt } from './cut.ts';
import { describeClusters, type Cluster } from './describe.ts';
import { buildHierarchy, type Hierarchy } from './hierarchy.ts';

export interface FoundClusters {
  epsilon: number;
  minPhotos: number;
  chosen: 'automatic' | 'given';
  curve: CurvePoint[];
  clusters: Cluster[];
  noise: Uint32Array;
}

/** The vectors as they stood when a pass began, and what it found. */
interface Pass {
  ids: Uint32Array;
  rows: Float32Array;
  hierarchy: Hierarchy;
  curve: CurvePoint[];
}

/** A slice of work is about this long, so that a query waits no longer than that. */
const sliceMs = 12;
const progressEveryMs = 100;

export class ClusterFinder {
  readonly #vectors: Vectors;
  readonly #onProgress: (progress: { done: number; total: number }) => void;
  #pass: { minPhotos: number; result: Promise<Pass> } | undefined;
  #abort = new AbortController();

  constructor(vectors: Vectors, onProgress: (progress: { done: number; total: number }) => void) {
    this.#vectors = vectors;
    this.#onProgress = onProgress;
  }

  /**
   * The clusters at an ε that is given or chosen from the library.
   * @throws LookalikeError `cancelled`
   */
  async find(epsilon: number | 'automatic', minPhotos: number): Promise<FoundClusters> {
    const { ids, rows, hierarchy, curve } = await this.#passFor(minPhotos);
    const used = epsilon === 'automatic' ? chooseEpsilon(curve) : epsilon;
    return {
      epsilon: used,
      minPhotos,
      chosen: epsilon === 'automatic' ? 'automatic' : 'given',
      curve,
      ...describeClusters(labelsAt(hierarchy, used), ids, rows, this.#vectors.dimensions),
    };
  }

  /** The library changed: the next question makes a new pass. */
  invalidate(): void {
    this.#pass = undefined;
  }

  /** Ends a pass that is going on; whoever waits for it is told `cancelled`. */
  cancel(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  #passFor(minPhotos: number): Promise<Pass> {
    if (this.#pass?.minPhotos === minPhotos) return this.#pass.result;
    this.cancel();
    const pass = { minPhotos, result: this.#makePass(minPhotos, this.#abort.signal) };
    this.#pass = pass;
    // A pass that failed is not kept, or one cancelled run would be the answer for ever.
    pass.result.catch(() => {
      if (this.#pass === pass) this.#pass = undefined;
    });
    return pass.result;
  }

  async #makePass(minPhotos: number, signal: AbortSignal): Promise<Pass> {
    const ids = this.#vectors.ids.slice();
    const rows = this.#vectors.rows.slice();
    let sliceEnd = performance.now() + sliceMs;
    let toldAt = 0;
    const pause = async (): Promise<void> => {
      if (performance.now() < sliceEnd) return;
      await setImmediate();
      if (signal.aborted) throw new LookalikeError('cancelled', 'Finding clusters was stopped.');
      sliceEnd = performance.now() + sliceMs;
    };
    const hierarchy = await buildHierarchy(rows, ids.length, this.#vectors.dimensions, minPhotos, {
      pause,
      onProgress: (done, total) => {
        const now = performance.now();
        if (done < total && now - toldAt < progressEveryMs) return;
        toldAt = now;
        this.#onProgress({ done, total });
      },
    });
    return { ids, rows, hierarchy, curve: await curveOf(hierarchy, pause) };
  }
}

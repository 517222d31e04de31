/**
 * Finds clusters in the vectors of the search process, by DBSCAN or k-means, in slices so that
 * queries are answered meanwhile. What every setting needs is made once and kept until the library
 * changes: for DBSCAN a hierarchy that each ε is read off, for k-means the silhouettes of every k. The
 * hierarchy is kept even longer, in the database, and brought up to date from there.
 */
import { LookalikeError } from '../errors.ts';
import { pace } from '../search/pace.ts';
import type { Metric } from '../search/metric.ts';
import type { Vectors } from '../search/vectors.ts';
import { chooseK, silhouetteCurve, type SilhouettePoint } from './choose-k.ts';
import { chooseEpsilon, curveOf, type CurvePoint } from './choose.ts';
import { labelsAt, noise, unknown } from './cut.ts';
import { describeClusters, type Cluster, type Described } from './describe.ts';
import { listedFor } from './hierarchy.ts';
import { kMeans, starts, type Points } from './k-means.ts';
import { findPass, sameIds, type ClusterPass, type PassPace } from './passes.ts';

export type ClusterSettings =
  | { algorithm: 'dbscan'; epsilon: number | 'automatic'; minPhotos: number }
  | { algorithm: 'k-means'; k: number | 'automatic' };

interface Found {
  chosen: 'automatic' | 'given';
  clusters: Cluster[];
  noise: Uint32Array;
}

export interface FoundByDbscan extends Found {
  algorithm: 'dbscan';
  epsilon: number;
  minPhotos: number;
  curve: CurvePoint[];
}

export interface FoundByKMeans extends Found {
  algorithm: 'k-means';
  /** As it was asked for; there are fewer clusters where there are fewer different photos. */
  k: number;
  inertia: number;
  curve: SilhouettePoint[];
  /** float32 [clusters × dimensions], in the order of the clusters. */
  centres: Float32Array;
}

export type FoundClusters = FoundByDbscan | FoundByKMeans;

/** The vectors as they stood when a pass began. */
interface Snapshot extends Points {
  ids: Uint32Array;
  metric: Metric;
}

interface HierarchyPass extends ClusterPass {
  curve: CurvePoint[];
  /** Of the vectors when the pass was made. */
  version: number;
}

interface SilhouettePass extends Snapshot {
  curve: SilhouettePoint[];
}

/** What a finder needs to know of its surroundings. */
export interface FinderOptions {
  onProgress: (progress: { done: number; total: number }) => void;
  /**
   * The last pass with this minimum of photos, or any, that is kept anywhere, of whatever vectors there
   * were.
   */
  keptPass?: (minPhotos?: number) => ClusterPass | undefined;
  /** Takes a pass to be kept. */
  onPass?: (pass: ClusterPass) => void;
}

export class ClusterFinder {
  readonly #vectors: Vectors;
  readonly #options: FinderOptions;
  readonly #hierarchy = new KeptPass<HierarchyPass>();
  readonly #silhouettes = new KeptPass<SilhouettePass>();
  /** The last pass, to be brought up to date. */
  #lastPass: ClusterPass | undefined;
  /** A pass of the vectors as they were at a version, once it was asked for. */
  #present: { version: number; pass: ClusterPass | undefined } | undefined;
  /** Changes with the vectors. */
  #version = 0;
  /** The clusters of the vectors as they are now that were told last. */
  #described: Described = new Map();
  #abort = new AbortController();

  constructor(vectors: Vectors, options: FinderOptions) {
    this.#vectors = vectors;
    this.#options = options;
  }

  /**
   * The clusters with settings that are given or chosen from the library.
   * @throws LookalikeError `cancelled`
   */
  find(settings: ClusterSettings): Promise<FoundClusters> {
    return settings.algorithm === 'dbscan'
      ? this.#dbscan(settings.epsilon, settings.minPhotos)
      : this.#kMeans(settings.k);
  }

  /** The library changed: the next question needs a new pass, or the last one brought up to date. */
  invalidate(): void {
    this.#version += 1;
    this.#described = new Map();
    this.#hierarchy.drop();
    this.#silhouettes.drop();
  }

  /**
   * What a pass found of the vectors as they are now, if there is one: the nearest rows of each are in it.
   */
  get presentPass(): ClusterPass | undefined {
    if (this.#present?.version !== this.#version) {
      const { ids } = this.#vectors;
      const isPresent = (pass: ClusterPass | undefined): boolean =>
        pass !== undefined && isWhole(pass) && sameIds(pass.ids, ids);
      const last = this.#lastPass;
      const pass = isPresent(last) ? last : this.#options.keptPass?.();
      this.#present = { version: this.#version, pass: isPresent(pass) ? pass : undefined };
    }
    return this.#present.pass;
  }

  /** Ends what is going on; whoever waits for it is told `cancelled`. */
  cancel(): void {
    this.#abort.abort(new LookalikeError('cancelled', stopped));
    this.#abort = new AbortController();
  }

  async #dbscan(epsilon: number | 'automatic', minPhotos: number): Promise<FoundByDbscan> {
    // More than there are, and one more, are as good as any number: nothing is in a cluster then.
    const most = Math.min(minPhotos, this.#vectors.size + 1);
    const pass = await this.#hierarchy.get(most, () => this.#hierarchyPass(most));
    const used = epsilon === 'automatic' ? chooseEpsilon(pass.curve) : epsilon;
    return {
      algorithm: 'dbscan',
      epsilon: used,
      minPhotos,
      chosen: epsilon === 'automatic' ? 'automatic' : 'given',
      curve: pass.curve,
      ...this.#describe(labelsAt(pass.hierarchy, used), pass),
    };
  }

  /** Describes clusters with the vectors as they are now: photos that went meanwhile are left out. */
  #describe(
    labels: Int32Array,
    { ids, version }: HierarchyPass,
  ): Pick<Found, 'clusters' | 'noise'> {
    const { ids: idsNow, rows, dimensions, metric, size } = this.#vectors;
    let labelsNow = labels;
    if (version !== this.#version) {
      // Newcomers are in no cluster, and not told of as noise either.
      labelsNow = new Int32Array(size).fill(unknown);
      for (const [place, id] of ids.entries()) {
        const row = this.#vectors.rowOf(id);
        if (row !== -1) labelsNow[row] = labels[place] ?? noise;
      }
    }
    return describeClusters(labelsNow, idsNow, rows, dimensions, metric, this.#described);
  }

  async #kMeans(k: number | 'automatic'): Promise<FoundByKMeans> {
    const { curve, ...snapshot } = await this.#silhouettes.get(0, () => this.#silhouettePass());
    const { pause, onProgress } = this.#begin();
    const { ids, rows, dimensions, metric } = snapshot;
    const used = k === 'automatic' ? chooseK(curve) : k;
    let done = 0;
    const found = await kMeans(snapshot, used, used, pause, () => {
      onProgress(++done, starts);
    });
    const { clusters, noise } = describeClusters(found.labels, ids, rows, dimensions, metric);
    const centres = new Float32Array(found.centres.length);
    for (const [place, { photoIds }] of clusters.entries()) {
      const label = found.labels[ids.indexOf(photoIds[0] ?? 0)] ?? 0;
      const centre = found.centres.subarray(label * dimensions, (label + 1) * dimensions);
      centres.set(centre, place * dimensions);
    }
    return {
      algorithm: 'k-means',
      k: used,
      chosen: k === 'automatic' ? 'automatic' : 'given',
      inertia: found.inertia,
      curve,
      centres,
      clusters,
      noise,
    };
  }

  async #hierarchyPass(minPhotos: number): Promise<HierarchyPass> {
    const pace = this.#begin();
    const last = this.#lastPass;
    const kept =
      last?.hierarchy.minPhotos === minPhotos ? last : this.#options.keptPass?.(minPhotos);
    const known = kept && isWhole(kept) ? kept : undefined;
    const version = this.#version;
    const pass = await findPass(this.#vectors, minPhotos, known, pace);
    this.#lastPass = pass;
    this.#present = undefined;
    try {
      return { ...pass, version, curve: await curveOf(pass.hierarchy, pace.pause) };
    } finally {
      // Told last: a large pass is on its way to who keeps it for as long as there is work in slices,
      // a piece after each, and the answer to a query would come behind it.
      if (pass !== known) this.#options.onPass?.(pass);
    }
  }

  async #silhouettePass(): Promise<SilhouettePass> {
    const pace = this.#begin();
    const snapshot = this.#snapshot();
    return { ...snapshot, curve: await silhouetteCurve(snapshot, pace) };
  }

  #snapshot(): Snapshot {
    const { ids, rows, size, dimensions, metric } = this.#vectors;
    return { ids: ids.slice(), rows: rows.slice(), size, dimensions, metric };
  }

  /** Takes the place of work that is going on: what new work needs to be sliced, told and ended. */
  #begin(): PassPace {
    this.cancel();
    const { signal } = this.#abort;
    const { onProgress } = this.#options;
    return { ...pace(signal, stopped, onProgress), signal };
  }
}

/** Passes that were kept before lists were as long as they are now are of no use. */
function isWhole({ hierarchy: { size, minPhotos, neighbours } }: ClusterPass): boolean {
  return neighbours.rows.length === size * listedFor(minPhotos);
}

const stopped = 'Finding clusters was stopped.';

/** The last pass of a kind, by what it was made with. */
class KeptPass<Pass> {
  #kept: { key: number; result: Promise<Pass> } | undefined;

  get(key: number, make: () => Promise<Pass>): Promise<Pass> {
    if (this.#kept?.key === key) return this.#kept.result;
    const kept = { key, result: make() };
    this.#kept = kept;
    // A pass that failed is not kept, or one cancelled run would be the answer for ever.
    kept.result.catch(() => {
      if (this.#kept === kept) this.#kept = undefined;
    });
    return kept.result;
  }

  drop(): void {
    this.#kept = undefined;
  }
}

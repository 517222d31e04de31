/**
 * The present run of clusters: kept in the database and in memory, found anew when the library or the
 * settings change, with the names that people gave.
 */
import { type ClusterCard, type ClusterRun, type Clustering } from '../contract.ts';
import { isLookalikeError, LookalikeError, toErrorData } from '../errors.ts';
import { type ClusteringProgress } from '../search/process.ts';
import { type ClusterName, type ClusterRunRow } from '../store/reader.ts';
import { type Context } from './context.ts';

export const defaultMinPhotos = 3;
/** Photos on a card beside its cover. */
const bestOnCard = 4;
/** A name follows its photos to the cluster that shares at least this part of both (Jaccard index). */
const sharedForName = 0.3;

type Cluster = ClusterRunRow['clusters'][number];

interface Present {
  row: ClusterRunRow;
  /** Names by cluster number. */
  names: Map<number, ClusterName>;
  /** Cluster number by photo id. */
  numberOf: Map<number, number>;
}

export class ClusterRuns {
  readonly #context: Context;
  #present: Present | null | undefined;
  #clustering: Clustering = { state: 'idle', done: 0, total: 0, error: null };
  #asked = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  get clustering(): Clustering {
    return this.#clustering;
  }

  /** How many clusters the present run has, or null when there is none. */
  get count(): number | null {
    return this.#current()?.row.clusters.length ?? null;
  }

  /** The present run, or null. */
  run(): ClusterRun | null {
    const present = this.#current();
    return present && this.#describe(present);
  }

  /**
   * Finds clusters and makes them the present run. Of calls that overtake each other, the last one's
   * result stays.
   * @throws LookalikeError `library-empty` or `cancelled`
   */
  async find(epsilon: number | 'automatic', minPhotos: number): Promise<ClusterRun> {
    this.#context.requirePhotos();
    const asked = ++this.#asked;
    const { search, store, methodId, emit } = this.#context.parts;
    this.#tell({ state: 'running', done: 0, total: 0, error: null });
    try {
      const found = await search.ask('cluster', { epsilon, minPhotos });
      const present = this.#presentOf(found);
      if (asked === this.#asked) {
        this.#present = present;
        store.writer.setClusterRun(methodId, found);
        this.#tell({ state: 'idle', done: 0, total: 0, error: null });
        emit('clusters', {});
      }
      return this.#describe(present);
    } catch (error) {
      const cancelled = isLookalikeError(error, 'cancelled');
      if (asked === this.#asked)
        this.#tell({
          state: 'idle',
          done: 0,
          total: 0,
          error: cancelled ? null : toErrorData(error),
        });
      throw error;
    }
  }

  /** Finds the run again with the settings it had, or the usual ones, unless it still holds. */
  async refresh(): Promise<void> {
    if (this.#context.parts.store.reader.photoCount() === 0 || this.isCurrent()) return;
    const row = this.#current()?.row;
    await this.find(
      row?.chosen === 'given' ? row.epsilon : 'automatic',
      row?.minPhotos ?? defaultMinPhotos,
    );
  }

  /** Whether the present run is of the photos that are in the library now. */
  isCurrent(): boolean {
    const present = this.#current();
    if (!present) return false;
    const { clusters, noise } = present.row;
    const groups = [noise, ...clusters.map(({ photoIds }) => photoIds)];
    let count = 0;
    let lastId = 0;
    for (const ids of groups) {
      count += ids.length;
      for (const id of ids) if (id > lastId) lastId = id;
    }
    const { store, methodId } = this.#context.parts;
    const now = store.reader.vectorState(methodId);
    return now.count === count && now.lastId === lastId;
  }

  async cancel(): Promise<void> {
    if (this.#clustering.state === 'running')
      await this.#context.parts.search.ask('cancelClustering', undefined);
  }

  progress({ done, total }: ClusteringProgress): void {
    if (this.#clustering.state === 'running')
      this.#tell({ state: 'running', done, total, error: null });
  }

  /** The cluster a photo is in, for its details. */
  clusterOf(photoId: number): { id: number; name: string | null; size: number } | null {
    const present = this.#current();
    const number = present?.numberOf.get(photoId);
    if (!present || number === undefined) return null;
    const size = present.row.clusters[number - 1]?.photoIds.length ?? 0;
    return { id: number, name: present.names.get(number)?.name ?? null, size };
  }

  /** The clusters of the present run with their names, largest first; and photos in none. */
  members(): { clusters: (Cluster & { id: number; name: string | null })[]; noise: Uint32Array } {
    const present = this.#current();
    return {
      clusters: (present?.row.clusters ?? []).map((cluster, index) => ({
        ...cluster,
        id: index + 1,
        name: present?.names.get(index + 1)?.name ?? null,
      })),
      noise: present?.row.noise ?? new Uint32Array(0),
    };
  }

  /** @throws LookalikeError `cluster-unknown` */
  card(number: number): ClusterCard {
    const present = this.#current();
    const card = present && this.#card(present, number);
    if (!card) throw unknownCluster(number);
    return card;
  }

  /** Names a cluster; an empty name takes its name away. */
  rename(number: number, name: string): void {
    const present = this.#current();
    const cluster = present?.row.clusters[number - 1];
    if (!present || !cluster) throw unknownCluster(number);
    const before = present.names.get(number);
    this.#context.parts.store.writer.nameCluster(name, cluster.photoIds, before ? [before.id] : []);
    this.#present = this.#presentOf(present.row);
    this.#context.parts.emit('clusters', {});
  }

  #current(): Present | null {
    if (this.#present === undefined) {
      const { store, methodId } = this.#context.parts;
      const row = store.reader.clusterRun(methodId);
      this.#present = row ? this.#presentOf(row) : null;
    }
    return this.#present;
  }

  #presentOf(row: ClusterRunRow): Present {
    const numberOf = new Map<number, number>();
    for (const [index, { photoIds }] of row.clusters.entries())
      for (const id of photoIds) numberOf.set(id, index + 1);
    const names = assignNames(
      this.#context.parts.store.reader.clusterNames(),
      row.clusters,
      numberOf,
    );
    return { row, names, numberOf };
  }

  #describe(present: Present): ClusterRun {
    const { epsilon, minPhotos, chosen, curve, clusters, noise } = present.row;
    return {
      epsilon,
      minPhotos,
      chosen,
      curve,
      noise: noise.length,
      // A cluster whose photos are all deleted by now has no card, and goes with the next run.
      clusters: clusters.flatMap((_, index) => this.#card(present, index + 1) ?? []),
    };
  }

  #card(present: Present, number: number): ClusterCard | null {
    const cluster = present.row.clusters[number - 1];
    if (!cluster) return null;
    const { photoIds, similarities } = cluster;
    const [cover, ...best] = this.#context.refs(photoIds.subarray(0, 1 + bestOnCard));
    if (!cover) return null;
    return {
      id: number,
      name: present.names.get(number)?.name ?? null,
      size: photoIds.length,
      cover,
      best,
      cohesion: similarities.reduce((sum, s) => sum + s, 0) / similarities.length,
    };
  }

  #tell(clustering: Clustering): void {
    this.#clustering = clustering;
    this.#context.parts.emit('clustering', clustering);
  }
}

function unknownCluster(number: number): LookalikeError {
  return new LookalikeError(
    'cluster-unknown',
    `There is no cluster ${number} in the present run. Clusters were found anew meanwhile.`,
  );
}

/**
 * Gives each name to the cluster that shares most with the photos it was given to, if they share
 * enough; no cluster gets two names, and the closest match goes first.
 */
function assignNames(
  names: readonly ClusterName[],
  clusters: readonly Cluster[],
  numberOf: ReadonlyMap<number, number>,
): Map<number, ClusterName> {
  const matches = names.flatMap((name) => {
    const shared = new Map<number, number>();
    for (const id of name.photoIds) {
      const number = numberOf.get(id);
      if (number !== undefined) shared.set(number, (shared.get(number) ?? 0) + 1);
    }
    return [...shared].map(([number, both]) => {
      const either = name.photoIds.length + (clusters[number - 1]?.photoIds.length ?? 0) - both;
      return { name, number, jaccard: both / either };
    });
  });
  matches.sort((a, b) => b.jaccard - a.jaccard || b.name.id - a.name.id);
  const assigned = new Map<number, ClusterName>();
  const used = new Set<number>();
  for (const { name, number, jaccard } of matches) {
    if (jaccard < sharedForName || assigned.has(number) || used.has(name.id)) continue;
    assigned.set(number, name);
    used.add(name.id);
  }
  return assigned;
}

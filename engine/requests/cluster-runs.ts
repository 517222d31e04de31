/**
 * The present run of clusters of a method: kept in the database and in memory, found anew when the library or the
 * settings change, with the names that people gave.
 */
import { nearestCentre } from '../clusters/k-means.ts';
import type { ClusterCard, ClusterOfPhoto, ClusterRun, Clustering } from '../contract.ts';
import { isLookalikeError, LookalikeError, toErrorData } from '../errors.ts';
import type { ClusterSettings, FoundByDbscan } from '../clusters/finder.ts';
import type { ClusteringProgress, SearchQuery } from '../search/process.ts';
import type { ClusterName, ClusterRunRow } from '../store/reader.ts';
import { assignNames } from './cluster-names.ts';
import type { Context } from './context.ts';
import type { OpenMethod } from './open-method.ts';
import { slices, type Breathe } from './slices.ts';

const usual: Extract<ClusterSettings, { algorithm: 'dbscan' }> = {
  algorithm: 'dbscan',
  epsilon: 'automatic',
  minPhotos: 3,
};
/** A run is written to the database after this time. */
const storeAfterMs = 500;
/** Photos on a card beside its cover. */
const bestOnCard = 4;

type Cluster = ClusterRunRow['clusters'][number];

interface Present {
  row: ClusterRunRow;
  /** Names by cluster number. */
  names: Map<number, ClusterName>;
  /** Cluster number by photo id; of a photo with several faces, the first. */
  numberOf: Map<number, number>;
  /** How many photos each cluster has, number 1 first, and how many are in none. */
  sizes: number[];
  noise: number;
}

export class ClusterRuns {
  readonly #context: Context;
  readonly #method: OpenMethod;
  #present: Present | null | undefined;
  #clustering: Clustering;
  /** What is not in the database yet, and the timer that will bring it there. */
  #unstored: ClusterRunRow | undefined;
  #storeTimer: NodeJS.Timeout | undefined;
  /** What was asked for last. */
  #asked: ClusterSettings | undefined;
  /** What DBSCAN found beside a run of k-means, and of which rows. */
  #beside: { of: string; found: FoundByDbscan } | undefined;

  constructor(context: Context, method: OpenMethod) {
    this.#context = context;
    this.#method = method;
    this.#clustering = { method: method.id, state: 'idle', done: 0, total: 0, error: null };
  }

  get clustering(): Clustering {
    return this.#clustering;
  }

  /** How many clusters the present run has, or null when there is none. */
  get count(): number | null {
    return this.#current()?.row.clusters.length ?? null;
  }

  /** The present run, or null. */
  async run(): Promise<ClusterRun | null> {
    const present = this.#current();
    return present && (await this.#describe(present));
  }

  /**
   * Finds clusters and makes them the present run. Of calls that overtake each other, the last one's
   * result stays.
   * @throws LookalikeError `library-empty` or `cancelled`
   */
  async find(settings: ClusterSettings): Promise<ClusterRun> {
    this.#context.requirePhotos();
    const asked = { ...settings };
    this.#asked = asked;
    const { emit } = this.#context.parts;
    this.#tell({ state: 'running', done: 0, total: 0, error: null });
    try {
      const found = await this.#method.cluster(settings);
      const present = this.#presentOf(found);
      if (asked === this.#asked) {
        this.#present = present;
        this.#storeSoon();
        this.#tell({ state: 'idle', done: 0, total: 0, error: null });
        emit('clusters', { method: this.#method.id });
      }
      return await this.#describe(present);
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

  /**
   * Finds the run again with the settings that were asked for last, or the usual ones, unless it
   * still holds. In an empty library there is none.
   */
  async refresh(): Promise<void> {
    if (this.isCurrent()) return;
    const { store, emit } = this.#context.parts;
    const row = this.#current()?.row;
    if (store.reader.photoCount() === 0) {
      if (!row) return;
      this.#unstored = undefined;
      store.writer.removeClusterRun(this.#method.rowId);
      this.#present = null;
      emit('clusters', { method: this.#method.id });
      return;
    }
    await this.find(this.#asked ?? (row ? settingsOf(row) : usual));
  }

  /** What DBSCAN finds, where that is known of the photos that are in the library now. */
  get knownDbscan(): Omit<FoundByDbscan, 'algorithm'> | null {
    const row = this.#current()?.row;
    if (row?.algorithm === 'dbscan' && this.isCurrent()) return row;
    return this.#beside?.of === this.#rowsNow() ? this.#beside.found : null;
  }

  /**
   * The same, found where it is not known. A run of k-means stays the present one.
   * @throws LookalikeError `library-empty` or `cancelled`
   */
  async dbscan(): Promise<Omit<FoundByDbscan, 'algorithm'>> {
    if (this.#current()?.row.algorithm !== 'k-means') await this.refresh();
    return this.knownDbscan ?? this.#findBeside();
  }

  async #findBeside(): Promise<FoundByDbscan> {
    const asked = this.#asked;
    const of = this.#rowsNow();
    this.#tell({ state: 'running', done: 0, total: 0, error: null });
    try {
      const found = await this.#method.cluster(usual);
      if (found.algorithm !== 'dbscan') throw new Error('DBSCAN was asked for');
      this.#beside = { of, found };
      return found;
    } finally {
      // Unless it was overtaken by a run that tells of itself.
      if (asked === this.#asked) this.#tell({ state: 'idle', done: 0, total: 0, error: null });
    }
  }

  #rowsNow(): string {
    const { count, lastId } = this.#method.rowState();
    return `${count} ${lastId}`;
  }

  /** Writes the present run to the database, if it is not there yet. */
  store(): void {
    clearTimeout(this.#storeTimer);
    this.#storeTimer = undefined;
    const row = this.#unstored;
    this.#unstored = undefined;
    if (row) this.#context.parts.store.writer.setClusterRun(this.#method.rowId, row);
  }

  /** While a slider moves, runs follow each other quickly, and nobody should wait for the disk. */
  #storeSoon(): void {
    this.#unstored = this.#present?.row;
    this.#storeTimer ??= setTimeout(() => {
      try {
        this.store();
      } catch (error) {
        this.#tell({ state: 'idle', done: 0, total: 0, error: toErrorData(error) });
      }
    }, storeAfterMs);
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
    const now = this.#method.rowState();
    return now.count === count && now.lastId === lastId;
  }

  async cancel(): Promise<void> {
    if (this.#clustering.state === 'running') await this.#method.ask('cancelClustering', {});
  }

  progress({ done, total }: Omit<ClusteringProgress, 'method'>): void {
    if (this.#clustering.state === 'running')
      this.#tell({ state: 'running', done, total, error: null });
  }

  /** The cluster a photo is in, for its details. */
  clusterOf(photoId: number): ClusterOfPhoto | null {
    const present = this.#current();
    const number = present?.numberOf.get(photoId);
    return present && number !== undefined ? clusterEntry(present, number) : null;
  }

  /**
   * The k-means cluster that a query falls into: a photo's own, else the one with the nearest centre.
   * null where the present run is not of k-means, for DBSCAN has no centres.
   */
  clusterOfQuery({ of }: SearchQuery): ClusterOfPhoto | null {
    const present = this.#current();
    if (present?.row.algorithm !== 'k-means') return null;
    const own = 'photo' in of ? this.clusterOf(of.photo) : null;
    if (own) return own;
    const vector = 'photo' in of ? this.#method.vector(of.photo) : of.vector;
    const place = vector ? nearestCentre(vector, present.row.centres) : -1;
    return place === -1 ? null : clusterEntry(present, place + 1);
  }

  /** The whole present run with its names, as it stands now. Asked for only where there is one. */
  members(): ClusterRunRow & {
    clusters: (Cluster & { id: number; name: string | null })[];
    numberOf: ReadonlyMap<number, number>;
  } {
    const present = this.#current();
    if (!present) throw new Error('the members of clusters were asked for before there was a run');
    const { row, names, numberOf } = present;
    const clusters = row.clusters.map((cluster, index) => ({
      ...cluster,
      id: index + 1,
      name: names.get(index + 1)?.name ?? null,
    }));
    return { ...row, clusters, numberOf };
  }

  /**
   * The photos of a cluster, nearest to its cover first, with their similarities to it; or those in
   * no cluster, without.
   * @throws LookalikeError `cluster-unknown`
   */
  membersOf(number: number | null): { photoIds: Uint32Array; similarities?: Float32Array } {
    const row = this.#current()?.row;
    if (number === null) return { photoIds: row?.noise ?? new Uint32Array(0) };
    return row?.clusters[number - 1] ?? unknownCluster(number);
  }

  /** @throws LookalikeError `cluster-unknown` */
  async card(number: number): Promise<ClusterCard> {
    const present = this.#current();
    const card = present && (await this.#card(present, number));
    return card ?? unknownCluster(number);
  }

  /** Names a cluster; an empty name takes its name away. */
  rename(number: number, name: string): void {
    const present = this.#current();
    const cluster = present?.row.clusters[number - 1];
    if (!present || !cluster) return unknownCluster(number);
    const before = present.names.get(number)?.id ?? null;
    const { finds } = this.#method.method;
    this.#context.parts.store.writer.nameCluster(name, cluster.photoIds, before, finds);
    this.#present = this.#presentOf(present.row);
    this.#context.parts.emit('clusters', { method: this.#method.id });
  }

  #current(): Present | null {
    if (this.#present === undefined) {
      const row = this.#context.parts.store.reader.clusterRun(this.#method.rowId);
      this.#present = row ? this.#presentOf(row) : null;
    }
    return this.#present;
  }

  #presentOf(row: ClusterRunRow): Present {
    const numberOf = new Map<number, number>();
    const photoOf = this.#method.photoOfRow();
    /** Of photos with several faces in a group, each counts once. */
    const countPhotos = (rows: Uint32Array): number =>
      this.#method.findsFaces
        ? new Set([...rows].flatMap((id) => photoOf(id) ?? [])).size
        : rows.length;
    for (const [index, { photoIds }] of row.clusters.entries())
      for (const id of photoIds) {
        const photo = photoOf(id);
        if (photo !== undefined && !numberOf.has(photo)) numberOf.set(photo, index + 1);
      }
    const sizes = row.clusters.map(({ photoIds }) => countPhotos(photoIds));
    const given = this.#context.parts.store.reader.clusterNames(this.#method.method.finds);
    const names = assignNames(given, row.clusters, row.noise);
    return { row, names, numberOf, sizes, noise: countPhotos(row.noise) };
  }

  async #describe(present: Present): Promise<ClusterRun> {
    const { row, noise } = present;
    const cards: ClusterCard[] = [];
    const breathe = slices();
    for (const index of row.clusters.keys()) {
      const card = await this.#card(present, index + 1, breathe);
      // A cluster whose photos are all deleted by now has no card, and goes with the next run.
      if (card) cards.push(card);
    }
    const found = { noise, clusters: cards };
    if (row.algorithm === 'dbscan') {
      const { algorithm, epsilon, minPhotos, chosen, curve } = row;
      return { algorithm, epsilon, minPhotos, chosen, curve, ...found };
    }
    const { algorithm, k, chosen, inertia, curve } = row;
    return { algorithm, k, chosen, inertia, curve, ...found };
  }

  async #card(present: Present, number: number, breathe?: Breathe): Promise<ClusterCard | null> {
    const cluster = present.row.clusters[number - 1];
    if (!cluster) return null;
    const { photoIds, similarities } = cluster;
    // A photo may have several faces here.
    const shown = await this.#method.photosOfRows(photoIds, 1 + bestOnCard, breathe);
    const [first, ...others] = shown;
    if (!first) return null;
    return {
      id: number,
      name: present.names.get(number)?.name ?? null,
      size: present.sizes[number - 1] ?? 0,
      cover: this.#context.refOf(first.photo),
      coverFace: first.face,
      best: others.map(({ photo }) => this.#context.refOf(photo)),
      cohesion: similarities.reduce((sum, s) => sum + s, 0) / similarities.length,
    };
  }

  #tell(progress: Omit<Clustering, 'method'>): void {
    const clustering = { method: this.#method.id, ...progress };
    this.#clustering = clustering;
    this.#context.parts.emit('clustering', clustering);
  }
}

/** The settings that a run was found with. */
function settingsOf(row: ClusterRunRow): ClusterSettings {
  const given = row.chosen === 'given';
  if (row.algorithm === 'k-means') return { algorithm: 'k-means', k: given ? row.k : 'automatic' };
  const { minPhotos } = row;
  return { algorithm: 'dbscan', epsilon: given ? row.epsilon : 'automatic', minPhotos };
}

function clusterEntry({ names, sizes }: Present, number: number): ClusterOfPhoto {
  const size = sizes[number - 1] ?? 0;
  return { id: number, name: names.get(number)?.name ?? null, size };
}

function unknownCluster(number: number): never {
  throw new LookalikeError(
    'cluster-unknown',
    `There is no cluster ${number} in the present run. Clusters were found anew meanwhile.`,
  );
}

/**
 * The present run of clusters and the dial above it, which shows ε for DBSCAN and k for k-means: what
 * another place of it would give is told from the run's own curve while the dial moves, and found in
 * full once it rests.
 */
import type {
  ClusterCard,
  ClusterRun,
  ClusterSettings,
  Clustering,
  LibraryClient,
} from '../../engine/contract.ts';
import { isLookalikeError } from '../../engine/errors.ts';
import type { MethodsView } from './methods.svelte.ts';

export type Order = 'largest' | 'alike';
export type Algorithm = ClusterRun['algorithm'];

/** The dial's values, and how high the landscape behind it is at each. */
export interface Scale {
  low: number;
  high: number;
  step: number;
  landscape: { at: number; height: number }[];
}

/** What a place of the dial gives. */
export interface Preview {
  clusters: number;
  clustered: number;
  /** Only of k-means, and not of every k. */
  silhouette: number | null;
}

/** The k that the dial goes over, unless the run itself has more clusters. */
const fewestClusters = 2;
const mostClusters = 20;

/** How long the dial must rest before clusters are found anew, in milliseconds. */
const rest = 250;

export class ClustersView {
  #run: ClusterRun | null = $state.raw(null);
  clustering: Clustering | null = $state.raw(null);
  known = $state(false);
  finding = $state(false);
  error: unknown = $state.raw(null);
  order: Order = $state('largest');
  /** Where the dial stands while it is moved; null when it shows the run. */
  dial: number | null = $state(null);
  /** What was switched to, until its clusters are found. */
  #switched: Algorithm | null = $state(null);

  readonly algorithm: Algorithm = $derived(this.#switched ?? this.run?.algorithm ?? 'dbscan');
  /** Where the dial stands: an ε or a k. */
  readonly value = $derived(this.dial ?? (this.run ? valueOf(this.run) : 0));
  readonly scale: Scale | null = $derived(this.run && scaleOf(this.run));
  readonly preview: Preview | null = $derived.by(() =>
    this.run === null ? null : previewOf(this.run, this.value, this.clustered),
  );
  readonly cards: ClusterCard[] = $derived.by(() => {
    const cards = this.run?.clusters ?? [];
    return this.order === 'largest' ? cards : cards.toSorted((a, b) => b.cohesion - a.cohesion);
  });
  readonly clustered = $derived(
    (this.run?.clusters ?? []).reduce((sum, card) => sum + card.size, 0),
  );
  readonly running = $derived(this.finding || this.clustering?.state === 'running');

  /** What each algorithm was last used with, to come back to it. */
  #last: { [Name in Algorithm]: Extract<ClusterSettings, { algorithm: Name }> } = {
    dbscan: { algorithm: 'dbscan', epsilon: 'automatic', minPhotos: 3 },
    'k-means': { algorithm: 'k-means', k: 4 },
  };

  #client: LibraryClient;
  #methods: MethodsView;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;

  constructor(client: LibraryClient, methods: MethodsView) {
    this.#client = client;
    this.#methods = methods;
    methods.onChange((isAnother) => {
      if (isAnother) this.#empty();
      if (isAnother || !this.finding) void this.load();
    });
    client.on('clustering', (clustering) => {
      if (clustering.method === methods.id) this.clustering = clustering;
    });
    client.on('clusters', ({ method }) => {
      if (method === methods.id && !this.finding && this.dial === null) void this.load();
    });
  }

  get run(): ClusterRun | null {
    return this.#run;
  }

  #show(run: ClusterRun | null): void {
    this.#run = run;
    if (run?.algorithm === 'dbscan') {
      const epsilon = run.chosen === 'given' ? run.epsilon : 'automatic';
      this.#last.dbscan = { algorithm: 'dbscan', epsilon, minPhotos: run.minPhotos };
    } else if (run) {
      this.#last['k-means'] = {
        algorithm: 'k-means',
        k: run.chosen === 'given' ? run.k : 'automatic',
      };
    }
  }

  /** Another method was chosen: nothing is known of its clusters yet. */
  #empty(): void {
    clearTimeout(this.#timer);
    this.dial = null;
    this.#switched = null;
    this.finding = false;
    this.known = false;
    this.clustering = null;
    this.error = null;
    this.#run = null;
  }

  async load(): Promise<void> {
    const asking = ++this.#asking;
    try {
      const { run, clustering } = await this.#client.request('clusters.get', {
        method: this.#methods.id,
      });
      if (asking !== this.#asking) return;
      this.#show(run);
      this.clustering = clustering;
      this.known = true;
      this.error = null;
    } catch (error) {
      if (asking === this.#asking) this.error = error;
    }
  }

  /** The dial is moved; clusters are found when it rests. */
  turn(value: number): void {
    this.dial = value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.set(value), rest);
  }

  /** Finds clusters with an ε or a k for the present algorithm, or one that the library chooses. */
  async set(value: number | 'automatic'): Promise<void> {
    const { dbscan } = this.#last;
    await this.#find(
      this.algorithm === 'k-means'
        ? { algorithm: 'k-means', k: value }
        : { ...dbscan, epsilon: value },
    );
  }

  /** With another minimum; an automatic ε is chosen anew for it. */
  async setMinPhotos(minPhotos: number): Promise<void> {
    const { dbscan } = this.#last;
    if (minPhotos !== dbscan.minPhotos) await this.#find({ ...dbscan, minPhotos });
  }

  /** Finds clusters with the other algorithm, as it was last used. */
  async use(algorithm: Algorithm): Promise<void> {
    if (algorithm !== this.algorithm) await this.#find(this.#last[algorithm]);
  }

  async #find(settings: ClusterSettings): Promise<void> {
    clearTimeout(this.#timer);
    if (settings.algorithm !== this.algorithm || isAutomatic(settings)) this.dial = null;
    this.#switched = settings.algorithm;
    const asking = ++this.#asking;
    this.finding = true;
    try {
      const run = await this.#client.request('clusters.find', {
        ...settings,
        method: this.#methods.id,
      });
      if (asking !== this.#asking) return;
      this.#show(run);
      this.error = null;
    } catch (error) {
      if (asking === this.#asking && !isLookalikeError(error, 'cancelled')) this.error = error;
    }
    if (asking === this.#asking) {
      this.finding = false;
      this.dial = null;
      this.#switched = null;
    }
  }

  async cancel(): Promise<void> {
    await this.#client.request('clusters.cancel', { method: this.#methods.id });
  }

  async rename(cluster: number, name: string): Promise<void> {
    await this.#client.request('clusters.rename', {
      cluster,
      name: name.trim(),
      method: this.#methods.id,
    });
    await this.load();
  }
}

function isAutomatic(settings: ClusterSettings): boolean {
  return (settings.algorithm === 'dbscan' ? settings.epsilon : settings.k) === 'automatic';
}

function valueOf(run: ClusterRun): number {
  return run.algorithm === 'dbscan' ? run.epsilon : run.k;
}

/** Heights from 0 to 1: DBSCAN's spread, or the silhouettes of k-means (those below 0 at the ground). */
function scaleOf(run: ClusterRun): Scale {
  if (run.algorithm === 'dbscan') {
    const tallest = Math.max(1, ...run.curve.map(({ spread }) => spread));
    return {
      low: run.curve[0]?.epsilon ?? 0,
      high: run.curve.at(-1)?.epsilon ?? 1,
      step: 0.01,
      landscape: run.curve.map(({ epsilon, spread }) => ({
        at: epsilon,
        height: spread / tallest,
      })),
    };
  }
  const tallest = Math.max(...run.curve.map(({ silhouette }) => silhouette));
  return {
    low: Math.min(fewestClusters, run.k),
    high: Math.max(mostClusters, run.k),
    step: 1,
    landscape: run.curve.map(({ k, silhouette }) => ({
      at: k,
      height: tallest > 0 ? Math.max(0, silhouette) / tallest : 0,
    })),
  };
}

function previewOf(run: ClusterRun, value: number, clustered: number): Preview | null {
  if (run.algorithm === 'dbscan') {
    const point = nearest(run.curve, value);
    return point && { clusters: point.clusters, clustered: point.clustered, silhouette: null };
  }
  const silhouette = run.curve.find(({ k }) => k === value)?.silhouette ?? null;
  // There are never more clusters than photos.
  return { clusters: Math.min(value, clustered), clustered, silhouette };
}

type CurvePoint = Extract<ClusterRun, { algorithm: 'dbscan' }>['curve'][number];

function nearest(curve: readonly CurvePoint[], epsilon: number): CurvePoint | null {
  let best: CurvePoint | null = null;
  for (const point of curve) {
    if (best === null || Math.abs(point.epsilon - epsilon) < Math.abs(best.epsilon - epsilon))
      best = point;
  }
  return best;
}

/**
 * The present run of clusters and the dial above it: what another ε would give is read from the
 * run's own curve while the dial moves, and found in full once it rests.
 */
import type { ClusterCard, ClusterRun, Clustering, LibraryClient } from '../../engine/contract.ts';
import { isLookalikeError } from '../../engine/errors.ts';

export type Order = 'largest' | 'alike';
export type CurvePoint = ClusterRun['curve'][number];

/** How long the dial must rest before clusters are found anew, in milliseconds. */
const rest = 250;

export class ClustersView {
  run: ClusterRun | null = $state.raw(null);
  clustering: Clustering | null = $state.raw(null);
  known = $state(false);
  finding = $state(false);
  error: unknown = $state.raw(null);
  order: Order = $state('largest');
  /** Where the dial stands while it is moved; null when it shows the run. */
  dial: number | null = $state(null);

  readonly epsilon = $derived(this.dial ?? this.run?.epsilon ?? 0);
  /** What the curve says of the present place of the dial. */
  readonly preview: CurvePoint | null = $derived(nearest(this.run?.curve ?? [], this.epsilon));
  readonly cards: ClusterCard[] = $derived.by(() => {
    const cards = this.run?.clusters ?? [];
    return this.order === 'largest' ? cards : cards.toSorted((a, b) => b.cohesion - a.cohesion);
  });
  readonly clustered = $derived(
    (this.run?.clusters ?? []).reduce((sum, card) => sum + card.size, 0),
  );
  readonly running = $derived(this.finding || this.clustering?.state === 'running');

  #client: LibraryClient;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;

  constructor(client: LibraryClient) {
    this.#client = client;
    client.on('clustering', (clustering) => {
      this.clustering = clustering;
    });
    client.on('clusters', () => {
      if (!this.finding && this.dial === null) void this.load();
    });
  }

  async load(): Promise<void> {
    const asking = ++this.#asking;
    try {
      const { run, clustering } = await this.#client.request('clusters.get', {});
      if (asking !== this.#asking) return;
      this.run = run;
      this.clustering = clustering;
      this.known = true;
      this.error = null;
    } catch (error) {
      if (asking === this.#asking) this.error = error;
    }
  }

  /** The dial is moved; clusters are found when it rests. */
  turn(epsilon: number): void {
    this.dial = epsilon;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.find(epsilon), rest);
  }

  async find(
    epsilon: number | 'automatic',
    minPhotos: number = this.run?.minPhotos ?? 3,
  ): Promise<void> {
    clearTimeout(this.#timer);
    if (epsilon === 'automatic') this.dial = null;
    const asking = ++this.#asking;
    this.finding = true;
    try {
      const run = await this.#client.request('clusters.find', { epsilon, minPhotos });
      if (asking !== this.#asking) return;
      this.run = run;
      this.error = null;
    } catch (error) {
      if (asking === this.#asking && !isLookalikeError(error, 'cancelled')) this.error = error;
    }
    if (asking === this.#asking) {
      this.finding = false;
      this.dial = null;
    }
  }

  /** With another minimum; an automatic ε is chosen anew for it. */
  async setMinPhotos(minPhotos: number): Promise<void> {
    const run = this.run;
    if (run === null || minPhotos === run.minPhotos) return;
    await this.find(run.chosen === 'automatic' ? 'automatic' : run.epsilon, minPhotos);
  }

  async cancel(): Promise<void> {
    await this.#client.request('clusters.cancel', {});
  }

  async rename(cluster: number, name: string): Promise<void> {
    await this.#client.request('clusters.rename', { cluster, name: name.trim() });
    await this.load();
  }
}

function nearest(curve: readonly CurvePoint[], epsilon: number): CurvePoint | null {
  let best: CurvePoint | null = null;
  for (const point of curve) {
    if (best === null || Math.abs(point.epsilon - epsilon) < Math.abs(best.epsilon - epsilon))
      best = point;
  }
  return best;
}

/** What DBSCAN finds with each method, for the table above the methods. */
import type { Clustering, ClustersByMethodDocument, LibraryClient } from '../../engine/contract.ts';
import { isLookalikeError } from '../../engine/errors.ts';

export class FindingsView {
  document: ClustersByMethodDocument | null = $state.raw(null);
  /** Whether clusters are being looked for that were not known. */
  finding = $state(false);
  error: unknown = $state.raw(null);
  /** The method whose clusters are being looked for now; null between two. */
  clustering: Clustering | null = $state.raw(null);

  /** Those of which something is known, and others that would have to look for clusters first. */
  readonly rows = $derived(
    (this.document?.methods ?? []).filter(
      ({ found, missing }) => found !== null || missing === 'clusters',
    ),
  );
  /** Those that have to look at the photos, or to be trained, first. */
  readonly others = $derived(
    (this.document?.methods ?? []).filter(
      ({ missing }) => missing === 'training' || missing === 'vectors',
    ),
  );
  /** Whether there are clusters of any method. */
  readonly some = $derived(this.rows.some(({ found }) => found !== null));
  readonly incomplete = $derived(this.rows.some(({ found }) => found === null));

  #client: LibraryClient;
  #asking = 0;
  #isOpen = false;

  constructor(client: LibraryClient) {
    this.#client = client;
    client.on('clustering', (clustering) => {
      if (clustering.state === 'running') this.clustering = clustering;
      else if (clustering.method === this.clustering?.method) this.clustering = null;
    });
    for (const name of ['clusters', 'methods'] as const)
      client.on(name, () => {
        if (this.#isOpen && !this.finding) void this.#ask(false);
      });
  }

  /** To be called when the table is shown, and no more (what it returns) when it is not. */
  open(): () => void {
    this.#isOpen = true;
    if (!this.finding) void this.#ask(false);
    return () => {
      this.#isOpen = false;
    };
  }

  /** Looks for the clusters that are not known. */
  async find(): Promise<void> {
    this.finding = true;
    await this.#ask(true);
    this.finding = false;
  }

  async cancel(): Promise<void> {
    const method = this.clustering?.method;
    if (method !== undefined) await this.#client.request('clusters.cancel', { method });
  }

  async #ask(find: boolean): Promise<void> {
    const asking = ++this.#asking;
    try {
      const document = await this.#client.request('documents.clustersByMethod', { find });
      if (asking !== this.#asking) return;
      this.document = document;
      this.error = null;
    } catch (error) {
      // An empty library has no table, and what was stopped by the person needs no words.
      const isQuiet =
        isLookalikeError(error, 'cancelled') || isLookalikeError(error, 'library-empty');
      if (asking !== this.#asking) return;
      if (isLookalikeError(error, 'library-empty')) this.document = null;
      this.error = isQuiet ? null : error;
    }
  }
}

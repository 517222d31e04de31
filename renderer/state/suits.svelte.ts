/** Which method suits the photos, by marks: the methods that are asked about, the run and the answer. */
import { SvelteMap } from 'svelte/reactivity';
import type { LibraryClient, Method, SuitsDocument } from '../../engine/contract.ts';
import { isLookalikeError } from '../../engine/errors.ts';
import type { MethodsView } from './methods.svelte.ts';

export class SuitsView {
  /** Whether the page Evaluation asks this, and not how well labels are found. */
  on = $state(false);
  document: SuitsDocument | null = $state.raw(null);
  error: unknown = $state.raw(null);
  running = $state(false);
  /** What the person said of methods; where nothing, those are measured that have looked at the photos. */
  readonly #picked = new SvelteMap<string, boolean>();
  readonly #client: LibraryClient;
  readonly #methods: MethodsView;

  constructor(client: LibraryClient, methods: MethodsView) {
    this.#client = client;
    this.#methods = methods;
  }

  /** The last answer, whoever asked for it. */
  async load(): Promise<void> {
    try {
      this.document = (await this.#client.request('suits.get', {})).document;
    } catch (error) {
      this.error = error;
    }
  }

  isPicked({ id, photos, finds }: Method): boolean {
    return this.#picked.get(id) ?? (photos > 0 && finds === 'photos');
  }

  pick({ id }: Method, picked: boolean): void {
    this.#picked.set(id, picked);
  }

  get chosen(): string[] {
    return this.#methods.usable.filter((method) => this.isPicked(method)).map(({ id }) => id);
  }

  async run(): Promise<void> {
    this.running = true;
    this.error = null;
    try {
      this.document = await this.#client.request('suits.run', { methods: this.chosen });
    } catch (error) {
      if (!isLookalikeError(error, 'cancelled')) this.error = error;
    } finally {
      this.running = false;
    }
  }

  async cancel(): Promise<void> {
    await this.#client.request('suits.cancel', {});
  }
}

/**
 * Evaluating methods: where the labels come from, what is asked, the run that goes on and the last
 * result. It outlives the page, so that one can look at photos meanwhile.
 */
import type {
  Evaluating,
  EvaluationDocument,
  LibraryClient,
  Method,
  Params,
} from '../../engine/contract.ts';
import { SvelteMap } from 'svelte/reactivity';
import { isLookalikeError } from '../../engine/errors.ts';
import { textOf, type FileOfLabels } from './file-of-labels.ts';
import type { MethodsView } from './methods.svelte.ts';

type Settings = Params<'evaluation.run'>;

export class EvaluationView {
  from: Settings['labels']['from'] = $state('folders');
  /** The CSV file, once chosen. */
  file: FileOfLabels | null = $state.raw(null);
  split: Settings['split'] = $state('held-out');
  /** Null while the field is empty, or holds no number. */
  k: number | null = $state(5);
  seed: number | null = $state(1);
  /** What the person said of methods; where nothing, those are measured that have looked at the photos. */
  readonly #picked = new SvelteMap<string, boolean>();

  document: EvaluationDocument | null = $state.raw(null);
  evaluating: Evaluating | null = $state.raw(null);
  error: unknown = $state.raw(null);
  known = $state(false);
  /** A run that this window asked for. */
  asking = $state(false);

  readonly running = $derived(this.asking || this.evaluating?.state === 'running');
  readonly ready = $derived(
    isWhole(this.k, 1) &&
      isWhole(this.seed, 0) &&
      (this.from === 'folders' || this.file !== null) &&
      this.#chosen.length > 0,
  );

  readonly #methods: MethodsView;
  readonly #client: LibraryClient;

  constructor(client: LibraryClient, methods: MethodsView) {
    this.#client = client;
    this.#methods = methods;
    client.on('evaluating', (evaluating) => {
      const ended = this.evaluating?.state === 'running' && evaluating.state === 'idle';
      this.evaluating = evaluating;
      // One that another window asked for has a result to show as well.
      if (ended && !this.asking) void this.load();
    });
  }

  /** The last result, whoever asked for it. */
  async load(): Promise<void> {
    try {
      const { document, evaluating } = await this.#client.request('evaluation.get', {});
      this.document = document;
      this.evaluating = evaluating;
      this.known = true;
    } catch (error) {
      this.error = error;
    }
  }

  /** Takes a CSV file; what it holds is judged by the library. */
  async choose(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<void> {
    this.from = 'csv';
    this.error = null;
    try {
      this.file = { name: file.name, text: await textOf(file) };
    } catch (error) {
      this.file = null;
      this.error = error;
    }
  }

  async run(): Promise<void> {
    const { from, file, split, k, seed } = this;
    if (!this.ready || k === null || seed === null) return;
    const labels: Settings['labels'] =
      from === 'csv' && file !== null
        ? { from, file: file.name, text: file.text }
        : { from: 'folders' };
    this.asking = true;
    this.error = null;
    try {
      this.document = await this.#client.request('evaluation.run', {
        labels,
        split,
        k,
        seed,
        methods: this.#chosen,
      });
    } catch (error) {
      if (!isLookalikeError(error, 'cancelled')) this.error = error;
    } finally {
      this.asking = false;
    }
  }

  isPicked({ id, photos, finds }: Method): boolean {
    return this.#picked.get(id) ?? (photos > 0 && finds === 'photos');
  }

  pick({ id }: Method, picked: boolean): void {
    this.#picked.set(id, picked);
  }

  get #chosen(): string[] {
    return this.#methods.usable.filter((method) => this.isPicked(method)).map(({ id }) => id);
  }

  async cancel(): Promise<void> {
    await this.#client.request('evaluation.cancel', {});
  }
}

function isWhole(value: number | null, least: number): boolean {
  return value !== null && Number.isSafeInteger(value) && value >= least;
}

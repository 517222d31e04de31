/**
 * Evaluating methods: where the labels come from, what is asked, the run that goes on and the last
 * result. It outlives the page, so that one can look at photos meanwhile.
 */
import type {
  Evaluating,
  EvaluationDocument,
  LibraryClient,
  Params,
} from '../../engine/contract.ts';
import { SvelteSet } from 'svelte/reactivity';
import { isLookalikeError, LookalikeError } from '../../engine/errors.ts';
import type { MethodsView } from './methods.svelte.ts';

type Settings = Params<'evaluation.run'>;

/** What hosts take; some hundred thousand rows. As JSON it may grow a little. */
const largestFile = 40_000_000;

export class EvaluationView {
  from: Settings['labels']['from'] = $state('folders');
  /** The CSV file, once chosen. */
  file: { name: string; text: string } | null = $state.raw(null);
  split: Settings['split'] = $state('held-out');
  /** Null while the field is empty, or holds no number. */
  k: number | null = $state(5);
  seed: number | null = $state(1);
  /** Methods that are not to be evaluated. */
  readonly leftOut = new SvelteSet<string>();

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

  get #chosen(): string[] {
    return this.#methods.usable.filter(({ id }) => !this.leftOut.has(id)).map(({ id }) => id);
  }

  async cancel(): Promise<void> {
    await this.#client.request('evaluation.cancel', {});
  }
}

function isWhole(value: number | null, least: number): boolean {
  return value !== null && Number.isSafeInteger(value) && value >= least;
}

/** @throws LookalikeError `labels-unreadable` */
async function textOf(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<string> {
  if (file.size > largestFile)
    throw new LookalikeError(
      'labels-unreadable',
      `“${file.name}” is larger than 40 MB. Choose a CSV file with one row for each photo.`,
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch (cause) {
    throw new LookalikeError(
      'labels-unreadable',
      `“${file.name}” is not text in UTF-8. Save it as CSV in UTF-8.`,
      { cause },
    );
  }
}

/**
 * One query and what each method finds for it, in rows. Whether lookalikes are shown so is kept for
 * as long as the window lives.
 */
import type { LibraryClient, Lookalike, Query } from '../../engine/contract.ts';
import type { ExportTarget } from './export.svelte.ts';
import type { StorageLike } from './memory.ts';
import type { MethodsView } from './methods.svelte.ts';

const storedAs = 'side by side';
const perMethod = 5;

/** What a method found; null while it is asked for. */
export interface Answer {
  lookalikes: Lookalike[] | null;
  error: unknown;
}

export class SideBySideView {
  on = $state(false);
  #answers: Record<string, Answer> = $state.raw({});
  /** By photo, how many methods found it. */
  readonly agreed: ReadonlyMap<number, number> = $derived.by(() => {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew whenever an answer comes
    const counts = new Map<number, number>();
    for (const { lookalikes } of Object.values(this.#answers))
      for (const { id } of lookalikes ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  });
  readonly answers = $derived(this.#answers);
  /** The methods that answered, in their order. One that sees no face in the query has not. */
  readonly answered: readonly string[] = $derived.by(() =>
    this.#methods.all
      .map(({ id }) => id)
      .filter((id) => (this.#answers[id]?.lookalikes ?? null) !== null),
  );
  /** What is shown, to be written to a file; null while there is nothing. */
  readonly exportTarget: ExportTarget | null = $derived.by(() =>
    this.#query === null || this.answered.length === 0
      ? null
      : {
          kind: 'side-by-side',
          query: this.#query,
          k: perMethod,
          methods: [...this.answered],
        },
  );

  #client: LibraryClient;
  #methods: MethodsView;
  #storage: StorageLike;
  #query: Query | null = $state.raw(null);
  #asking = 0;

  constructor(client: LibraryClient, methods: MethodsView, storage: StorageLike) {
    this.#client = client;
    this.#methods = methods;
    this.#storage = storage;
    this.on = storage.getItem(storedAs) !== null;
    methods.onChange((isAnother) => {
      if (!isAnother && this.on) void this.look();
    });
  }

  toggle(): void {
    this.on = !this.on;
    if (this.on) this.#storage.setItem(storedAs, 'on');
    else this.#storage.removeItem(storedAs);
  }

  async open(query: Query): Promise<void> {
    this.#query = query;
    this.#answers = {};
    await this.look();
  }

  /** Asks every method that has vectors; slower answers to an older question are dropped. */
  async look(): Promise<void> {
    const query = this.#query;
    if (query === null) return;
    const asking = ++this.#asking;
    await Promise.all(
      this.#methods.all
        .filter(({ photos }) => photos > 0)
        .map(async ({ id }) => {
          const answer = await this.#ask(query, id);
          if (asking === this.#asking) this.#answers = { ...this.#answers, [id]: answer };
        }),
    );
  }

  async #ask(query: Query, method: string): Promise<Answer> {
    try {
      const { lookalikes } = await this.#client.request('lookalikes.find', {
        query,
        k: perMethod,
        method,
      });
      return { lookalikes, error: null };
    } catch (error) {
      return { lookalikes: null, error };
    }
  }
}

/**
 * Searching photos by a description: how much of which attributes is wanted, and the photos that fit.
 * They follow every move of a slider: one question is under way at a time, and then the newest.
 */
import type { LibraryClient, Result, WantedAttribute } from '../../engine/contract.ts';
import type { MethodsView } from './methods.svelte.ts';

/** The method that knows attributes. */
export const attributesMethod = 'attributes';

const firstLook = 200;
const step = 400;

type Found = Result<'attributes.search'>;

export class DescriptionView {
  /** In the order in which they were chosen; what is not in here does not count. */
  wanted: readonly WantedAttribute[] = $state.raw([]);
  found: Found | null = $state.raw(null);
  error: unknown = $state.raw(null);
  #k = $state(firstLook);
  /** Whether a question is under way, and whether another is to follow it. */
  #asking = false;
  #again = false;

  readonly k = $derived(this.#k);
  readonly mayHaveMore = $derived(this.found !== null && this.found.ids.length >= this.#k);

  readonly #client: LibraryClient;

  constructor(client: LibraryClient, methods: MethodsView) {
    this.#client = client;
    // Learnt anew, or more photos were looked at.
    methods.onChange((isAnother) => {
      if (!isAnother) void this.look();
    });
  }

  /** How much of an attribute is wanted; null where it does not count. */
  valueOf(name: string): number | null {
    return this.wanted.find((one) => one.name === name)?.value ?? null;
  }

  /** @param value null: it is not to count */
  want(name: string, value: number | null): void {
    const known = this.valueOf(name) !== null;
    if (value === null) this.open(this.wanted.filter((one) => one.name !== name));
    else if (!known) this.open([...this.wanted, { name, value }]);
    else this.open(this.wanted.map((one) => (one.name === name ? { name, value } : one)));
  }

  /** Shows another description. */
  open(wanted: readonly WantedAttribute[]): void {
    if (JSON.stringify(wanted) === JSON.stringify(this.wanted) && this.found !== null) return;
    this.wanted = wanted;
    this.#k = firstLook;
    void this.look();
  }

  more(): void {
    this.#k += step;
    void this.look();
  }

  /** Asks for what is wanted now. While an answer is waited for, once more after it. */
  async look(): Promise<void> {
    this.#again = true;
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#ask();
      }
    } finally {
      this.#asking = false;
    }
  }

  async #ask(): Promise<void> {
    if (this.wanted.length === 0) {
      this.found = null;
      this.error = null;
      return;
    }
    const wanted = [...this.wanted];
    try {
      this.found = await this.#client.request('attributes.search', { wanted, k: this.#k });
      this.error = null;
    } catch (error) {
      this.error = error;
      this.found = null;
    }
  }
}

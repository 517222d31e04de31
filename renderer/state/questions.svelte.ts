/**
 * Questions about pairs of photos that are fair to all methods: what several methods found is asked
 * about in an order of chance, and nobody is told which of them found it.
 */
import type { LibraryClient, PhotoRef } from '../../engine/contract.ts';
import type { MarksView } from './marks.svelte.ts';

export class QuestionsView {
  photo: PhotoRef | null = $state.raw(null);
  other: PhotoRef | null = $state.raw(null);
  loading = $state(false);
  /** Whether there is nothing left to ask. */
  done = $state(false);
  error: unknown = $state.raw(null);
  /** How many were answered since the page was opened. */
  answered = $state(0);

  readonly #client: LibraryClient;
  readonly #marks: MarksView;
  /** Further photos to be asked about with the present one. */
  #left: PhotoRef[] = [];
  #asked: number[] = [];
  #history: { photo: PhotoRef; other: PhotoRef; said: boolean }[] = $state.raw([]);
  readonly #seed: number;

  readonly canUndo = $derived(this.#history.length > 0);

  /** @param seed draws the photos; another one in each window, so that nobody is asked the same again */
  constructor(client: LibraryClient, marks: MarksView, seed: number) {
    this.#client = client;
    this.#marks = marks;
    this.#seed = seed;
  }

  async start(): Promise<void> {
    if (this.photo === null) await this.#next();
  }

  async answer(alike: boolean): Promise<void> {
    const { photo, other } = this;
    if (photo === null || other === null || this.loading) return;
    this.#history = [...this.#history, { photo, other, said: alike }];
    this.answered += 1;
    await Promise.all([this.#marks.set(photo.id, other.id, alike), this.#next()]);
  }

  /** Whoever cannot tell says nothing. */
  async skip(): Promise<void> {
    if (!this.loading) await this.#next();
  }

  /** Asks the last one again. */
  async undo(): Promise<void> {
    const last = this.#history.at(-1);
    if (last === undefined || this.loading) return;
    this.#history = this.#history.slice(0, -1);
    this.answered -= 1;
    if (this.other !== null && this.photo?.id === last.photo.id) this.#left.unshift(this.other);
    else this.#left = [];
    this.photo = last.photo;
    this.other = last.other;
    this.done = false;
    await this.#marks.set(last.photo.id, last.other.id, null);
  }

  async #next(): Promise<void> {
    const next = this.#left.shift();
    if (next !== undefined) {
      this.other = next;
      return;
    }
    this.loading = true;
    try {
      const question = await this.#client.request('marks.question', {
        except: this.#asked,
        seed: this.#seed,
      });
      this.error = null;
      this.done = question === null;
      const [first, ...others] = question?.others ?? [];
      this.photo = question?.photo ?? null;
      this.other = first ?? null;
      this.#left = others;
      if (question !== null) this.#asked.push(question.photo.id);
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }
}

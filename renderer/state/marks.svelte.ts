/**
 * What the person said of pairs of photos: of the present query, and all of it. What is pressed shows
 * at once; the library's own word follows by the event.
 */
import type { LibraryClient, PhotoMark, Result } from '../../engine/contract.ts';
import type { Notices } from './notices.svelte.ts';

type Contradiction = Result<'marks.list'>['contradictions'][number];

export class MarksView {
  /** The photo whose marks are known; null where the query is no photo of the library. */
  photo: number | null = $state(null);
  /** What is said of that photo and others, by the others. */
  #of: Readonly<Record<number, boolean>> = $state.raw({});
  all: PhotoMark[] | null = $state.raw(null);
  contradictions: Contradiction[] = $state.raw([]);
  error: unknown = $state.raw(null);

  readonly alike = $derived(this.all?.filter((mark) => mark.alike).length ?? 0);
  readonly notAlike = $derived((this.all?.length ?? 0) - this.alike);

  readonly #client: LibraryClient;
  readonly #notices: Notices;

  constructor(client: LibraryClient, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
    client.on('marks', () => {
      void this.load();
      void this.#look();
    });
  }

  /** Every mark, for the page and the counts. */
  async load(): Promise<void> {
    try {
      const { marks, contradictions } = await this.#client.request('marks.list', {});
      this.all = marks;
      this.contradictions = contradictions;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** Follows another photo, or none. */
  async open(photo: number | null): Promise<void> {
    if (photo === this.photo) return;
    this.photo = photo;
    this.#of = {};
    await this.#look();
  }

  /** What is said of the present photo and another one; null where nothing is. */
  of(other: number): boolean | null {
    return this.#of[other] ?? null;
  }

  /** Says it of the present photo and another one; said once more it is taken back. */
  async toggle(other: number, alike: boolean): Promise<void> {
    const { photo } = this;
    if (photo === null) return;
    const said = this.of(other) === alike ? null : alike;
    const others = Object.entries(this.#of).filter(([id]) => Number(id) !== other);
    this.#of = Object.fromEntries(said === null ? others : [...others, [other, said]]);
    await this.set(photo, other, said);
  }

  /** @param alike null takes back what was said */
  async set(photo: number, other: number, alike: boolean | null): Promise<void> {
    try {
      await this.#client.request('marks.set', { a: { photo }, b: { photo: other }, alike });
    } catch (error) {
      this.#notices.fail(error);
      await this.#look();
    }
  }

  /** Says the opposite. */
  async change({ photos: [first, second], alike }: PhotoMark): Promise<void> {
    if (first && second) await this.set(first.id, second.id, !alike);
  }

  /** Takes a mark away; it can be had back as long as the message stands. */
  async remove({ id, photos: [first, second], alike }: PhotoMark): Promise<void> {
    try {
      await this.#client.request('marks.remove', { id });
    } catch (error) {
      this.#notices.fail(error);
      return;
    }
    if (!first || !second) return;
    this.#notices.tell('The mark was removed.', {
      label: 'Undo',
      do: () => void this.set(first.id, second.id, alike),
    });
  }

  async #look(): Promise<void> {
    const { photo } = this;
    if (photo === null) return;
    try {
      const marks = await this.#client.request('marks.of', { photo });
      if (photo === this.photo)
        this.#of = Object.fromEntries(marks.map((mark) => [mark.photo, mark.alike]));
    } catch {
      // The photo is gone, which the page says by itself: then nothing is marked.
      if (photo === this.photo) this.#of = {};
    }
  }
}

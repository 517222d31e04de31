/**
 * A query and what was found for it: the photos that are really similar first, then, apart, those
 * that are only the nearest.
 */
import type {
  LibraryClient,
  Lookalike,
  PhotoDetails,
  Query,
  Result,
} from '../../engine/contract.ts';

import type { MethodsView } from './methods.svelte.ts';

export type Found = Result<'lookalikes.find'>;

/** The five that are asked for, and as many of the next as fill a row beneath. */
const firstLook = 13;
const step = 24;
/** All within a distance may be very many: so many are asked for at a time. */
const stepWithin = 96;
export const shownLarge = 5;

export class LookalikesView {
  query: Query | null = $state.raw(null);
  /** The largest distance of what is looked for; null for the nearest, however near they are. */
  within: number | null = $state(null);
  found: Found | null = $state.raw(null);
  details: PhotoDetails | null = $state.raw(null);
  error: unknown = $state.raw(null);
  loading = $state(false);
  /** Which lookalike keys and Compare act on: an index into `found.lookalikes`. */
  chosen = $state(0);
  /** Which of the query's faces is the query, where faces are compared: 0 is the largest. */
  face = $state(0);

  #k = $state(firstLook);
  /** How many photos there are, as last told, and as it was told when the results were found. */
  #photos = $state(0);
  #photosThen = $state(0);

  readonly all: Lookalike[] = $derived(this.found?.lookalikes ?? []);
  /** How many at the start of `all` are really similar. */
  readonly similar = $derived.by(() => {
    const edge = this.all.findIndex((lookalike) => !lookalike.similar);
    return edge === -1 ? this.all.length : edge;
  });
  readonly large = $derived(this.all.slice(0, Math.min(shownLarge, this.similar)));
  /** Really similar too, but after the fifth. */
  readonly furtherSimilar = $derived(this.all.slice(this.large.length, this.similar));
  readonly others = $derived(this.all.slice(this.similar));
  readonly mayHaveMore = $derived(this.all.length > 0 && this.all.length >= this.#k);

  /**
   * A distance to begin with, in whole hundredths: that of the last one that is really similar, or
   * else of the nearest.
   */
  readonly edge = $derived.by(() => {
    const last = this.all[Math.max(0, this.similar - 1)];
    const hundredths = 100 * (1 - (last?.similarity ?? 0.5));
    // 1 − 0.7 is a little more than 0.3.
    return Math.min(1, Math.ceil(hundredths - 1e-6) / 100);
  });

  /** The photo that is the query, as soon as its number is known; null for a picture from outside. */
  readonly photo = $derived(
    this.query !== null && 'photo' in this.query ? this.query.photo : (this.details?.id ?? null),
  );

  /** How many photos came in since the results were found. */
  readonly newer = $derived(Math.max(0, this.#photos - this.#photosThen));

  /** Where someone was among the lookalikes of each query, to come back to it. */
  #places: Record<string, { photo: number; k: number }> = {};
  /** The lookalike that was chosen when the query was left, until the answer is there. */
  #chosenBefore: number | null = null;

  #client: LibraryClient;
  #methods: MethodsView;
  #asking = 0;

  constructor(client: LibraryClient, methods: MethodsView) {
    this.#client = client;
    this.#methods = methods;
    methods.onChange((isAnother) => {
      // What another method found is no answer of this one.
      if (isAnother) this.found = null;
      void this.look();
    });
    client.on('photos', ({ photos }) => {
      this.#photos = photos;
      // What is told first is no change: it was not known how many there were before.
      if (this.#photosThen === 0) this.#photosThen = photos;
    });
  }

  async open(query: Query, within: number | null = null, face = 0): Promise<void> {
    if (JSON.stringify(query) === JSON.stringify(this.query)) {
      if (face !== this.face) return this.#useFace(within, face);
      if (within !== this.within) return this.#limit(within);
    }
    this.#rememberPlace();
    const place = this.#places[JSON.stringify([query, within, face])];
    this.query = query;
    this.within = within;
    this.found = null;
    this.details = null;
    this.error = null;
    this.chosen = 0;
    this.face = face;
    this.#chosenBefore = place?.photo ?? null;
    this.#k = place?.k ?? this.#first;
    await this.look();
  }

  /** What was found stays in sight until the answer is there, as it is mostly the same. */
  async #limit(within: number | null): Promise<void> {
    this.#chosenBefore = this.all[this.chosen]?.id ?? null;
    this.within = within;
    this.#k = this.#first;
    await this.look();
  }

  get #first(): number {
    return this.within === null ? firstLook : stepWithin;
  }

  #rememberPlace(): void {
    const photo = this.all[this.chosen]?.id;
    if (this.query !== null && photo !== undefined)
      this.#places[JSON.stringify([this.query, this.within, this.face])] = { photo, k: this.#k };
  }

  /** Asks with another face of the query, which itself stays in sight. */
  async #useFace(within: number | null, face: number): Promise<void> {
    this.#rememberPlace();
    const place = this.#places[JSON.stringify([this.query, within, face])];
    this.within = within;
    this.face = face;
    this.chosen = 0;
    this.#chosenBefore = place?.photo ?? null;
    this.#k = place?.k ?? this.#first;
    await this.look();
  }

  async more(): Promise<void> {
    this.#k += this.within === null ? step : stepWithin;
    await this.look();
  }

  /** Asks for the present query (again). A slower answer to an older question is dropped. */
  async look(): Promise<void> {
    const query = this.query;
    if (query === null) return;
    const asking = ++this.#asking;
    const method = this.#methods.id;
    const { face } = this;
    const within = this.within;
    this.#photosThen = this.#photos;
    this.loading = true;
    try {
      const [found, details] = await Promise.all([
        this.#client.request('lookalikes.find', { query, k: this.#k, within, method, face }),
        'photo' in query ? this.#client.request('photos.get', { id: query.photo, method }) : null,
      ]);
      if (asking !== this.#asking) return;
      this.found = found;
      this.details = details;
      if (this.chosen >= found.lookalikes.length) this.chosen = 0;
      if (this.#chosenBefore !== null)
        this.choose(found.lookalikes.findIndex(({ id }) => id === this.#chosenBefore));
      this.#chosenBefore = null;
      this.error = null;
      // A path may turn out to be a photo of the library: then all is known about it as well.
      if (details === null && found.query.photo !== null) {
        const known = await this.#client.request('photos.get', {
          id: found.query.photo.id,
          method,
        });
        if (asking === this.#asking) this.details = known;
      }
    } catch (error) {
      if (asking !== this.#asking) return;
      this.error = error;
      // What another method found is no answer of this one.
      this.found = null;
    } finally {
      if (asking === this.#asking) this.loading = false;
    }
  }

  choose(index: number): void {
    if (index >= 0 && index < this.all.length) this.chosen = index;
  }
}

/**
 * What is kept from page to page without being shown itself: nothing follows these when they change.
 */
import type { GridMemory } from './grid.svelte.ts';

/** The part of a window's storage that is needed, so that tests can be their own. */
export type StorageLike = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Memory {
  readonly places: Places;
  /** The card of a cluster that the focus was on last, by its address. */
  card: string | null = null;
  /** The name of the group in the last export in the challenge format. */
  group = '';
  /** Shapes (width / height) of photos that were seen, to lay a page out before it is asked for. */
  readonly shapes = new Map<number, number>();

  /** @param storage lives as long as the window, and so outlives a reload of the page */
  constructor(storage: StorageLike) {
    this.places = new Places(storage);
  }
}

/** Where someone was in each grid, by the name of the grid. */
export class Places {
  #storage: StorageLike;

  constructor(storage: StorageLike) {
    this.#storage = storage;
  }

  get(grid: string): GridMemory | null {
    // Only `set` writes under this name.
    return JSON.parse(this.#storage.getItem(`place ${grid}`) ?? 'null') as GridMemory | null;
  }

  set(grid: string, place: GridMemory | null): void {
    if (place === null) this.#storage.removeItem(`place ${grid}`);
    else this.#storage.setItem(`place ${grid}`, JSON.stringify(place));
  }
}

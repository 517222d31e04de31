/**
 * What is kept from page to page without being shown itself: nothing follows these when they change.
 */
import type { GridMemory } from './grid.svelte.ts';

export class Memory {
  /** Where someone was in each grid, by the name of the grid. */
  readonly grids = new Map<string, GridMemory>();
  /** The card of a cluster that the focus was on last, by its address. */
  card: string | null = null;
  /** Shapes (width / height) of photos that were seen, to lay a page out before it is asked for. */
  readonly shapes = new Map<number, number>();
}

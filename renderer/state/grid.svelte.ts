/**
 * One grid of photos on the screen: what is in view, which photo the keys are on, and where to scroll
 * so that nothing jumps when photos come in or the window changes its size.
 */
import {
  headingAt,
  indicesOf,
  layOut,
  rowOf,
  rowsBetween,
  step,
  type Geometry,
  type Group,
  type Measures,
  type Step,
} from '../layout/justified.ts';

export interface GridContent {
  ids: readonly number[];
  ratios: readonly number[];
  groups: readonly Group[];
}

export interface GridRow {
  /** Of the first photo in the row: tells rows apart as they come and go. */
  key: number;
  /** Number of the row in the whole grid. */
  index: number;
  top: number;
  height: number;
  start: number;
  end: number;
}

/** Where someone was in a grid, to come back to it. */
export interface GridMemory {
  /** A photo and how far below the top of the view it stood, in pixels. */
  anchor: number;
  offset: number;
  active: number | null;
}

const gap = 4;
const headingHeight = 44;
/** Drawn above and below the view, in parts of its height. */
const margin = 0.6;
/** Of a grid that is new, so many photos are laid out at once: more than any window shows … */
const laidOutAtOnce = 1000;
/** … and the others after so many milliseconds, when the first ones are on the screen. */
const restAfter = 400;

export class Grid {
  content: GridContent = $state.raw({ ids: [], ratios: [], groups: [] });
  width = $state(0);
  viewHeight = $state(0);
  top = $state(0);
  /** The photo that keys act on, by id. */
  active: number | null = $state(null);
  /** Where the scroller shall go; a new object each time, so that the same place can be asked twice. */
  wanted: { top: number } | null = $state.raw(null);
  /** The photo under the pointer: it stays there when others come in. */
  pointed: number | null = null;

  // Laid out in the two setters and not derived: what is derived is computed anew whenever it is read
  // from outside the page, and for 100,000 photos that is too much for a key or a click.
  geometry: Geometry = $state.raw(layOut([], [], measuresFor(0)));
  #rest: ReturnType<typeof setTimeout> | undefined;
  #positions: ReadonlyMap<number, number> | undefined;

  readonly rows: GridRow[] = $derived.by(() => {
    const g = this.geometry;
    if (this.width <= 0) return [];
    const beyond = this.viewHeight * margin;
    const [first, end] = rowsBetween(g, this.top - beyond, this.top + this.viewHeight + beyond);
    return Array.from({ length: end - first }, (_, i) => this.#row(first + i));
  });
  readonly headings = $derived(
    this.geometry.headings.filter(
      (heading) =>
        heading.top > this.top - headingHeight && heading.top < this.top + this.viewHeight,
    ),
  );
  /** The title under which the top of the view lies. */
  readonly currentTitle = $derived(headingAt(this.geometry, this.top)?.title ?? '');

  /** Where each photo stands in the list, by its id. */
  get positions(): ReadonlyMap<number, number> {
    return (this.#positions ??= indicesOf(this.content.ids));
  }

  /** Takes other photos; the one that the person is at stays where it is. */
  setContent(content: GridContent): void {
    if (content === this.content) return;
    const memory = this.remember();
    this.content = content;
    this.#positions = undefined;
    this.#layOut();
    this.#restore(memory);
  }

  setWidth(width: number): void {
    if (width === this.width) return;
    const memory = this.remember();
    this.width = width;
    this.#layOut();
    this.#restore(memory);
  }

  remember(): GridMemory | null {
    const anchor = this.#anchor();
    if (anchor === null) return null;
    const index = this.positions.get(anchor) ?? 0;
    const offset = (this.geometry.rowTop[rowOf(this.geometry, index)] ?? 0) - this.top;
    return { anchor, offset, active: this.active };
  }

  /** Comes back to where someone was, as far as it is still there. */
  recall(memory: GridMemory): void {
    this.#layOutRest();
    this.active = memory.active;
    this.#restore(memory);
  }

  /** Moves to another photo by a key; false if there is none. */
  move(direction: Step): boolean {
    if (this.content.ids.length === 0) return false;
    this.#layOutRest();
    const from = this.active === null ? undefined : this.positions.get(this.active);
    const to =
      from === undefined
        ? this.#firstInView()
        : step(this.geometry, from, direction, this.viewHeight);
    this.active = this.content.ids[to] ?? null;
    this.reveal(to);
    return true;
  }

  /** Scrolls as little as needed to show a photo whole, with a part of the next row. */
  reveal(index: number): void {
    const row = rowOf(this.geometry, index);
    const top = this.geometry.rowTop[row] ?? 0;
    const height = this.geometry.rowHeight[row] ?? 0;
    const air = Math.min(headingHeight + 8, Math.max(0, (this.viewHeight - height) / 2));
    if (top - air < this.top) this.#scroll(row === 0 ? 0 : top - air);
    else if (top + height + air > this.top + this.viewHeight)
      this.#scroll(top + height + air - this.viewHeight);
  }

  #layOut(): void {
    // Before the grid is in the page, or while it is hidden, it has no width to be laid out in.
    if (this.width <= 0) return;
    clearTimeout(this.#rest);
    this.#rest = undefined;
    const { ratios, groups } = this.content;
    const measures = measuresFor(this.width);
    if (this.geometry.rows > 0 || ratios.length <= laidOutAtOnce) {
      this.geometry = layOut(ratios, groups, measures);
      return;
    }
    const first = groups.filter(({ start }) => start < laidOutAtOnce);
    this.geometry = layOut(ratios.slice(0, laidOutAtOnce), first, measures);
    this.#rest = setTimeout(() => {
      this.#layOut();
    }, restAfter);
  }

  #layOutRest(): void {
    if (this.#rest !== undefined) this.#layOut();
  }

  #row(index: number): GridRow {
    const g = this.geometry;
    const start = g.rowStart[index] ?? 0;
    return {
      key: this.content.ids[start] ?? -1,
      index,
      top: g.rowTop[index] ?? 0,
      height: g.rowHeight[index] ?? 0,
      start,
      end: g.rowStart[index + 1] ?? start,
    };
  }

  /** The photo that must not move: the active or pointed one if it is in view, else the first. */
  #anchor(): number | null {
    for (const id of [this.active, this.pointed]) {
      if (id !== null && this.#inView(id)) return id;
    }
    return this.top <= 0 ? null : (this.content.ids[this.#firstInView()] ?? null);
  }

  #inView(id: number): boolean {
    const index = this.positions.get(id);
    if (index === undefined) return false;
    const row = rowOf(this.geometry, index);
    const top = this.geometry.rowTop[row] ?? 0;
    const bottom = top + (this.geometry.rowHeight[row] ?? 0);
    return bottom > this.top && top < this.top + this.viewHeight;
  }

  #firstInView(): number {
    const [row] = rowsBetween(this.geometry, this.top, this.top + this.viewHeight);
    return this.geometry.rowStart[Math.min(row, Math.max(0, this.geometry.rows - 1))] ?? 0;
  }

  #restore(memory: GridMemory | null): void {
    if (memory === null) return;
    const index = this.positions.get(memory.anchor);
    if (index === undefined || this.width <= 0) return;
    const top = this.geometry.rowTop[rowOf(this.geometry, index)] ?? 0;
    this.#scroll(top - memory.offset);
  }

  #scroll(top: number): void {
    const most = Math.max(0, this.geometry.height - this.viewHeight);
    this.top = Math.min(most, Math.max(0, top));
    this.wanted = { top: this.top };
  }
}

function measuresFor(width: number): Measures {
  return { width, rowHeight: rowHeightFor(width), gap, headingHeight };
}

/** Rows are lower where there is little room, so that a row still holds a few photos. */
export function rowHeightFor(width: number): number {
  return Math.round(Math.min(220, Math.max(120, width / 6)));
}

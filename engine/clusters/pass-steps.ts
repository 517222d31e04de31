/**
 * The steps of a pass, each cut into items of some ten thousand pairs that any thread can take. What
 * every item finds goes into the shared memory at once, so that the bounds of later ones are tighter;
 * only edges of the forest are gathered by each thread for itself.
 */
import { Bounds, type Block } from '../search/bounds.ts';
import { dot } from '../search/kernel.ts';
import { similaritiesOf, similarityOf } from '../search/metric.ts';
import { rotateRows, type Basis } from '../search/rotation.ts';
import { distanceOf } from './distance.ts';
import { Dendrogram } from './dendrogram.ts';
import { GrowingForest, noEdges, type Edges } from './forest.ts';
import { JoinSide } from './join-side.ts';
import { nearThreshold, tile, type PassMemory } from './pass-memory.ts';

export type Step =
  /** Rows rounded for their bounds, rotated before where there is a basis, and their offsets. */
  | { kind: 'round'; basis: Basis | undefined }
  /** The nearest rows of every row, among the pairs that `Tiles` says. */
  | ({ kind: 'near' } & Tiles)
  /**
   * The nearest row of another component, by mutual reachability, for the first places; the others'
   * thresholds are ∞.
   */
  | ({ kind: 'link' } & Tiles)
  /**
   * Pairs that connect rows at a lower level than the dendrogram does; only those of two components,
   * where `across` says so. `listed`: the dendrogram's forest has the edges to all listed neighbours.
   */
  | ({ kind: 'join'; across: boolean; listed: boolean } & Tiles);

/**
 * The pairs of a row at one of the first `first` places and one behind it, in tiles a ≤ b with b < `right`
 * that differ by `from` or more, and less than `to`: near ones come first.
 */
export interface Tiles {
  first: number;
  right: number;
  from: number;
  to: number;
}

const rowsAtOnce = 64;
/** Tiles that one tile is compared with in an item: it is made ready once for them. */
const tilesAtOnce = 4;
/** Pairs of a row that are multiplied at a time: after them, less may be left to look at. */
const pairsAtOnce = 16;

/** How many items a step has. */
export function itemsOf(step: Step, memory: PassMemory): number {
  switch (step.kind) {
    case 'round':
      return Math.ceil(memory.size / rowsAtOnce);
    default:
      return (
        Math.ceil((Math.min(step.to, step.right) - step.from) / tilesAtOnce) * tilesOf(step.first)
      );
  }
}

function tilesOf(places: number): number {
  return Math.ceil(places / tile);
}

/** One thread's part in the steps. */
export class StepWorker {
  readonly #memory: PassMemory;
  readonly #thread: number;
  readonly #left: JoinSide;
  readonly #right: JoinSide;
  readonly #dendrogram: Dendrogram;
  /** Pairs of one row that are multiplied together. */
  readonly #candidates = {
    places: new Uint32Array(pairsAtOnce),
    others: new Int32Array(pairsAtOnce),
    exact: new Float64Array(pairsAtOnce),
  };
  #madeBounds: Bounds | undefined;
  #forest: GrowingForest | undefined;

  /** @param thread its number among the threads of the pass */
  constructor(memory: PassMemory, thread: number) {
    this.#memory = memory;
    this.#thread = thread;
    this.#dendrogram = new Dendrogram(memory);
    this.#left = new JoinSide(memory);
    this.#right = new JoinSide(memory);
  }

  do(step: Step, item: number): void {
    switch (step.kind) {
      case 'round':
        this.#round(step.basis, item);
        return;
      default: {
        const left = tilesOf(step.first);
        const a = item % left;
        const from = a + step.from + tilesAtOnce * Math.floor(item / left);
        const to = Math.min(from + tilesAtOnce, a + step.to, step.right);
        if (step.kind === 'join') {
          for (let b = from; b < to; b++)
            if (!step.across || this.#differ(a, b)) this.#join(a, b, step);
        } else if (from < to) {
          this.#bounds.load(this.#block(a, step.first));
          for (let b = from; b < to; b++) this.#compare(a, b, step);
        }
      }
    }
  }

  /** The edges that were found since the last call. */
  takeEdges(): Edges {
    const edges = this.#forest?.finish() ?? noEdges;
    this.#forest = undefined;
    return edges;
  }

  #round(basis: Basis | undefined, item: number): void {
    const { rows, rounded, size, dimensions, metric, offsets, longest } = this.#memory;
    const start = item * rowsAtOnce;
    const count = Math.min(rowsAtOnce, size - start);
    const numbers = basis?.count ?? dimensions;
    let first = rows.subarray(start * dimensions, (start + count) * dimensions);
    const rest = new Float32Array(count);
    if (basis) {
      first = new Float32Array(count * numbers);
      rotateRows(basis, rows, start, count, first, rest);
    }
    for (let r = 0; r < count; r++) {
      const row = start + r;
      const own = first.subarray(r * numbers, (r + 1) * numbers);
      const moved = rounded.put(row, own, rest[r] as number, longest);
      this.#memory.noteMoved(this.#thread, moved);
      offsets[row] = metric === 'cosine' ? 0 : -dot(rows, row, rows, row, dimensions) / 2;
    }
  }

  /** Takes the distances of the pairs of two tiles whose bounds may be of use. */
  #compare(a: number, b: number, { kind, first }: Tiles & { kind: 'near' | 'link' }): void {
    const { thresholds, numbers, components, metric, rows, dimensions } = this.#memory;
    const count = this.#bounds.between(this.#block(b));
    const { pairs, similarities } = this.#bounds;
    const { places, others, exact } = this.#candidates;
    for (let c = 0; c < count;) {
      const place = (pairs[c] as number) >>> 16;
      const p = a * tile + place;
      const i = numbers[p] as number;
      let chosen = 0;
      for (; c < count && chosen < pairsAtOnce; c++) {
        const pair = pairs[c] as number;
        if (pair >>> 16 !== place) break;
        const q = b * tile + (pair & 0xffff);
        if (p >= q) continue;
        const j = numbers[q] as number;
        if (kind === 'link' && components[i] === components[j]) continue;
        const bound = similarities[c] as number;
        if (bound < (thresholds[p] as number) && bound < (thresholds[q] as number)) continue;
        places[chosen] = q;
        others[chosen++] = j;
      }
      similaritiesOf(metric, rows, i, rows, others.subarray(0, chosen), dimensions, exact);
      for (let k = 0; k < chosen; k++) {
        const distance = distanceOf(exact[k] as number);
        if (kind === 'near') this.#near(p, places[k] as number, distance);
        else this.#link(p, places[k] as number, distance, first);
      }
    }
  }

  /** Offers the rows at two places to each other's lists. */
  #near(p: number, q: number, distance: number): void {
    const { thresholds, numbers, nearDistances, kept } = this.#memory;
    const i = numbers[p] as number;
    const j = numbers[q] as number;
    if (distance < (nearDistances[(i + 1) * kept - 1] as number))
      thresholds[p] = this.#offer(i, j, distance);
    if (distance < (nearDistances[(j + 1) * kept - 1] as number))
      thresholds[q] = this.#offer(j, i, distance);
  }

  /** Takes a row into the list of another. Returns what newcomers must reach from now on. */
  #offer(row: number, other: number, distance: number): number {
    const { nearRows, nearDistances, kept } = this.#memory;
    this.#lock(row);
    const start = row * kept;
    let place = start + kept - 1;
    let known = distance >= (nearDistances[place] as number);
    for (let p = start; p < start + kept; p++) known ||= nearRows[p] === other;
    if (!known) {
      while (place > start && (nearDistances[place - 1] as number) > distance) {
        nearDistances[place] = nearDistances[place - 1] as number;
        nearRows[place] = nearRows[place - 1] as number;
        place -= 1;
      }
      nearDistances[place] = distance;
      nearRows[place] = other;
    }
    const last = nearDistances[start + kept - 1] as number;
    this.#unlock(row);
    return nearThreshold(this.#memory, last);
  }

  /** Offers the rows at two places to each other as the nearest of another component. */
  #link(p: number, q: number, distance: number, first: number): void {
    const { thresholds, numbers, coreDistances } = this.#memory;
    const i = numbers[p] as number;
    const j = numbers[q] as number;
    const core = Math.max(coreDistances[i] as number, coreDistances[j] as number);
    const weight = Math.max(core, distance);
    thresholds[p] = this.#offerLink(i, j, weight);
    if (q < first) thresholds[q] = this.#offerLink(j, i, weight);
  }

  #offerLink(row: number, other: number, weight: number): number {
    const { linkRows, linkWeights } = this.#memory;
    this.#lock(row);
    if (weight < (linkWeights[row] as number)) {
      linkWeights[row] = weight;
      linkRows[row] = other;
    }
    const least = linkWeights[row] as number;
    this.#unlock(row);
    return nearThreshold(this.#memory, least);
  }

  /** Whether rows of two tiles are in different components. */
  #differ(a: number, b: number): boolean {
    const { numbers, components, size } = this.#memory;
    const one = components[numbers[a * tile] as number];
    for (const start of [a * tile, b * tile])
      for (let place = start; place < Math.min(size, start + tile); place++)
        if (components[numbers[place] as number] !== one) return true;
    return false;
  }

  #join(
    a: number,
    b: number,
    { across, listed, first }: { across: boolean; listed: boolean; first: number },
  ): void {
    const memory = this.#memory;
    const { numbers, components, coreDistances, size } = memory;
    const [left, right] = [this.#left, this.#right];
    const pivot = numbers[b * tile] as number;
    left.read(a, first, this.#dendrogram, pivot);
    right.read(b, size, this.#dendrogram, pivot);
    if (listed) {
      left.leaveOut(right.most);
      right.leaveOut(left.most);
    }
    this.#bounds.load(left.block());
    const count = this.#bounds.between(right.block());
    if (count === 0) return;
    const { pairs, similarities } = this.#bounds;
    this.#forest ??= new GrowingForest(size, 4 * size);
    for (let c = 0; c < count; c++) {
      const pair = pairs[c] as number;
      const p = left.places[pair >>> 16] as number;
      const q = right.places[pair & 0xffff] as number;
      if (p >= q) continue;
      const i = numbers[p] as number;
      const j = numbers[q] as number;
      if (across && components[i] === components[j]) continue;
      const bottleneck = this.#dendrogram.bottleneck(i, j);
      const core = Math.max(coreDistances[i] as number, coreDistances[j] as number);
      if (core >= bottleneck) continue;
      const bound = similarities[c] as number;
      if (bound < memory.thresholdOf(bottleneck)) continue;
      const weight = Math.max(core, this.#distance(i, j));
      if (weight < bottleneck) this.#forest.offer(i, j, weight);
    }
  }

  /** Made when rows are rounded. */
  get #bounds(): Bounds {
    const { rounded, offsets, longest } = this.#memory;
    return (this.#madeBounds ??= new Bounds(rounded, tile, offsets, longest));
  }

  /** The rows of a tile, as far as they are at the first `end` places. */
  #block(index: number, end = this.#memory.size): Block {
    const { numbers, thresholds } = this.#memory;
    const start = index * tile;
    return {
      ...{ numbers, start, count: Math.min(tile, end - start) },
      ...{ thresholds, thresholdStart: start },
    };
  }

  #distance(i: number, j: number): number {
    const { metric, rows, dimensions } = this.#memory;
    return distanceOf(similarityOf(metric, rows, i, rows, j, dimensions));
  }

  #lock(row: number): void {
    while (Atomics.compareExchange(this.#memory.locks, row, 0, 1) !== 0);
  }

  #unlock(row: number): void {
    Atomics.store(this.#memory.locks, row, 0);
  }
}

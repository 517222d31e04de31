/**
 * The steps of a pass, each cut into items of some ten thousand pairs that any thread can take. What
 * every item finds goes into the shared memory at once, so that the bounds of later ones are tighter;
 * only edges of the forest are gathered by each thread for itself.
 */
import { rowsPerBlock } from '../search/bounds.ts';
import { dot } from '../search/kernel.ts';
import { similarityOf } from '../search/metric.ts';
import { rotateRows, type Basis } from '../search/rotation.ts';
import { distanceOf } from './distance.ts';
import { Dendrogram } from './dendrogram.ts';
import { GrowingForest, noEdges, type Edges } from './forest.ts';
import { tile, type PassMemory } from './pass-memory.ts';

export type Step =
  /** First numbers and remaining lengths of all rows. */
  | { kind: 'rotate'; basis: Basis }
  /** Rows into blocks, in the order of `numbers`, with their offsets. */
  | { kind: 'arrange' }
  /** The nearest rows of every row, among the pairs that `Tiles` says. */
  | ({ kind: 'near'; slack: number } & Tiles)
  /**
   * The nearest row of another component, by mutual reachability, for the first `of` places; the
   * others' thresholds are ∞.
   */
  | ({ kind: 'link'; of: number; slack: number } & Tiles)
  /**
   * Pairs that connect rows at a lower level than the dendrogram does; only those of two components,
   * where `across` says so.
   */
  | ({ kind: 'join'; across: boolean; slack: number } & Tiles);

/**
 * The pairs of tiles a ≤ b with a < `left` and b < `right` whose places differ by `from` or more, and
 * less than `to`: near ones come first.
 */
export interface Tiles {
  left: number;
  right: number;
  from: number;
  to: number;
}

const rowsAtOnce = 64;

/** How many items a step has. */
export function itemsOf(step: Step, memory: PassMemory): number {
  switch (step.kind) {
    case 'rotate':
      return Math.ceil(memory.size / rowsAtOnce);
    case 'arrange':
      return memory.tiles;
    default:
      return (Math.min(step.to, step.right) - step.from) * step.left;
  }
}

/** One thread's part in the steps. */
export class StepWorker {
  readonly #memory: PassMemory;
  readonly #pairs: Uint32Array;
  readonly #pairsAddress: number;
  readonly #ownThresholds: Float32Array;
  readonly #ownAddress: number;
  readonly #dendrogram: Dendrogram;
  #forest: GrowingForest | undefined;

  /** @param thread its number among the threads of the pass */
  constructor(memory: PassMemory, thread: number) {
    this.#memory = memory;
    const { addresses, plan } = memory;
    this.#pairsAddress = addresses.pairs + thread * 4 * (tile * tile + rowsPerBlock);
    this.#pairs = new Uint32Array(plan.memory.buffer, this.#pairsAddress, tile * tile);
    this.#ownAddress = addresses.ownThresholds + thread * 4 * tile;
    this.#ownThresholds = new Float32Array(plan.memory.buffer, this.#ownAddress, tile);
    this.#dendrogram = new Dendrogram(memory);
  }

  do(step: Step, item: number): void {
    switch (step.kind) {
      case 'rotate':
        this.#rotate(step.basis, item);
        return;
      case 'arrange':
        this.#arrange(item);
        return;
      default: {
        const a = item % step.left;
        const b = a + step.from + Math.floor(item / step.left);
        if (b >= step.right) return;
        if (step.kind === 'near') this.#near(a, b, step.slack);
        else if (step.kind === 'link') this.#link(a, b, step.of, step.slack);
        else if (!step.across || this.#differ(a, b)) this.#join(a, b, step.across, step.slack);
      }
    }
  }

  /** The edges that were found since the last call. */
  takeEdges(): Edges {
    const edges = this.#forest?.finish() ?? noEdges;
    this.#forest = undefined;
    return edges;
  }

  #rotate(basis: Basis, item: number): void {
    const { rows, rotated, size, stride, width } = this.#memory;
    const start = item * rowsAtOnce;
    const count = Math.min(rowsAtOnce, size - start);
    const first = new Float32Array(count * basis.count);
    const rest = new Float32Array(count);
    rotateRows({ ...basis, dimensions: stride }, rows, start, count, first, rest);
    for (let r = 0; r < count; r++) {
      const to = (start + r) * width;
      rotated.set(first.subarray(r * basis.count, (r + 1) * basis.count), to);
      rotated[to + width - 1] = rest[r] as number;
    }
  }

  #arrange(block: number): void {
    const { isWhole, size, stride, width, rows, rotated, numbers, blocks, offsets, metric } =
      this.#memory;
    const from = isWhole ? rows : rotated;
    for (let place = block * tile; place < (block + 1) * tile; place++) {
      const row = numbers[place] as number;
      const to = Math.floor(place / rowsPerBlock) * rowsPerBlock * width + (place % rowsPerBlock);
      if (place < size)
        for (let d = 0; d < width; d++)
          blocks[to + d * rowsPerBlock] = from[row * width + d] as number;
      const isPadding = place >= size;
      const offset = metric === 'cosine' ? 0 : -dot(rows, row, rows, row, stride) / 2;
      offsets[place] = isPadding ? -Infinity : offset;
    }
  }

  #near(a: number, b: number, slack: number): void {
    const { thresholds, numbers, addresses } = this.#memory;
    const count = this.#candidates(a, b, addresses.thresholds + 4 * tile * a);
    for (let c = 0; c < count; c++) {
      const pair = this.#pairs[c] as number;
      const p = a * tile + (pair >>> 16);
      const q = b * tile + (pair & 0xffff);
      if (p >= q) continue;
      const i = numbers[p] as number;
      const j = numbers[q] as number;
      const distance = this.#distance(i, j);
      const kept = this.#memory.kept;
      if (distance < (this.#memory.nearDistances[(i + 1) * kept - 1] as number))
        thresholds[p] = this.#offer(i, j, distance, slack);
      if (distance < (this.#memory.nearDistances[(j + 1) * kept - 1] as number))
        thresholds[q] = this.#offer(j, i, distance, slack);
    }
  }

  /** Takes a row into the list of another. Returns what newcomers must reach from now on. */
  #offer(row: number, other: number, distance: number, slack: number): number {
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
    return nearThreshold(this.#memory, last, slack);
  }

  #link(a: number, b: number, of: number, slack: number): void {
    const memory = this.#memory;
    const { thresholds, numbers, addresses, components, coreDistances } = memory;
    const count = this.#candidates(a, b, addresses.thresholds + 4 * tile * a);
    for (let c = 0; c < count; c++) {
      const pair = this.#pairs[c] as number;
      const p = a * tile + (pair >>> 16);
      const q = b * tile + (pair & 0xffff);
      if (p >= q) continue;
      const i = numbers[p] as number;
      const j = numbers[q] as number;
      if (components[i] === components[j]) continue;
      const core = Math.max(coreDistances[i] as number, coreDistances[j] as number);
      const weight = Math.max(core, this.#distance(i, j));
      if (p < of) thresholds[p] = this.#offerLink(i, j, weight, slack);
      if (q < of) thresholds[q] = this.#offerLink(j, i, weight, slack);
    }
  }

  #offerLink(row: number, other: number, weight: number, slack: number): number {
    const { linkRows, linkWeights } = this.#memory;
    this.#lock(row);
    if (weight < (linkWeights[row] as number)) {
      linkWeights[row] = weight;
      linkRows[row] = other;
    }
    const least = linkWeights[row] as number;
    this.#unlock(row);
    return nearThreshold(this.#memory, least, slack);
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

  #join(a: number, b: number, across: boolean, slack: number): void {
    const memory = this.#memory;
    const { numbers, components, coreDistances, size } = memory;
    // Of two rows i and j, the bottleneck is at most the larger one of those of i and k and of k and j,
    // whatever k is: here, the first row of b.
    const pivot = numbers[b * tile] as number;
    for (let i = 0; i < tile; i++) {
      const place = a * tile + i;
      this.#ownThresholds[i] =
        place < size ? joinThreshold(memory, this.#dendrogram, place, pivot, slack) : Infinity;
    }
    const count = this.#candidates(a, b, this.#ownAddress);
    if (count === 0) return;
    this.#forest ??= new GrowingForest(size, 4 * size);
    for (let c = 0; c < count; c++) {
      const pair = this.#pairs[c] as number;
      const p = a * tile + (pair >>> 16);
      const q = b * tile + (pair & 0xffff);
      if (p >= q) continue;
      const i = numbers[p] as number;
      const j = numbers[q] as number;
      if (across && components[i] === components[j]) continue;
      const bottleneck = this.#dendrogram.bottleneck(i, j);
      const core = Math.max(coreDistances[i] as number, coreDistances[j] as number);
      if (core >= bottleneck) continue;
      const weight = Math.max(core, this.#distance(i, j));
      if (weight < bottleneck) this.#forest.offer(i, j, weight);
    }
  }

  /** Pairs of places in two tiles that may reach the threshold of one of them. */
  #candidates(a: number, b: number, leftThresholds: number): number {
    const { bounds, addresses, width, stride, isWhole } = this.#memory;
    const blocks = tile / rowsPerBlock;
    const left = 4 * tile * a;
    const right = 4 * tile * b;
    const count = bounds.bounds(
      addresses.blocks + left * width,
      blocks,
      addresses.blocks + right * width,
      blocks,
      width,
      leftThresholds,
      addresses.thresholds + right,
      addresses.offsets + left,
      addresses.offsets + right,
      this.#pairsAddress,
    );
    if (isWhole || count === 0) return count;
    return bounds.refine(
      this.#pairsAddress,
      count,
      addresses.numbers + left,
      addresses.numbers + right,
      addresses.rows,
      stride,
      leftThresholds,
      addresses.thresholds + right,
      addresses.offsets + left,
      addresses.offsets + right,
    );
  }

  /** Zeros at the end of rows change no sum. */
  #distance(i: number, j: number): number {
    const { metric, rows, stride } = this.#memory;
    return distanceOf(similarityOf(metric, rows, i, rows, j, stride));
  }

  #lock(row: number): void {
    while (Atomics.compareExchange(this.#memory.locks, row, 0, 1) !== 0);
  }

  #unlock(row: number): void {
    Atomics.store(this.#memory.locks, row, 0);
  }
}

/** What a row must reach to be nearer than `distance`: nothing is nearer than 0. */
export function nearThreshold(memory: PassMemory, distance: number, slack: number): number {
  return distance === 0 ? Infinity : memory.thresholdOf(distance, slack);
}

/** What a pair of the row at a place must reach, as far as that row's bottleneck to a pivot says. */
export function joinThreshold(
  memory: PassMemory,
  dendrogram: Dendrogram,
  place: number,
  pivot: number,
  slack: number,
): number {
  const row = memory.numbers[place] as number;
  return row === pivot ? Infinity : memory.thresholdOf(dendrogram.bottleneck(row, pivot), slack);
}

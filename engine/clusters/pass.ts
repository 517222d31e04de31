/**
 * The parts that a first pass over a library (build.ts) and one that brings an older pass up to date
 * (update.ts) have in common. What runs on all threads is in pass-steps.ts.
 */
import { dot } from '../search/kernel.ts';
import { principalBasis } from '../search/rotation.ts';
import type { Crew } from './crew.ts';
import { Dendrogram } from './dendrogram.ts';
import { GrowingForest, spanningForest, type Edges } from './forest.ts';
import type { Hierarchy, Pace } from './hierarchy.ts';
import { lowest, nearThreshold, tile, type PassMemory } from './pass-memory.ts';
import type { Step, Tiles } from './pass-steps.ts';
import { UnionFind } from './union-find.ts';

/** Pairs of a row of each component and all others that are looked at to connect components. */
const mostLinked = 5e8;
/** What progress counts up to. */
const total = 1000;

export class Pass {
  readonly memory: PassMemory;
  readonly minPhotos: number;
  readonly #crew: Crew;
  readonly #pace: Pace;
  #done = 0;

  constructor(crew: Crew, minPhotos: number, pace: Pace) {
    this.#crew = crew;
    this.memory = crew.memory;
    this.minPhotos = minPhotos;
    this.#pace = pace;
    this.memory.longest = longest(this.memory);
  }

  get pause(): () => Promise<void> {
    return this.#pace.pause;
  }

  /** Does a step with all threads. @param until how far the whole pass is then, 0…1 */
  async run(step: Step, until: number): Promise<Edges[]> {
    const start = this.#done;
    return this.#crew.run(step, async (share) => {
      this.progress(start + (until - start) * share);
      await this.#pace.pause();
    });
  }

  /** @param share of the whole pass that is done, 0…1; it never goes back */
  progress(share: number): void {
    this.#done = Math.max(this.#done, share);
    this.#pace.onProgress(Math.floor(this.#done * total), total);
  }

  /** Makes what rows are compared by. */
  async round(until: number): Promise<void> {
    const { rows, size, dimensions, boundsForm } = this.memory;
    const { first, isWhole } = boundsForm;
    const basis = isWhole
      ? undefined
      : await principalBasis(rows, size, dimensions, first, this.pause);
    await this.run({ kind: 'round', basis }, until);
    this.memory.setSlack();
  }

  /** Puts rows into an order, which decides how they are compared from now on. */
  arrange(order: Uint32Array): void {
    this.memory.numbers.set(order);
  }

  /** Offers each row to the others' lists of nearest rows, among the pairs of these tiles. */
  async near(tiles: Tiles, until: number): Promise<void> {
    const { thresholds, numbers, size, kept, nearDistances } = this.memory;
    if (kept === 0) return;
    thresholds.fill(Infinity);
    for (let place = 0; place < size; place++) {
      const last = nearDistances[((numbers[place] as number) + 1) * kept - 1] ?? Infinity;
      thresholds[place] = nearThreshold(this.memory, last);
    }
    await this.run({ kind: 'near', ...tiles }, until);
  }

  /** Reads the core distances off the lists of nearest rows. */
  findCores(): void {
    const { size, kept, nearDistances, coreDistances } = this.memory;
    for (let row = 0; row < size; row++)
      coreDistances[row] =
        this.minPhotos === 1 ? 0 : (nearDistances[row * kept + this.minPhotos - 2] as number);
  }

  /** The minimum spanning forest of the edges from some rows to their nearest ones. */
  nearForest(rows: Iterable<number>): Edges {
    const { size, kept, nearRows, nearDistances, coreDistances } = this.memory;
    // With room for a part of the edges only, which are many times those of the forest.
    const forest = new GrowingForest(size, 4 * size);
    for (const row of rows)
      for (let place = row * kept; place < (row + 1) * kept; place++) {
        const other = nearRows[place] as number;
        if (other === -1) break;
        const core = Math.max(coreDistances[row] as number, coreDistances[other] as number);
        forest.offer(row, other, Math.max(core, nearDistances[place] as number));
      }
    return forest.finish();
  }

  /**
   * Adds edges to a forest until it connects all rows. They need not be the best ones: what they are
   * for is that no pair has a bottleneck of ∞. Each component looks for the row that is nearest to its
   * own densest one; where components are very many, for the nearest of those.
   */
  async connect(start: Edges, until: number): Promise<Edges> {
    const { size, thresholds, linkRows, linkWeights, numbers, tiles } = this.memory;
    let forest = start;
    while (forest.weights.length < size - 1) {
      const chosen = this.#densest(forest);
      this.arrange(inFront(chosen, numbers.subarray(0, size)));
      linkRows.fill(-1);
      linkWeights.fill(Infinity);
      thresholds.fill(Infinity).fill(lowest, 0, chosen.length);
      const first = chosen.length;
      const right = first * size > mostLinked ? Math.ceil(first / tile) : tiles;
      await this.run({ kind: 'link', first, right, from: 0, to: right }, until);
      forest = spanningForest(size, forest, {
        from: chosen,
        to: Uint32Array.from(chosen, (row) => linkRows[row] as number),
        weights: Float64Array.from(chosen, (row) => linkWeights[row] as number),
      });
    }
    return forest;
  }

  /** Notes the component of every row in a forest. */
  findComponents(forest: Edges): void {
    const { size, components } = this.memory;
    const sets = new UnionFind(size);
    for (let edge = 0; edge < forest.weights.length; edge++)
      sets.join(forest.from[edge] as number, forest.to[edge] as number);
    for (let row = 0; row < size; row++) components[row] = sets.find(row);
  }

  /** The row of each component that is core first. */
  #densest(forest: Edges): Uint32Array {
    const { size, components, coreDistances } = this.memory;
    this.findComponents(forest);
    const densest = new Map<number, number>();
    for (let row = 0; row < size; row++) {
      const component = components[row] as number;
      const known = densest.get(component);
      if (known === undefined || (coreDistances[row] as number) < (coreDistances[known] as number))
        densest.set(component, row);
    }
    return Uint32Array.from(densest.values());
  }

  /** Makes this forest the one that pairs are compared with. Returns rows in the order of its leaves. */
  compareWith(forest: Edges): Uint32Array {
    return new Dendrogram(this.memory).write(forest);
  }

  /**
   * Finds edges between the rows of these tiles that connect some at a lower level than the forest.
   * @param only `across`: those between two `components`; `listed`: the forest has the edges to all
   *   listed neighbours of all rows, so that those need not be looked for
   */
  async join(
    forest: Edges,
    tiles: Tiles,
    until: number,
    only: { across?: boolean; listed?: boolean } = {},
  ): Promise<Edges> {
    const { across = false, listed = false } = only;
    const found = await this.run({ kind: 'join', across, listed, ...tiles }, until);
    return spanningForest(this.memory.size, forest, ...found);
  }

  /** What was found. */
  hierarchy(edges: Edges): Hierarchy {
    const { memory, minPhotos } = this;
    // Copies, as the memory of the pass ends with it.
    const neighbours = {
      rows: Int32Array.from(memory.nearRows),
      distances: Float64Array.from(memory.nearDistances),
    };
    this.progress(1);
    return { size: memory.size, minPhotos, neighbours, edges };
  }
}

/** The same rows with some of them first. */
export function inFront(first: Uint32Array, order: Uint32Array): Uint32Array {
  const isFirst = new Uint8Array(order.length);
  for (const row of first) isFirst[row] = 1;
  const result = new Uint32Array(order.length);
  result.set(first);
  let place = first.length;
  for (const row of order) if (isFirst[row] === 0) result[place++] = row;
  return result;
}

/** The length of the longest row; 1 where all are 0. */
function longest({ rows, size, dimensions }: PassMemory): number {
  let most = 0;
  for (let row = 0; row < size; row++) most = Math.max(most, dot(rows, row, rows, row, dimensions));
  return Math.sqrt(most) || 1;
}

/**
 * The memory that the threads of one pass share: all that is found about its rows. It is laid
 * out once, so that every thread finds everything at the same places.
 */
import { boundsForm, RoundedRows, type BoundsForm } from '../search/bounds.ts';
import type { Metric } from '../search/metric.ts';
import { levelsOf } from './dendrogram.ts';

/** Rows that are compared with each other at a time. */
export const tile = 192;

export interface PassForm {
  size: number;
  dimensions: number;
  metric: Metric;
  /** Nearest rows that are kept of each. */
  kept: number;
  /** Bounds are made of whole rows: for few pairs, a rotation does not pay. */
  whole: boolean;
  /** Threads that work at the same time. */
  threads: number;
}

/** What a thread needs to find its way; it can be sent to one. */
export interface PassPlan extends PassForm {
  /** float32 [size × dimensions], as the metric wants them. Threads share them where their memory can be. */
  rows: Float32Array;
  memory: SharedArrayBuffer;
}

export function planPass(form: PassForm, rows: Float32Array): PassPlan {
  const { end } = layout(form);
  return { ...form, rows, memory: new SharedArrayBuffer(end) };
}

/** Where everything is, in bytes. */
function layout({ size, dimensions, kept, whole, threads }: PassForm) {
  const bounds = boundsForm(dimensions, whole);
  const rounded = size * (bounds.first + 1);
  let end = 64;
  const room = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  const places = {
    control: room(64),
    rounded: room(2 * rounded),
    measures: room(8 * (2 + threads)),
    offsets: room(8 * size),
    numbers: room(4 * size),
    thresholds: room(8 * size),
    nearRows: room(4 * size * kept),
    nearDistances: room(8 * size * kept),
    linkRows: room(4 * size),
    linkWeights: room(8 * size),
    locks: room(4 * size),
    coreDistances: room(8 * size),
    components: room(4 * size),
    places: room(4 * size),
    gaps: room(4 * size * levelsOf(size)),
  };
  return { ...places, bounds, roundedLength: rounded, end };
}

/** No similarity is lower. */
export const lowest = -Infinity;

/** The same memory as arrays, in one thread. */
export class PassMemory {
  readonly plan: PassPlan;
  readonly size: number;
  readonly dimensions: number;
  readonly metric: Metric;
  readonly kept: number;
  /** Blocks of `tile` rows; the last may have less. */
  readonly tiles: number;
  readonly boundsForm: BoundsForm;

  /** [16]: see `Control`. */
  readonly control: Int32Array;
  /** [size × dimensions], as the metric wants them. */
  readonly rows: Float32Array;
  readonly rounded: RoundedRows;
  /**
   * [2 + threads]: the length of the longest row (1 where all are 0); what a bound may be too low by; and
   * how far each thread's rounding moved first numbers at most.
   */
  readonly #measures: Float64Array;
  /** [size]: see `bounds.ts`. */
  readonly offsets: Float64Array;
  /** [size]: the row at each place. */
  readonly numbers: Uint32Array;
  /** [size]: similarity that a pair must reach, by place. */
  readonly thresholds: Float64Array;
  /** [size × kept]: nearest rows of each, −1 for none, and their distances, ∞ for none. */
  readonly nearRows: Int32Array;
  readonly nearDistances: Float64Array;
  /** [size]: the nearest row of another component, by mutual reachability. */
  readonly linkRows: Int32Array;
  readonly linkWeights: Float64Array;
  /** [size]: 1 while a thread changes what is kept of a row. */
  readonly locks: Int32Array;
  readonly coreDistances: Float64Array;
  /** [size]: the component of the forest that each row is in. */
  readonly components: Uint32Array;
  /** Of the dendrogram. */
  readonly places: Uint32Array;
  readonly gaps: Float32Array;

  constructor(plan: PassPlan) {
    this.plan = plan;
    ({ size: this.size, dimensions: this.dimensions, metric: this.metric, kept: this.kept } = plan);
    const { size, kept } = this;
    const form = layout(plan);
    const { memory: buffer, threads } = plan;
    this.tiles = Math.ceil(size / tile);
    this.boundsForm = form.bounds;
    this.control = new Int32Array(buffer, form.control, 16);
    this.rows = plan.rows;
    this.rounded = new RoundedRows(
      form.bounds.first,
      new Int16Array(buffer, form.rounded, form.roundedLength),
    );
    this.#measures = new Float64Array(buffer, form.measures, 2 + threads);
    this.offsets = new Float64Array(buffer, form.offsets, size);
    this.numbers = new Uint32Array(buffer, form.numbers, size);
    this.thresholds = new Float64Array(buffer, form.thresholds, size);
    this.nearRows = new Int32Array(buffer, form.nearRows, size * kept);
    this.nearDistances = new Float64Array(buffer, form.nearDistances, size * kept);
    this.linkRows = new Int32Array(buffer, form.linkRows, size);
    this.linkWeights = new Float64Array(buffer, form.linkWeights, size);
    this.locks = new Int32Array(buffer, form.locks, size);
    this.coreDistances = new Float64Array(buffer, form.coreDistances, size);
    this.components = new Uint32Array(buffer, form.components, size);
    this.places = new Uint32Array(buffer, form.places, size);
    this.gaps = new Float32Array(buffer, form.gaps, size * levelsOf(size));
  }

  get longest(): number {
    return this.#measures[0] as number;
  }

  set longest(length: number) {
    this.#measures[0] = length;
  }

  /** Notes how far rounding moved first numbers, see `RoundedRows.put`; each thread for itself. */
  noteMoved(thread: number, moved: number): void {
    this.#measures[2 + thread] = Math.max(this.#measures[2 + thread] as number, moved);
  }

  /** Sets what bounds may be too low by, once all rows are rounded. */
  setSlack(): void {
    const moved = Math.max(...this.#measures.subarray(2));
    this.#measures[1] = this.rounded.slack(moved) * this.longest ** 2;
  }

  /** The bound that rows at most this far apart reach. */
  thresholdOf(distance: number): number {
    if (distance === Infinity) return lowest;
    const similarity = this.metric === 'cosine' ? 1 - distance : -(distance * distance) / 2;
    return similarity - (this.#measures[1] as number);
  }
}

/** What a row must reach to be nearer than `distance`: nothing is nearer than 0. */
export function nearThreshold(memory: PassMemory, distance: number): number {
  return distance === 0 ? Infinity : memory.thresholdOf(distance);
}

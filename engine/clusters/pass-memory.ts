/**
 * The memory that the threads of one pass share: the rows, and all that is found about them. It is laid
 * out once, so that every thread finds everything at the same places.
 */
import {
  boundsIn,
  rowsPerBlock,
  sharedMemory,
  slackOf,
  strideOf,
  type Bounds,
  type SharedMemory,
} from '../search/bounds.ts';
import type { Metric } from '../search/metric.ts';
import { levelsOf } from './dendrogram.ts';

/** Rows that are compared with each other at a time. */
export const tile = 128;
/** First numbers of a row that bounds are made of, the remaining length among them. */
const mostWidth = 64;

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
  memory: SharedMemory;
}

export function planPass(form: PassForm): PassPlan {
  const { end } = layout(form);
  return { ...form, memory: sharedMemory(end) };
}

/** Where everything is, in bytes. */
function layout({ size, dimensions, kept, whole, threads }: PassForm) {
  const stride = strideOf(dimensions);
  const isWhole = whole || dimensions < mostWidth;
  const width = isWhole ? stride : mostWidth;
  const tiles = Math.ceil(size / tile);
  const padded = tiles * tile;
  let end = 64;
  const room = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  const places = {
    control: room(64),
    rows: room(4 * size * stride),
    rotated: room(isWhole ? 0 : 4 * size * width),
    blocks: room(4 * padded * width),
    numbers: room(4 * padded),
    thresholds: room(4 * padded),
    offsets: room(4 * padded),
    nearRows: room(4 * size * kept),
    nearDistances: room(8 * size * kept),
    linkRows: room(4 * size),
    linkWeights: room(8 * size),
    locks: room(4 * size),
    coreDistances: room(8 * size),
    components: room(4 * size),
    places: room(4 * size),
    gaps: room(4 * size * levelsOf(size)),
    // Of each thread: the pairs of two tiles, and thresholds of its own.
    pairs: room(threads * 4 * (tile * tile + rowsPerBlock)),
    ownThresholds: room(threads * 4 * tile),
  };
  return { ...places, stride, width, isWhole, tiles, padded, end };
}

/** No similarity is lower. Padding has −∞ as its offset, which must not reach it. */
export const lowest = -3e38;

/** The same memory as arrays, in one thread. */
export class PassMemory {
  readonly plan: PassPlan;
  readonly size: number;
  readonly dimensions: number;
  readonly metric: Metric;
  readonly kept: number;
  /** Numbers of a whole row, filled up with zeros. */
  readonly stride: number;
  /** Numbers of a row in the blocks. */
  readonly width: number;
  readonly isWhole: boolean;
  readonly tiles: number;
  readonly addresses: ReturnType<typeof layout>;
  readonly bounds: Bounds;

  /** [16]: see `Control`. */
  readonly control: Int32Array;
  /** [size × stride], as the metric wants them. */
  readonly rows: Float32Array;
  /** [size × width]: first numbers, and last the length of what remains. */
  readonly rotated: Float32Array;
  /** [tiles × tile × width], in blocks of `rowsPerBlock`, in the order of `numbers`. */
  readonly blocks: Float32Array;
  /** [tiles × tile]: the row at each place; those behind `size` are padding. */
  readonly numbers: Uint32Array;
  /** [tiles × tile]: similarity that a pair must reach, by place. */
  readonly thresholds: Float32Array;
  /** [tiles × tile]: see `bounds.ts`. */
  readonly offsets: Float32Array;
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
    const form = layout(plan);
    this.addresses = form;
    ({ stride: this.stride, width: this.width, isWhole: this.isWhole, tiles: this.tiles } = form);
    this.bounds = boundsIn(plan.memory);
    const { buffer } = plan.memory;
    const { size, kept, stride, width } = this;
    const { padded } = form;
    this.control = new Int32Array(buffer, form.control, 16);
    this.rows = new Float32Array(buffer, form.rows, size * stride);
    this.rotated = new Float32Array(buffer, form.rotated, this.isWhole ? 0 : size * width);
    this.blocks = new Float32Array(buffer, form.blocks, padded * width);
    this.numbers = new Uint32Array(buffer, form.numbers, padded);
    this.thresholds = new Float32Array(buffer, form.thresholds, padded);
    this.offsets = new Float32Array(buffer, form.offsets, padded);
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

  /** What rounding may take from a similarity in float32, where rows have at most this squared length. */
  slack(longest: number): number {
    return Math.max(1, longest) * slackOf(this.stride, this.width);
  }

  /** The similarity, as `bounds` computes it, that rows at most this far apart have. */
  thresholdOf(distance: number, slack: number): number {
    if (!(distance < 2)) return lowest;
    return (this.metric === 'cosine' ? 1 - distance : -(distance * distance) / 2) - slack;
  }
}

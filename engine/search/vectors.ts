/**
 * All vectors of one method in memory: a growing matrix of float32 rows in the order of photo ids.
 * Photo ids only ever grow, so newcomers go to the end.
 */
import type { Metric } from './metric.ts';
import type { Pruner } from './pruner.ts';

/** The rows as they are now, for another thread to read until the next change. */
export interface SharedVectors {
  dimensions: number;
  metric: Metric;
  ids: Uint32Array;
  rows: Float32Array;
}

/** Rows that stay as they are, whatever changes in the library. */
export interface LentRows {
  /** float32 [size × dimensions], in memory that threads may share. */
  rows: Float32Array;
  /** To be called when they are not needed any more. */
  end: () => void;
}

/** Something that is made from the first rows. */
export interface Follower {
  /** There is a row more at the end. */
  added(): void;
  /** The rows from this one on moved back, for another one. */
  inserted(row: number): void;
  /** These rows are gone, rising as they were numbered; the others moved together. */
  removed(rows: readonly number[]): void;
}

export class Vectors {
  readonly dimensions: number;
  readonly metric: Metric;
  #ids: Uint32Array = new Uint32Array(0);
  #rows: Float32Array = new Float32Array(0);
  #size = 0;
  /** Finds among the first rows for less work, once there is one. See sketcher.ts. */
  pruner: Pruner | undefined;
  /** What is made from the first rows, as they stand, and has to move with them. */
  readonly followers = new Set<Follower>();
  /** Those who read the rows where they are now. */
  #readers = new Set<LentRows>();

  constructor(dimensions: number, metric: Metric = 'cosine') {
    this.dimensions = dimensions;
    this.metric = metric;
  }

  /** In the thread that reads: what `shared` gave in the one that has them. */
  static of({ dimensions, metric, ids, rows }: SharedVectors): Vectors {
    const vectors = new Vectors(dimensions, metric);
    vectors.#ids = ids;
    vectors.#rows = rows;
    vectors.#size = ids.length;
    return vectors;
  }

  get shared(): SharedVectors {
    const { dimensions, metric, ids, rows } = this;
    return { dimensions, metric, ids, rows };
  }

  get size(): number {
    return this.#size;
  }

  /** Rows that there is room for. */
  get room(): number {
    return this.#ids.length;
  }

  /** Photo ids, rising; as many as `size`. A view: valid until the next change. */
  get ids(): Uint32Array {
    return this.#ids.subarray(0, this.#size);
  }

  /** float32 [size × dimensions], one row for each id, as the metric wants it. A view: valid until the next change. */
  get rows(): Float32Array {
    return this.#rows.subarray(0, this.#size * this.dimensions);
  }

  /**
   * Makes room for `count` rows in all, so that loading does not grow step by step. Room that is not
   * used yet takes no memory: the system gives it when it is written to.
   */
  reserve(count: number): void {
    if (count <= this.#ids.length) return;
    const ids = new Uint32Array(new SharedArrayBuffer(4 * count));
    const rows = new Float32Array(new SharedArrayBuffer(4 * count * this.dimensions));
    ids.set(this.ids);
    rows.set(this.rows);
    this.#ids = ids;
    this.#rows = rows;
    this.#readers = new Set();
  }

  /** The rows as they are now, for work that goes on while others come and go. */
  lend(): LentRows {
    const readers = this.#readers;
    const lent = { rows: this.rows, end: () => readers.delete(lent) };
    readers.add(lent);
    return lent;
  }

  /** Leaves the rows to those who read them, and goes on with a copy. */
  #moveOn(): void {
    if (this.#readers.size === 0) return;
    this.#rows = shared(this.#rows);
    this.#readers = new Set();
  }

  /**
   * Adds a row. An id that is there already is left as it is, for one id is one content for ever.
   * @throws Error when the length is not `dimensions`
   */
  add(id: number, vector: Float32Array): void {
    if (vector.length !== this.dimensions)
      throw new Error(`a vector of ${vector.length} numbers among those of ${this.dimensions}`);
    const last = this.#size === 0 ? 0 : (this.#ids[this.#size - 1] ?? 0);
    if (id <= last) {
      if (this.rowOf(id) === -1) this.#insert(id, vector);
      return;
    }
    if (this.#size === this.#ids.length) this.reserve(Math.max(1024, Math.ceil(this.#size * 1.5)));
    this.#ids[this.#size] = id;
    this.#rows.set(vector, this.#size * this.dimensions);
    this.#size += 1;
    for (const follower of this.followers) follower.added();
  }

  /**
   * Adds rows after all that are there, many at once.
   * @param ids rising, each larger than those that are there
   * @param rows float32 [ids.length × dimensions]
   * @throws Error when there are not as many numbers, or ids are out of order
   */
  append(ids: readonly number[], rows: Float32Array): void {
    if (rows.length !== ids.length * this.dimensions)
      throw new Error(`${rows.length} numbers for ${ids.length} rows of ${this.dimensions}`);
    const size = this.#size;
    const needed = size + ids.length;
    if (needed > this.#ids.length) this.reserve(Math.max(needed, Math.ceil(size * 1.5)));
    for (const [place, id] of ids.entries()) {
      if (id <= (this.#ids[size + place - 1] ?? 0)) throw new Error(`row ${id} is out of order`);
      this.#ids[size + place] = id;
    }
    this.#rows.set(rows, size * this.dimensions);
    for (let row = size; row < needed; row++) {
      this.#size = row + 1;
      for (const follower of this.followers) follower.added();
    }
  }

  /** Rare: a vector that was computed after those of later photos. */
  #insert(id: number, vector: Float32Array): void {
    this.reserve(this.#size + 1);
    this.#moveOn();
    let row = this.#size;
    while (row > 0 && (this.#ids[row - 1] ?? 0) > id) row -= 1;
    this.#ids.copyWithin(row + 1, row, this.#size);
    this.#rows.copyWithin(
      (row + 1) * this.dimensions,
      row * this.dimensions,
      this.#size * this.dimensions,
    );
    this.#ids[row] = id;
    this.#rows.set(vector, row * this.dimensions);
    this.#size += 1;
    for (const follower of this.followers) follower.inserted(row);
  }

  /** Removes rows; the others keep their order. */
  remove(ids: Iterable<number>): void {
    const { dimensions } = this;
    const gone = [...new Set(ids)].map((id) => this.rowOf(id)).filter((row) => row !== -1);
    gone.sort((a, b) => a - b);
    if (gone.length > 0) this.#moveOn();
    for (const [place, row] of gone.entries()) {
      // What stands between this row and the next that goes moves at once.
      const next = gone[place + 1] ?? this.#size;
      this.#ids.copyWithin(row - place, row + 1, next);
      this.#rows.copyWithin((row - place) * dimensions, (row + 1) * dimensions, next * dimensions);
    }
    this.#size -= gone.length;
    if (gone.length > 0) for (const follower of this.followers) follower.removed(gone);
  }

  /** The row of a photo id, or −1. */
  rowOf(id: number): number {
    let low = 0;
    let high = this.#size - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#ids[middle] ?? 0;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  row(index: number): Float32Array {
    return this.#rows.subarray(index * this.dimensions, (index + 1) * this.dimensions);
  }
}

/** A copy in memory that threads may share. */
function shared(rows: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(rows.byteLength));
  copy.set(rows);
  return copy;
}

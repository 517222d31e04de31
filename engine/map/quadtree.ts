/**
 * A quadtree over points of the plane, for the forces of all points on each: far groups of points
 * count as one (Barnes, Hut 1986; for t-SNE van der Maaten 2014, section 4.2).
 *
 * Points are sorted along a Z-order curve, in which every cell of the tree is a run. Nodes stand in
 * the order in which a walk meets them, each with the place of what comes after its cell, so that a
 * walk needs no stack. Cells are divided at most 16 times: points that are still together then, equal
 * ones above all, are one leaf.
 */

/** A cell is one point when its side is less than this times its distance (the usual 0.5, squared). */
const thetaSquared = 0.25;
/** Bits of each coordinate on the curve. */
const depth = 16;
/** Numbers of a node: x and y of its centre of mass, its points, and the squared distance from which on it is one point. */
const stride = 4;

export class Quadtree {
  readonly #size: number;
  readonly #codes: Uint32Array;
  /** Points in the order of the curve. */
  #order: Uint32Array;
  #spare: Uint32Array;
  readonly #nodes: Float64Array;
  /** The node after a node's cell. */
  readonly #after: Int32Array;
  #count = 0;
  #side = 0;
  #points: Float64Array = new Float64Array(0);

  /** @param size how many points there will be */
  constructor(size: number) {
    this.#size = size;
    this.#codes = new Uint32Array(size);
    this.#order = new Uint32Array(size);
    this.#spare = new Uint32Array(size);
    this.#nodes = new Float64Array(stride * 2 * size);
    this.#after = new Int32Array(2 * size);
  }

  /** Points in an order in which those that follow each other are mostly near each other. */
  get order(): Uint32Array {
    return this.#order;
  }

  /** Makes the tree anew. @param points float64 [size × 2] */
  build(points: Float64Array): void {
    this.#points = points;
    this.#encode();
    this.#sort();
    this.#count = 0;
    if (this.#size > 0) this.#node(0, this.#size);
  }

  /**
   * The repulsion that all points exert on a point at (x, y): adds Σ q² · (x − x') and the same for y,
   * with q = 1 / (1 + distance²), to `out[0]` and `out[1]`, and Σ q to `out[2]`.
   */
  repel(x: number, y: number, out: Float64Array): void {
    const nodes = this.#nodes;
    const after = this.#after;
    const count = this.#count;
    let fx = 0;
    let fy = 0;
    let sum = 0;
    for (let node = 0; node < count;) {
      const place = node * stride;
      const dx = x - (nodes[place] as number);
      const dy = y - (nodes[place + 1] as number);
      const squared = dx * dx + dy * dy;
      if (squared < (nodes[place + 3] as number)) {
        node++;
        continue;
      }
      const q = 1 / (1 + squared);
      const mass = (nodes[place + 2] as number) * q;
      sum += mass;
      fx += mass * q * dx;
      fy += mass * q * dy;
      node = after[node] as number;
    }
    out[0] = (out[0] as number) + fx;
    out[1] = (out[1] as number) + fy;
    out[2] = (out[2] as number) + sum;
  }

  /** The place of each point on the curve: the bits of its cell's column and row, in turn. */
  #encode(): void {
    const points = this.#points;
    let [lowX, lowY, high] = [Infinity, Infinity, 0];
    for (let i = 0; i < points.length; i += 2) {
      lowX = Math.min(lowX, points[i] as number);
      lowY = Math.min(lowY, points[i + 1] as number);
    }
    for (let i = 0; i < points.length; i += 2)
      high = Math.max(high, (points[i] as number) - lowX, (points[i + 1] as number) - lowY);
    this.#side = high;
    const cells = 2 ** depth;
    const scale = high > 0 ? cells / high : 0;
    for (let i = 0; i < this.#size; i++) {
      const column = Math.min(cells - 1, Math.floor(((points[2 * i] as number) - lowX) * scale));
      const row = Math.min(cells - 1, Math.floor(((points[2 * i + 1] as number) - lowY) * scale));
      this.#codes[i] = spread(column) | (spread(row) << 1);
    }
  }

  /** Sorts the points along the curve, a byte at a time. */
  #sort(): void {
    const codes = this.#codes;
    for (let i = 0; i < this.#size; i++) this.#order[i] = i;
    for (let shift = 0; shift < 2 * depth; shift += 8) {
      const starts = new Uint32Array(257);
      for (const code of codes) {
        const digit = ((code >>> shift) & 255) + 1;
        starts[digit] = (starts[digit] as number) + 1;
      }
      for (let digit = 0; digit < 256; digit++)
        starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
      for (const point of this.#order) {
        const digit = ((codes[point] as number) >>> shift) & 255;
        const place = starts[digit] as number;
        starts[digit] = place + 1;
        this.#spare[place] = point;
      }
      [this.#order, this.#spare] = [this.#spare, this.#order];
    }
  }

  /** Adds the smallest cell that holds the points of this run, and all cells in it. */
  #node(from: number, to: number): void {
    const node = this.#count++;
    const place = node * stride;
    const first = this.#codes[this.#order[from] as number] as number;
    const last = this.#codes[this.#order[to - 1] as number] as number;
    let x = 0;
    let y = 0;
    for (let i = from; i < to; i++) {
      const point = this.#order[i] as number;
      x += this.#points[2 * point] as number;
      y += this.#points[2 * point + 1] as number;
    }
    const mass = to - from;
    this.#nodes[place] = x / mass;
    this.#nodes[place + 1] = y / mass;
    this.#nodes[place + 2] = mass;
    if (first === last) this.#nodes[place + 3] = 0;
    else {
      // The highest bit in which they differ tells how often this cell comes of dividing the whole.
      const level = Math.floor(Math.clz32(first ^ last) / 2);
      const side = this.#side / 2 ** level;
      this.#nodes[place + 3] = (side * side) / thetaSquared;
      const shift = 2 * (depth - 1 - level);
      for (let start = from; start < to;) {
        const quarter = (this.#codes[this.#order[start] as number] as number) >>> shift;
        const end = this.#endOf(quarter, shift, start, to);
        this.#node(start, end);
        start = end;
      }
    }
    this.#after[node] = this.#count;
  }

  /** The end of the run of points from `low` on whose codes begin with `quarter`. */
  #endOf(quarter: number, shift: number, low: number, high: number): number {
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#codes[this.#order[middle] as number] as number) >>> shift === quarter)
        low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The low 16 bits with a 0 between each two. */
function spread(bits: number): number {
  let spread = bits;
  spread = (spread | (spread << 8)) & 0x00ff00ff;
  spread = (spread | (spread << 4)) & 0x0f0f0f0f;
  spread = (spread | (spread << 2)) & 0x33333333;
  return (spread | (spread << 1)) & 0x55555555;
}

/**
 * Sorts out the pairs of rows whose similarity may reach a threshold, with SIMD, so that few are left
 * to be multiplied exactly (`kernel.ts`, which stays the one place that says what a similarity is).
 *
 * Here everything is float32 and summed in any order, so it may be off by a little: thresholds that
 * are given here are lowered by `slackOf` first. Two steps, each an upper bound of the similarity:
 *
 * - `bounds`: of two blocks of rows, by their first numbers after a rotation and the length of what
 *   remains (see `rotation.ts`), which is one number more to multiply;
 * - `refine`: of the pairs that are left, by whole rows.
 *
 * Each row may have an `offset` that is added: of two rows x and y it is −½|x|² − ½|y|², for
 * Euclidean distances, as x·y − ½|x|² − ½|y|² = −½|x − y|²; for cosine it is 0.
 *
 * WebAssembly, as plain JavaScript has no SIMD: measured in one run, it multiplies 10 times as much a
 * second as the register-blocked loop in `kernel.ts`.
 */
import {
  assemble,
  constant,
  f32Load,
  f32x4Lane,
  i32,
  i32Load,
  i32Store,
  increase,
  Locals,
  op,
  repeat,
  v128,
  v128Load,
  v128LoadSplat,
  v128Zero,
  when,
  type Code,
  type Local,
  type WasmFunction,
} from './assembler.ts';

/** Rows whose numbers stand side by side: the first of each, then the second of each, and so on. */
export const rowsPerBlock = 8;
/** Whole rows are filled up with zeros to a multiple of this. */
export const strideOf = (dimensions: number): number => Math.ceil(dimensions / 16) * 16;
/** The most that a WebAssembly memory may have, in pages of 64 KiB: 4 GiB. */
const mostPages = 65536;

export interface Bounds {
  /**
   * Of all pairs of a block of queries and a block of rows, those whose bound reaches the lower one of
   * the thresholds of the two. All addresses are in bytes.
   * @param queries first numbers, in blocks of `rowsPerBlock`
   * @param width numbers of a row, a multiple of 4
   * @param queryThresholds float32, and so on; one for each row
   * @param out takes pairs: place among the queries × 65536 + place among the rows. Room for one more
   *   than there can be
   * @returns how many pairs
   */
  bounds(
    queries: number,
    queryBlocks: number,
    rows: number,
    rowBlocks: number,
    width: number,
    queryThresholds: number,
    rowThresholds: number,
    queryOffsets: number,
    rowOffsets: number,
    out: number,
  ): number;
  /**
   * Keeps of a list of pairs those that reach a threshold with their whole rows.
   * @param queryNumbers uint32: which row each place is
   * @param stride numbers of a whole row, a multiple of 16
   * @returns how many are left, at the beginning of the list
   */
  refine(
    pairs: number,
    count: number,
    queryNumbers: number,
    rowNumbers: number,
    rows: number,
    stride: number,
    queryThresholds: number,
    rowThresholds: number,
    queryOffsets: number,
    rowOffsets: number,
  ): number;
}

/** What rounding may take from a bound or from a whole product, for rows of a length of at most 1. */
export function slackOf(stride: number, width: number): number {
  return (stride / 4 + width + 32) * 2 ** -23;
}

/** The part of WebAssembly that is used here: neither Node's types nor ECMAScript's have it. */
declare const WebAssembly: {
  Memory: new (form: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** Memory that threads share, and that the functions here work in. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

/**
 * @param bytes at most 4 GiB
 * @throws RangeError when there is not so much
 */
export function sharedMemory(bytes: number): SharedMemory {
  const pages = Math.ceil(bytes / 65536);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Makes the functions for a memory. */
export function boundsIn(memory: SharedMemory): Bounds {
  const instance = new WebAssembly.Instance(compiled(), { host: { memory } });
  return instance.exports as Bounds;
}

let module: object | undefined;

function compiled(): object {
  return (module ??= new WebAssembly.Module(
    assemble([boundsFunction(), refineFunction()], mostPages),
  ));
}

const queriesAtOnce = 4;
/** Numbers of a row between two looks at the end of the loop. */
const unrolled = 4;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const below = (a: Local, b: Local): Code => [...a.get, ...b.get, ...op.i32LtU];
/** base + 4 × place. */
const addressOf = (base: Local, place: Local): Code => [
  ...[...base.get, ...place.get, ...constant(2), ...op.i32Shl],
  ...op.i32Add,
];

/**
 * Four queries by eight rows are kept in registers, so that six loads serve 32 products. The lanes are
 * rows, so nothing has to be summed across them.
 */
function boundsFunction(): WasmFunction {
  const locals = new Locals();
  const [queries, queryBlocks, rows, rowBlocks, width] = locals.five(i32);
  const [queryThresholds, rowThresholds, queryOffsets, rowOffsets, out] = locals.five(i32);
  const [query, queryEnd, queryPlace, row, rowEnd] = locals.five(i32);
  const [rowPlace, x, y, yEnd, blockBytes] = locals.five(i32);
  const [next, bits, pair, address] = locals.five(i32);
  const halves = upTo(rowsPerBlock / 4);
  const sums = upTo(queriesAtOnce).map(() => halves.map(() => locals.add(v128)));
  const right = halves.map(() => locals.add(v128));
  const left = locals.add(v128);
  const all = sums.flat();

  const setRight = (base: Local): Code => [
    ...[...addressOf(base, rowPlace), ...address.set],
    ...right.flatMap((vector, h) => [...address.get, ...v128Load(16 * h), ...vector.set]),
  ];
  const multiply = (half: number): Code =>
    upTo(unrolled).flatMap((d) => [
      ...right.flatMap((vector, h) => [...y.get, ...v128Load(32 * d + 16 * h), ...vector.set]),
      ...sums.flatMap((ofQuery, i) => [
        ...[...x.get, ...v128LoadSplat(32 * d + 16 * half + 4 * i), ...left.set],
        ...ofQuery.flatMap((sum, h) => [
          ...[...left.get, ...(right[h] as Local).get, ...sum.get],
          ...[...op.f32x4RelaxedMadd, ...sum.set],
        ]),
      ]),
    ]);
  /** Writes every pair, and steps on only where its bit is set. */
  const writePairs = (half: number): Code =>
    sums.flatMap((ofQuery, i) =>
      ofQuery.flatMap((found, h) => [
        ...[...found.get, ...op.i32x4Bitmask, ...bits.set],
        ...bits.get,
        ...when(
          upTo(4).flatMap((lane) => [
            ...[...next.get, ...pair.get],
            ...[...constant(((4 * half + i) << 16) + 4 * h + lane), ...op.i32Add, ...i32Store()],
            ...[...next.get, ...bits.get, ...constant(lane), ...op.i32ShrU],
            ...[...constant(1), ...op.i32And, ...constant(2), ...op.i32Shl, ...op.i32Add],
            ...next.set,
          ]),
        ),
      ]),
    );
  const eachRowBlock = (half: number): Code => [
    ...setRight(rowOffsets),
    ...[...addressOf(queryOffsets, queryPlace), ...address.set],
    ...sums.flatMap((ofQuery, i) =>
      ofQuery.flatMap((sum, h) => [
        ...[...address.get, ...v128LoadSplat(16 * half + 4 * i), ...(right[h] as Local).get],
        ...[...op.f32x4Add, ...sum.set],
      ]),
    ),
    ...[...query.get, ...x.set, ...row.get, ...y.set],
    ...[...row.get, ...blockBytes.get, ...op.i32Add, ...yEnd.set],
    ...repeat([
      ...multiply(half),
      ...increase(x, constant(32 * unrolled)),
      ...increase(y, constant(32 * unrolled)),
      ...below(y, yEnd),
    ]),
    ...setRight(rowThresholds),
    ...[...addressOf(queryThresholds, queryPlace), ...address.set],
    ...sums.flatMap((ofQuery, i) =>
      ofQuery.flatMap((sum, h) => [
        ...[...sum.get, ...address.get, ...v128LoadSplat(16 * half + 4 * i)],
        ...[...(right[h] as Local).get, ...op.f32x4Pmin, ...op.f32x4Ge, ...sum.set],
      ]),
    ),
    ...all.flatMap((found, i) => [...found.get, ...(i > 0 ? op.v128Or : [])]),
    ...op.v128AnyTrue,
    ...when([
      ...[...queryPlace.get, ...constant(16), ...op.i32Shl, ...rowPlace.get],
      ...[...op.i32Add, ...pair.set],
      ...writePairs(half),
    ]),
    ...increase(rowPlace, constant(rowsPerBlock)),
    ...increase(row, blockBytes.get),
    ...below(row, rowEnd),
  ];
  const blocksEnd = (start: Local, blocks: Local): Code => [
    ...[...start.get, ...blocks.get, ...blockBytes.get, ...op.i32Mul, ...op.i32Add],
  ];
  const body = [
    ...[...width.get, ...constant(4 * rowsPerBlock), ...op.i32Mul, ...blockBytes.set],
    ...[...blocksEnd(queries, queryBlocks), ...queryEnd.set],
    ...[...blocksEnd(rows, rowBlocks), ...rowEnd.set],
    ...[...out.get, ...next.set, ...queries.get, ...query.set],
    ...repeat([
      ...upTo(rowsPerBlock / queriesAtOnce).flatMap((half) => [
        ...[...constant(0), ...rowPlace.set, ...rows.get, ...row.set],
        ...repeat(eachRowBlock(half)),
      ]),
      ...increase(queryPlace, constant(rowsPerBlock)),
      ...increase(query, blockBytes.get),
      ...below(query, queryEnd),
    ]),
    ...[...next.get, ...out.get, ...op.i32Sub, ...constant(2), ...op.i32ShrU],
  ];
  return { name: 'bounds', params: 10, locals, body };
}

/** Four times four numbers at once, as four sums that do not wait for each other. */
function refineFunction(): WasmFunction {
  const locals = new Locals();
  const [pairs, count, queryNumbers, rowNumbers, rows] = locals.five(i32);
  const [stride, queryThresholds, rowThresholds, queryOffsets, rowOffsets] = locals.five(i32);
  const [next, last, pair, queryPlace, rowPlace] = locals.five(i32);
  const [x, y, yEnd, bytes, from] = locals.five(i32);
  const sums = upTo(4).map(() => locals.add(v128));
  const sum = sums[0] as Local;

  const rowAddress = (numbers: Local, place: Local): Code => [
    ...[...addressOf(numbers, place), ...i32Load(), ...bytes.get, ...op.i32Mul],
    ...[...rows.get, ...op.i32Add],
  ];
  const valueOf = (base: Local, place: Local): Code => [...addressOf(base, place), ...f32Load()];
  const eachPair = [
    ...[...from.get, ...i32Load(), ...pair.set],
    ...[...pair.get, ...constant(16), ...op.i32ShrU, ...queryPlace.set],
    ...[...pair.get, ...constant(0xffff), ...op.i32And, ...rowPlace.set],
    ...[...rowAddress(queryNumbers, queryPlace), ...x.set],
    ...[...rowAddress(rowNumbers, rowPlace), ...y.set],
    ...[...y.get, ...bytes.get, ...op.i32Add, ...yEnd.set],
    ...sums.flatMap((one) => [...v128Zero, ...one.set]),
    ...repeat([
      ...sums.flatMap((one, i) => [
        ...[...x.get, ...v128Load(16 * i), ...y.get, ...v128Load(16 * i), ...one.get],
        ...[...op.f32x4RelaxedMadd, ...one.set],
      ]),
      ...increase(x, constant(64)),
      ...increase(y, constant(64)),
      ...below(y, yEnd),
    ]),
    ...sums.flatMap((one, i) => [...one.get, ...(i > 0 ? op.f32x4Add : [])]),
    ...sum.set,
    // Always written, and kept only when the next one is written behind it.
    ...[...next.get, ...pair.get, ...i32Store()],
    ...next.get,
    ...upTo(4).flatMap((lane) => [
      ...[...sum.get, ...f32x4Lane(lane), ...(lane > 0 ? op.f32Add : [])],
    ]),
    ...[...valueOf(queryOffsets, queryPlace), ...op.f32Add],
    ...[...valueOf(rowOffsets, rowPlace), ...op.f32Add],
    ...[...valueOf(queryThresholds, queryPlace), ...valueOf(rowThresholds, rowPlace)],
    ...[...op.f32Min, ...op.f32Ge, ...constant(2), ...op.i32Shl, ...op.i32Add, ...next.set],
    ...increase(from, constant(4)),
    ...below(from, last),
  ];
  const body = [
    ...[...stride.get, ...constant(2), ...op.i32Shl, ...bytes.set],
    ...[...pairs.get, ...next.set, ...pairs.get, ...from.set],
    ...[...addressOf(pairs, count), ...last.set],
    ...[...count.get, ...when(repeat(eachPair))],
    ...[...next.get, ...pairs.get, ...op.i32Sub, ...constant(2), ...op.i32ShrU],
  ];
  return { name: 'refine', params: 10, locals, body };
}

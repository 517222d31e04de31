/**
 * Just enough of an assembler for WebAssembly to write a few loops with SIMD in TypeScript, where
 * they can be unrolled by loops of their own, and there is no file of machine code to be made, shipped
 * and trusted. The numbers are those of the WebAssembly core specification 3.0, appendix "Index of
 * Instructions".
 */

/** Bytes of code; instructions are written one after the other as `[...a, ...b]`. */
export type Code = readonly number[];

export const i32 = 0x7f;
export const v128 = 0x7b;
export type ValueType = typeof i32 | typeof v128;

/** An unsigned number in LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** A signed number in LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    if (rest >= -64 && rest < 64) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** A value in a function: a parameter or a local, by its index. */
export interface Local {
  get: Code;
  /** Takes the value on the stack. */
  set: Code;
}

const simd = (instruction: number): Code => [0xfd, ...unsigned(instruction)];
/** Alignment is a hint only; the offset is added to the address on the stack. */
const at = (offset: number): Code => [0x02, ...unsigned(offset)];

/** Instructions without operands of their own, by their names in the specification. */
export const op = {
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32Mul: [0x6c],
  i32And: [0x71],
  i32Shl: [0x74],
  i32ShrU: [0x76],
  i32LtU: [0x49],
  f32Add: [0x92],
  f32Min: [0x96],
  f32Ge: [0x60],
  f32x4Splat: simd(0x13),
  f32x4Ge: simd(0x46),
  f32x4Add: simd(0xe4),
  f32x4Mul: simd(0xe6),
  /** The smaller one, quicker than `min` as it does not ask for NaN. */
  f32x4Pmin: simd(0xea),
  /** a × b + c, rounded once or twice, as suits the processor. */
  f32x4RelaxedMadd: simd(0x105),
  v128Or: simd(0x50),
  v128AnyTrue: simd(0x53),
  /** The signs of the four lanes, as bits. */
  i32x4Bitmask: simd(0xa4),
} satisfies Record<string, Code>;

export const constant = (value: number): Code => [0x41, ...signed(value)];
export const i32Load = (offset = 0): Code => [0x28, ...at(offset)];
export const f32Load = (offset = 0): Code => [0x2a, ...at(offset)];
export const i32Store = (offset = 0): Code => [0x36, ...at(offset)];
export const v128Load = (offset = 0): Code => [...simd(0x00), ...at(offset)];
/** One float32 into all four lanes. */
export const v128LoadSplat = (offset = 0): Code => [...simd(0x09), ...at(offset)];
export const f32x4Lane = (lane: number): Code => [...simd(0x1f), lane];
/** Four zeros. */
export const v128Zero: Code = [...simd(0x0c), ...new Array<number>(16).fill(0)];

const noResult = 0x40;

/** Does `body` when the number on the stack is not 0. */
export const when = (body: Code): Code => [0x04, noResult, ...body, 0x0b];

/** Repeats `body` as long as it leaves a number other than 0 on the stack; at least once. */
export const repeat = (body: Code): Code => [0x03, noResult, ...body, 0x0d, 0x00, 0x0b];

export const increase = (local: Local, by: Code): Code => [
  ...local.get,
  ...by,
  ...op.i32Add,
  ...local.set,
];

/** The parameters and locals of one function. */
export class Locals {
  readonly #types: ValueType[] = [];

  add(type: ValueType): Local {
    const index = unsigned(this.#types.length);
    this.#types.push(type);
    return { get: [0x20, ...index], set: [0x21, ...index] };
  }

  five(type: ValueType): [Local, Local, Local, Local, Local] {
    return [this.add(type), this.add(type), this.add(type), this.add(type), this.add(type)];
  }

  /** The types in the form that code begins with; the first `params` ones are parameters. */
  declared(params: number): Code {
    const own = this.#types.slice(params);
    return [...unsigned(own.length), ...own.flatMap((type) => [1, type])];
  }
}

export interface WasmFunction {
  name: string;
  /** How many of the locals are its parameters; all are i32, and so is its result. */
  params: number;
  locals: Locals;
  body: Code;
}

/** A module of functions over a shared memory that is imported as `memory` of `host`. */
export function assemble(
  functions: readonly WasmFunction[],
  mostPages: number,
): Uint8Array<ArrayBuffer> {
  const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, content: Code): Code => [
    id,
    ...unsigned(content.length),
    ...content,
  ];
  const text = (value: string): Code => [...unsigned(value.length), ...Buffer.from(value, 'ascii')];
  const types = functions.map(({ params }): Code => [
    ...[0x60, ...unsigned(params), ...new Array<number>(params).fill(i32)],
    ...[1, i32],
  ]);
  const shared = 0x03;
  const memory = [...text('host'), ...text('memory'), 0x02, shared, 0, ...unsigned(mostPages)];
  const exported = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]);
  const code = functions.map(({ params, locals, body }) => {
    const whole = [...locals.declared(params), ...body, 0x0b];
    return [...unsigned(whole.length), ...whole];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(exported)),
    ...section(10, vector(code)),
  ]);
}

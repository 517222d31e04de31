/** Values on their way between the main process and pages. */
import { expect, it } from 'vitest';
import { nodeCodec } from './codec.ts';

const codec = nodeCodec();
const across = (value: unknown): unknown => codec.decode(codec.encode(value));

it('takes along what structured clone does', () => {
  const value = {
    bytes: new Uint8Array([0, 127, 255]),
    part: new Float32Array([0, 1.5, 2]).subarray(1),
    list: [undefined, null, Number.NaN, -0, 10n, 'ä', true, new Date(5)],
    map: new Map([[{ a: 1 }, new Set(['x'])]]),
    $kind: 'not a mark',
  };
  expect(across(value)).toEqual(value);
  expect(across(new Error('so it is'))).toEqual(new Error('so it is'));
});

it('loses prototypes, and refuses functions, symbols and what Electron does not send', () => {
  class Photo {
    id = 1;
  }
  expect(Object.getPrototypeOf(across(new Photo()))).toBe(Object.prototype);
  for (const value of [() => 1, Symbol('x'), { deep: [() => 1] }, new Blob(['x'])])
    expect(() => across(value)).toThrow(/cloned/);
});

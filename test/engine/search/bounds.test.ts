/** The SIMD that sorts out pairs, against products that are summed one number after the other. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsIn, rowsPerBlock, sharedMemory, slackOf } from '../../../engine/search/bounds.ts';
import { seededRandom } from '../../support/vectors.ts';

interface Case {
  left: number;
  right: number;
  width: number;
  seed: number;
}

/** Two sets of rows in the memory, with thresholds of about the size of their products. */
function laidOut({ left, right, width, seed }: Case) {
  const memory = sharedMemory(1 << 20);
  const bounds = boundsIn(memory);
  const random = seededRandom(seed);
  let end = 64;
  const room = (numbers: number): { address: number; values: Float32Array } => {
    const values = new Float32Array(memory.buffer, end, numbers);
    const address = end;
    end += Math.ceil(numbers / 16) * 64;
    return { address, values };
  };
  const side = (blocks: number) => {
    const count = blocks * rowsPerBlock;
    const rows = Array.from({ length: count }, () =>
      Float32Array.from({ length: width }, () => (random() - 0.5) / Math.sqrt(width / 4)),
    );
    const [inBlocks, whole, thresholds, offsets] = [
      room(count * width),
      room(count * width),
      room(count),
      room(count),
    ] as const;
    for (const [place, row] of rows.entries()) {
      whole.values.set(row, place * width);
      for (const [d, x] of row.entries())
        inBlocks.values[
          Math.floor(place / rowsPerBlock) * rowsPerBlock * width +
            d * rowsPerBlock +
            (place % rowsPerBlock)
        ] = x;
      thresholds.values[place] = random() < 0.1 ? Infinity : random() * 0.6;
      offsets.values[place] = random() < 0.1 ? -Infinity : -random() * 0.1;
    }
    return { blocks, count, rows, inBlocks, whole, thresholds, offsets };
  };
  return { memory, bounds, left: side(left), right: side(right), pairs: room(4096), room };
}

/** The pairs that reach a threshold, and those that are too near to it to tell. */
function expected({ left, right }: ReturnType<typeof laidOut>, slack: number) {
  const sure = new Set<number>();
  const perhaps = new Set<number>();
  for (let i = 0; i < left.count; i++)
    for (let j = 0; j < right.count; j++) {
      let sum = (left.offsets.values[i] ?? 0) + (right.offsets.values[j] ?? 0);
      for (const [d, x] of (left.rows[i] ?? []).entries()) sum += x * (right.rows[j]?.[d] ?? 0);
      const threshold = Math.min(
        left.thresholds.values[i] ?? NaN,
        right.thresholds.values[j] ?? NaN,
      );
      if (sum >= threshold + slack) sure.add(i * 65536 + j);
      if (sum >= threshold - slack) perhaps.add(i * 65536 + j);
    }
  return { sure, perhaps };
}

const cases = fc.record({
  left: fc.integer({ min: 1, max: 4 }),
  right: fc.integer({ min: 1, max: 4 }),
  width: fc.constantFrom(4, 8, 20, 64),
  seed: fc.nat(),
});

test('a bound finds the pairs that reach the lower threshold of the two, and no others', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const all = laidOut(one);
      const { memory, bounds, left, right, pairs } = all;
      const count = bounds.bounds(
        ...([left.inBlocks.address, left.blocks, right.inBlocks.address, right.blocks] as const),
        ...([one.width, left.thresholds.address, right.thresholds.address] as const),
        ...([left.offsets.address, right.offsets.address, pairs.address] as const),
      );
      const found = new Set(new Uint32Array(memory.buffer, pairs.address, count));
      expect(found.size).toBe(count);
      const { sure, perhaps } = expected(all, slackOf(64, one.width));
      expect([...sure].filter((pair) => !found.has(pair))).toEqual([]);
      expect([...found].filter((pair) => !perhaps.has(pair))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('whole rows keep of a list the pairs that reach the lower threshold, in their order', () => {
  fc.assert(
    fc.property(cases, ({ width, ...one }) => {
      const all = laidOut({ ...one, width: Math.ceil(width / 16) * 16 });
      const { memory, bounds, left, right, pairs, room } = all;
      const stride = Math.ceil(width / 16) * 16;
      const list = new Uint32Array(memory.buffer, pairs.address, 4096);
      let count = 0;
      for (let i = 0; i < left.count; i++)
        for (let j = 0; j < right.count; j++) list[count++] = i * 65536 + j;
      // The rows of both sides are one set, of which the right ones begin behind the left ones.
      const rows = room(left.whole.values.length + right.whole.values.length);
      rows.values.set(left.whole.values);
      rows.values.set(right.whole.values, left.whole.values.length);
      const [leftNumbers, rightNumbers] = [room(left.count), room(right.count)] as const;
      const numbers = (address: number, length: number): Uint32Array =>
        new Uint32Array(memory.buffer, address, length);
      numbers(leftNumbers.address, left.count).set([...left.rows.keys()]);
      numbers(rightNumbers.address, right.count).set(
        [...right.rows.keys()].map((row) => left.count + row),
      );
      const kept = bounds.refine(
        ...([pairs.address, count, leftNumbers.address, rightNumbers.address] as const),
        ...([rows.address, stride, left.thresholds.address, right.thresholds.address] as const),
        ...([left.offsets.address, right.offsets.address] as const),
      );
      const found = [...list.subarray(0, kept)];
      expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      const { sure, perhaps } = expected(all, slackOf(stride, stride));
      expect([...sure].filter((pair) => !found.includes(pair))).toEqual([]);
      expect(found.filter((pair) => !perhaps.has(pair))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('of an empty list, nothing is left', () => {
  const { bounds, left, right, pairs } = laidOut({ left: 1, right: 1, width: 16, seed: 1 });
  const kept = bounds.refine(
    ...([pairs.address, 0, 64, 64, left.whole.address, 16] as const),
    ...([left.thresholds.address, right.thresholds.address] as const),
    ...([left.offsets.address, right.offsets.address] as const),
  );
  expect(kept).toBe(0);
});

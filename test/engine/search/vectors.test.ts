import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Vectors } from '../../../engine/search/vectors.ts';

test('after any coming and going, the rows are those of a plain sorted map', () => {
  const change = fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ remove: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 10 }) }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      const vectors = new Vectors(2);
      const plain = new Map<number, number[]>();
      for (const step of changes) {
        if ('add' in step) {
          const row = [step.add, -step.add];
          vectors.add(step.add, Float32Array.from(row));
          plain.set(step.add, row);
        } else {
          vectors.remove(step.remove);
          for (const id of step.remove) plain.delete(id);
        }
      }
      const expected = [...plain].sort(([a], [b]) => a - b);
      expect([...vectors.ids]).toEqual(expected.map(([id]) => id));
      expect([...vectors.rows]).toEqual(expected.flatMap(([, row]) => row));
      for (const [place, [id]] of expected.entries()) expect(vectors.rowOf(id)).toBe(place);
      expect(vectors.rowOf(61)).toBe(-1);
    }),
  );
});

test('rows that are lent stay as they are, whatever comes and goes', () => {
  const vectors = new Vectors(1);
  for (const id of [2, 4, 6, 8]) vectors.add(id, Float32Array.of(id));
  const first = vectors.lend();
  vectors.add(9, Float32Array.of(9));
  vectors.remove([4]);
  const second = vectors.lend();
  vectors.add(3, Float32Array.of(3));
  expect([...first.rows]).toEqual([2, 4, 6, 8]);
  expect([...second.rows]).toEqual([2, 6, 8, 9]);
  expect([...vectors.rows]).toEqual([2, 3, 6, 8, 9]);
  first.end();
  second.end();
  // Given back, they need not be copied any more.
  const present = vectors.rows.buffer;
  vectors.lend().end();
  vectors.remove([2]);
  expect(vectors.rows.buffer).toBe(present);
});

test('an id that is there already keeps its vector', () => {
  const vectors = new Vectors(1);
  vectors.add(5, Float32Array.from([1]));
  vectors.add(5, Float32Array.from([2]));
  expect([...vectors.rows]).toEqual([1]);
});

test('a vector of another length is refused', () => {
  expect(() => {
    new Vectors(3).add(1, new Float32Array(2));
  }).toThrow('a vector of 2 numbers among those of 3');
});

test('many rows at once are the same as one after the other', () => {
  const pieces = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }));
  fc.assert(
    fc.property(pieces, (steps) => {
      const [atOnce, alone] = [new Vectors(2), new Vectors(2)];
      let told = 0;
      atOnce.followers.add({
        added: () => (told += 1),
        inserted: () => undefined,
        removed: () => undefined,
      });
      let last = 0;
      for (const piece of steps) {
        const ids = piece.map((step) => (last += step));
        const rows = ids.map((id) => Float32Array.of(id, -id));
        atOnce.append(ids, Float32Array.from(rows.flatMap((row) => [...row])));
        for (const [place, id] of ids.entries()) alone.add(id, rows[place] ?? new Float32Array());
      }
      expect(atOnce.ids).toEqual(alone.ids);
      expect(atOnce.rows).toEqual(alone.rows);
      expect(told).toBe(alone.size);
    }),
  );
});

test('many rows at once are refused when they are out of order, or of another length', () => {
  const vectors = new Vectors(1);
  vectors.add(5, Float32Array.of(5));
  expect(() => {
    vectors.append([5, 6], Float32Array.of(5, 6));
  }).toThrow('row 5 is out of order');
  expect(() => {
    vectors.append([7, 6], Float32Array.of(7, 6));
  }).toThrow('row 6 is out of order');
  expect(() => {
    vectors.append([6], Float32Array.of(6, 6));
  }).toThrow('2 numbers for 1 rows of 1');
  expect([...vectors.rows]).toEqual([5]);
});

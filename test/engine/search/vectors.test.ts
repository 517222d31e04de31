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

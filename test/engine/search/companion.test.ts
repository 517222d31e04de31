import { afterEach, expect, test, vi } from 'vitest';
import { Companion } from '../../../engine/search/companion.ts';
import { nearest, type NearestQuery } from '../../../engine/search/nearest.ts';
import { Sketcher } from '../../../engine/search/sketcher.ts';
import type { Vectors } from '../../../engine/search/vectors.ts';
import { groupedRows, seededRandom, vectorsOf } from '../../support/vectors.ts';

const dimensions = 128;
const companion = new Companion(2);

afterEach(() => {
  companion.close();
});

function queriesOf(vectors: Vectors, count: number, random: () => number): NearestQuery[] {
  return Array.from({ length: count }, () => {
    const row = Math.floor(random() * vectors.size);
    const except = new Set(vectors.ids.filter((_, place) => place === row || random() < 0.01));
    return { vector: vectors.row(row), except };
  });
}

/** Asks until the other thread is awake and takes its share. */
async function bothWork(vectors: Vectors): Promise<void> {
  const queries = queriesOf(vectors, 64, seededRandom(1));
  await vi.waitFor(
    () => {
      const before = companion.answeredByOther;
      companion.nearest(vectors, queries, 5);
      expect(companion.answeredByOther).toBeGreaterThan(before);
    },
    { timeout: 20_000 },
  );
}

/** What two threads find must be what one finds, to the last digit. */
function expectTheSame(vectors: Vectors, random: () => number): void {
  const hidden = new Set(vectors.ids.filter(() => random() < 0.05));
  for (const count of [1, 8, 9, 67])
    for (const within of [undefined, 0.3]) {
      const queries = queriesOf(vectors, count, random);
      const found = companion.nearest(vectors, queries, 7, hidden, within);
      expect(found).toEqual(nearest(vectors, queries, 7, hidden, within));
    }
}

test('two threads find what one finds, with and without a sketch, as the library changes', async () => {
  const random = seededRandom(2);
  const options = { groups: 60, spread: 0.4, copies: 0.2 };
  const rows = groupedRows(4500, dimensions, random, options);
  const row = (at: number): Float32Array => rows.subarray(at * dimensions, (at + 1) * dimensions);
  const vectors = vectorsOf(rows.subarray(0, 4200 * dimensions), dimensions);
  await bothWork(vectors);
  expectTheSame(vectors, random);
  const sketcher = new Sketcher(vectors, () => Promise.resolve());
  await sketcher.refresh();
  await bothWork(vectors);
  expectTheSame(vectors, random);
  // Beyond the room there was, so that the memory is another.
  for (let at = 4200; at < 4500; at++) vectors.add(at + 1, row(at));
  expectTheSame(vectors, random);
  vectors.remove([1, 77, 4300, 4500]);
  await sketcher.refresh();
  await bothWork(vectors);
  expectTheSame(vectors, random);
});

test('what the other thread does not answer is answered here', async () => {
  const random = seededRandom(3);
  const vectors = vectorsOf(groupedRows(4000, dimensions, random), dimensions);
  // It is not awake yet.
  expectTheSame(vectors, random);
  await bothWork(vectors);
  companion.close();
  expectTheSame(vectors, random);
  await bothWork(vectors);
});

test('on a machine with one core, there is no other thread', () => {
  const random = seededRandom(4);
  const vectors = vectorsOf(groupedRows(4000, dimensions, random), dimensions);
  const alone = new Companion(1);
  const queries = queriesOf(vectors, 30, random);
  expect(alone.nearest(vectors, queries, 5)).toEqual(nearest(vectors, queries, 5));
  expect(alone.answeredByOther).toBe(0);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeClusters, type Described } from '../../../engine/clusters/describe.ts';

/** Unit vectors of the plane at these angles in degrees. */
function atAngles(...degrees: number[]): Float32Array {
  return Float32Array.from(
    degrees.flatMap((d) => [Math.cos((d * Math.PI) / 180), Math.sin((d * Math.PI) / 180)]),
  );
}

test('clusters are ordered by size, their photos by similarity to the medoid, noise apart', () => {
  const rows = atAngles(0, 90, 10, 25, 100, 200);
  const labels = Int32Array.from([0, 1, 0, 0, 1, -1]);
  const ids = Uint32Array.from([3, 5, 7, 11, 13, 17]);
  const { clusters, noise } = describeClusters(labels, ids, rows, 2);
  expect(clusters.map(({ photoIds }) => [...photoIds])).toEqual([
    [7, 3, 11],
    [5, 13],
  ]);
  expect([...noise]).toEqual([17]);
  const [first] = clusters;
  expect(first?.similarities[0]).toBe(1);
  expect(first?.similarities[1]).toBeCloseTo(Math.cos((10 * Math.PI) / 180), 6);
  expect(first?.similarities[2]).toBeCloseTo(Math.cos((15 * Math.PI) / 180), 6);
});

test('exact copies do not push the cover from its place', () => {
  const rows = atAngles(0, 0, 0);
  const { clusters } = describeClusters(
    Int32Array.from([0, 0, 0]),
    Uint32Array.from([1, 2, 3]),
    rows,
    2,
  );
  expect([...(clusters[0]?.photoIds ?? [])]).toEqual([1, 2, 3]);
});

test('without photos there are no clusters', () => {
  const none = describeClusters(new Int32Array(0), new Uint32Array(0), new Float32Array(0), 2);
  expect(none.clusters).toEqual([]);
  expect([...none.noise]).toEqual([]);
});

test('what was described before is the same when it is taken again', () => {
  const size = 12;
  const rows = atAngles(...Array.from({ length: size }, (_, row) => 37 * row * row));
  const ids = Uint32Array.from({ length: size }, (_, row) => row + 1);
  const labelled = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: size, maxLength: size });
  fc.assert(
    fc.property(fc.array(labelled, { minLength: 2, maxLength: 5 }), (runs) => {
      const described: Described = new Map();
      for (const labels of runs.map((run) => Int32Array.from(run)))
        expect(describeClusters(labels, ids, rows, 2, 'cosine', described)).toEqual(
          describeClusters(labels, ids, rows, 2),
        );
    }),
  );
});

test('a cluster of the same photos is not described again', () => {
  const rows = atAngles(0, 10, 90, 100);
  const ids = Uint32Array.from([1, 2, 3, 4]);
  const described: Described = new Map();
  const of = (...labels: number[]): unknown[] =>
    describeClusters(Int32Array.from(labels), ids, rows, 2, 'cosine', described).clusters;
  const [first, second] = of(0, 0, 1, 1);
  expect(of(1, 1, 0, -1)[0]).toBe(first);
  expect(of(0, 0, 1, 1)[1]).not.toBe(second);
});

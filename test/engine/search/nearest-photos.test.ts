import { describe, expect, it } from 'vitest';
import { nearest } from '../../../engine/search/nearest.ts';
import { nearestPhotos } from '../../../engine/search/nearest-photos.ts';
import { facesInPhotos, photosThemselves } from '../../../engine/search/row-photos.ts';
import { Vectors } from '../../../engine/search/vectors.ts';
import { seededRandom } from '../../support/vectors.ts';

const dimensions = 8;
const random = seededRandom(5);
function unit(): Float32Array {
  const row = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** 40 photos: the first has thirty faces, every fifth none, the others one to three. */
const rowPhotos = facesInPhotos();
const vectors = new Vectors(dimensions);
const rows: { row: number; photo: number; vector: Float32Array }[] = [];
for (let photo = 1, row = 1; photo <= 40; photo++) {
  const faces = photo === 1 ? 30 : photo % 5 === 0 ? 0 : 1 + (photo % 3);
  for (let n = 0; n < faces; n++, row++) {
    const vector = unit();
    vectors.add(row, vector);
    rowPhotos.add(row, photo);
    rows.push({ row, photo, vector });
  }
}

/** Every row looked at, each photo by its best. */
function bruteForce(query: Float32Array, k: number, left: readonly number[]) {
  const photos = new Map<number, { id: number; row: number; similarity: number }>();
  for (const { row, photo, vector } of rows) {
    const similarity = dot(query, vector);
    if (left.includes(photo) || similarity <= (photos.get(photo)?.similarity ?? -2)) continue;
    photos.set(photo, { id: photo, row, similarity });
  }
  return [...photos.values()].sort((a, b) => b.similarity - a.similarity).slice(0, k);
}

describe('the photos nearest to a face', () => {
  it.each([1, 3, 10, 31, 32, 100])('are the %i best, each once by its best face', (k) => {
    for (let n = 0; n < 20; n++) {
      const query = unit();
      const [found = []] = nearestPhotos(
        nearest,
        vectors,
        rowPhotos,
        [{ vector: query, except: [2] }],
        k,
        [3],
      );
      const expected = bruteForce(query, k, [2, 3]);
      expect(found.map(({ id, row }) => [id, row])).toEqual(
        expected.map(({ id, row }) => [id, row]),
      );
    }
  });

  it('are the nearest of whole photos where rows are photos', () => {
    const query = unit();
    const [found = []] = nearestPhotos(
      nearest,
      ...([vectors, photosThemselves, [{ vector: query, except: [] }], 5, []] as const),
    );
    expect(found.every(({ id, row }) => id === row)).toBe(true);
  });
});

describe('the faces of photos that went', () => {
  it('are told, and their photos are forgotten', () => {
    const some = facesInPhotos();
    some.add(1, 7);
    some.add(2, 7);
    some.add(3, 8);
    expect(some.remove([7, 9])).toEqual([1, 2]);
    expect(some.rowsOf(7)).toEqual([]);
    expect(some.rowsOf(8)).toEqual([3]);
  });
});

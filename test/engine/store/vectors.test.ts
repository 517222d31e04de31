import { expect, test } from 'vitest';
import { seededRandom } from '../../support/vectors.ts';
import { dimensions, indexed, testStore } from '../../support/stored.ts';

test('vectors of any bytes are read as they were written, in the order of photo ids, of one method', async () => {
  await using testing = await testStore();
  const { store, methodId, folderId } = testing;
  const random = seededRandom(1);
  const anyVector = (): Float32Array =>
    new Float32Array(
      Uint8Array.from({ length: 4 * dimensions }, () =>
        // Zeros and quotation marks, too, and what is no UTF-8.
        random() < 0.3 ? 0 : random() < 0.2 ? 39 : Math.floor(random() * 256),
      ).buffer,
    );
  const photos = Array.from({ length: 1234 }, (_, n) =>
    indexed(folderId, `photo-${n}`, `photo-${n}`, { vector: anyVector() }),
  );
  const ids = store.writer.addPhotos(methodId, photos);
  const other = store.writer.method('other', 'v1', dimensions);
  store.writer.addVectors(other, [{ photoId: ids[7] ?? 0, vector: anyVector() }]);
  const again = anyVector();
  store.writer.addVectors(methodId, [{ photoId: ids[3] ?? 0, vector: again }]);
  store.writer.removePhotos([ids[500] ?? 0, ids[1233] ?? 0]);
  const expected = photos
    .map(({ vector }, n) => ({ photoId: ids[n] ?? 0, vector: n === 3 ? again : vector }))
    .filter((_, n) => n !== 500 && n !== 1233);
  const bytes = (vectors: Iterable<{ photoId: number; vector: Float32Array }>) =>
    [...vectors].map(({ photoId, vector: { buffer, byteOffset, byteLength } }) => ({
      photoId,
      bytes: Buffer.from(buffer, byteOffset, byteLength).toString('hex'),
    }));
  expect(bytes(store.reader.vectors(methodId))).toEqual(bytes(expected));
  expect([...store.reader.vectors(other)]).toHaveLength(1);
  expect([...store.reader.vectors(99)]).toEqual([]);
});

test('a vector of another length is refused, whatever the lengths of all come to', async () => {
  await using testing = await testStore();
  const { store, methodId, folderId } = testing;
  const lengths = [dimensions - 1, dimensions + 1, dimensions];
  store.writer.addPhotos(
    methodId,
    lengths.map((length, n) =>
      indexed(folderId, `photo-${n}`, `photo-${n}`, { vector: new Float32Array(length) }),
    ),
  );
  expect(() => [...store.reader.vectors(methodId)]).toThrow('not all vectors');
});

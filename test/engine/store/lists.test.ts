import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openForReading } from '../../../engine/store/database.ts';
import type { TimedPhoto } from '../../../engine/store/list-reader.ts';
import { openStore } from '../../../engine/store/store.ts';
import { temporaryFolder } from '../../support/photos.ts';

interface Given {
  folder: number;
  takenAt: number | null;
  modifiedAt: number;
  width: number;
  height: number;
}

/** A store with these photos in two folders, in this order. */
async function opened(given: readonly Given[]) {
  const temporary = await temporaryFolder();
  const store = openStore(temporary.path);
  const folders = ['/one', '/two'].map((path) => store.writer.addFolder(path));
  const method = store.writer.method('whole', '1', 2);
  const ids = store.writer.addPhotos(
    method,
    given.map(({ folder, ...photo }, n) => ({
      ...{ ...photo, photoId: null, folderId: folders[folder] ?? 0, relativePath: `in/${n}.jpg` },
      ...{ bytes: 1, sha256: '00'.repeat(32), vector: Float32Array.of(0, 1), damage: null },
    })),
  );
  const close = async () => {
    store.close();
    await temporary[Symbol.asyncDispose]();
  };
  return { ...{ store, folders, ids }, [Symbol.asyncDispose]: close };
}

const time = fc.integer({ min: -3, max: 3 });
const side = fc.integer({ min: 1, max: 5000 });
const photo: fc.Arbitrary<Given> = fc.record({
  folder: fc.constantFrom(0, 1),
  takenAt: fc.option(time),
  modifiedAt: time,
  width: side,
  height: side,
});

it('photos come from the newest on, page by page, as sorting all of them would have it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(photo, { maxLength: 30 }),
      fc.constantFrom(null, 0, 1),
      fc.integer({ min: 1, max: 7 }),
      async (given, of, limit) => {
        await using here = await opened(given);
        const { lists } = here.store.reader;
        const wanted = of === null ? null : (here.folders[of] ?? 0);
        const found: TimedPhoto[] = [];
        for (let last: TimedPhoto | null = null; ;) {
          const page: TimedPhoto[] = lists.newest(wanted, last, limit);
          found.push(...page);
          last = page.at(-1) ?? null;
          if (!last || found.length > given.length) break;
        }
        const expected = given
          .map((one, n) => ({ ...one, id: here.ids[n] ?? 0, time: one.takenAt ?? one.modifiedAt }))
          .filter(({ folder }) => of === null || folder === of)
          .sort((a, b) => b.time - a.time || b.id - a.id);
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        for (const [n, { ratio }] of found.entries()) {
          const { width = NaN, height = NaN } = expected[n] ?? {};
          expect(Math.abs(ratio - width / height)).toBeLessThan(0.0001);
        }
      },
    ),
    { numRuns: 20 },
  );
});

it('the order by time is read from an index, and nothing else', async () => {
  await using here = await opened([]);
  const database = openForReading(here.store.databasePath);
  try {
    // SQLite sorts, or reads the photos themselves, when the words of the index and of the query differ.
    const plans = database
      .prepare<[], { detail: string }>(
        `EXPLAIN QUERY PLAN
         SELECT id, width, height, coalesce(taken_at, modified_at) FROM photos
         WHERE coalesce(taken_at, modified_at) <= 1
         ORDER BY coalesce(taken_at, modified_at) DESC, id DESC`,
      )
      .all();
    expect(plans.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('USING COVERING INDEX photos_by_time'),
    ]);
  } finally {
    database.close();
  }
});

it('shapes and places are those of photos that are still there', async () => {
  const common = { folder: 1, takenAt: null, modifiedAt: 0, height: 300 };
  await using here = await opened([
    { ...common, width: 400 },
    { ...common, width: 300 },
    { ...common, width: 100 },
  ]);
  const [first = 0, second = 0, third = 0] = here.ids;
  here.store.writer.removePhotos([second]);
  const { lists } = here.store.reader;
  const asked = [third, second, first];
  expect(new Map(lists.shapes(asked).map(({ id, ratio }) => [id, ratio]))).toEqual(
    new Map([
      [first, 1.3333],
      [third, 0.3333],
    ]),
  );
  const folderId = here.folders[1];
  expect(lists.places(asked).sort((a, b) => a.id - b.id)).toEqual([
    { id: first, folderId, relativePath: 'in/0.jpg' },
    { id: third, folderId, relativePath: 'in/2.jpg' },
  ]);
  expect(lists.shapes([])).toEqual([]);
});

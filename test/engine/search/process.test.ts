/** The search process itself, on a real database. */
import { expect, test } from 'vitest';
import type { MethodRequests } from '../../../engine/search/process.ts';
import { Search } from '../../../engine/search/search.ts';
import { groupedRows, seededRandom } from '../../support/vectors.ts';
import { dimensions, indexed, testStore } from '../../support/stored.ts';

type Found = MethodRequests['nearest']['result'];

test('of many photos the same are found before and after clusters were, as photos come and go', async () => {
  await using library = await testStore();
  const { store, methodId, folderId } = library;
  const rows = groupedRows(130, dimensions, seededRandom(5), { copies: 0.2 });
  const add = (first: number, last: number): number[] =>
    store.writer.addPhotos(
      methodId,
      Array.from({ length: last - first }, (_, n) => {
        const row = first + n;
        const vector = rows.slice(row * dimensions, (row + 1) * dimensions);
        return indexed(folderId, `${row}.jpg`, `${row}`, { vector });
      }),
    );
  const ids = add(0, 120);
  const passes: number[] = [];
  const search = new Search({
    databasePath: store.databasePath,
    onClusterPass: ({ pass }) => {
      passes.push(pass.ids.length);
    },
  });
  const method = {
    id: methodId,
    dimensions,
    metric: 'cosine',
    similarFrom: { score: 1, similarity: 1 },
    finds: 'photos',
  } as const;
  const ofAll = (asked: readonly number[]): Promise<Found> =>
    search.ask('nearest', method, {
      queries: asked.map((photo) => ({ of: { photo }, except: [asked[0] ?? 0] })),
      k: 5,
      hidden: [asked[7] ?? 0],
    });
  const oneByOne = async (asked: readonly number[]): Promise<Found> => {
    const found: Found = [];
    for (const photo of asked)
      found.push(
        ...(await search.ask('nearest', method, {
          queries: [{ of: { photo }, except: [asked[0] ?? 0] }],
          k: 5,
          hidden: [asked[7] ?? 0],
        })),
      );
    return found;
  };
  const settings = { algorithm: 'dbscan', epsilon: 0.05, minPhotos: 4 } as const;
  try {
    const expected = await oneByOne(ids);
    expect(await ofAll(ids)).toEqual(expected);
    await search.ask('cluster', method, { settings });
    expect(passes).toEqual([120]);
    expect(await ofAll(ids)).toEqual(expected);

    store.writer.removePhotos([ids[20] ?? 0]);
    const more = add(120, 130);
    await search.changed(more, [ids[20] ?? 0]);
    const now = [...ids.filter((_, place) => place !== 20), ...more];
    const changed = await oneByOne(now);
    expect(await ofAll(now)).toEqual(changed);
    await search.ask('cluster', method, { settings });
    expect(await ofAll(now)).toEqual(changed);
  } finally {
    search.close();
  }
});

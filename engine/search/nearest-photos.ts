/**
 * The photos nearest to a query, where a photo may have several rows: each comes once, by the row
 * that is nearest.
 */
import type { NearestQuery, NearestSearch } from './nearest.ts';
import type { RowPhotos } from './row-photos.ts';
import type { Neighbour } from './top.ts';
import type { Vectors } from './vectors.ts';

export interface PhotoQuery {
  vector: Float32Array;
  /** Ids of photos that are no results. */
  except: readonly number[];
}

/** A photo among the results. */
export interface NearestPhoto extends Neighbour {
  /** Its row that is nearest to the query. */
  row: number;
}

/**
 * The k photos most similar to each query, most similar first, ties by the id of the row. Fewer when
 * there are fewer.
 * @param nearest finds the nearest rows
 * @param hidden ids of photos that are no results of any query
 * @param within the largest distance of a result
 */
export function nearestPhotos(
  nearest: NearestSearch,
  vectors: Vectors,
  rowPhotos: RowPhotos,
  queries: readonly PhotoQuery[],
  k: number,
  hidden: readonly number[],
  within = Infinity,
): NearestPhoto[][] {
  const rowsOf = (photos: readonly number[]): Set<number> =>
    new Set(photos.flatMap((photo) => rowPhotos.rowsOf(photo)));
  const hiddenRows = rowsOf(hidden);
  const ready = queries.map(({ vector, except }) => ({ vector, except: rowsOf(except) }));
  return nearest(vectors, ready, k, hiddenRows, within).map((found, place) => {
    const query = ready[place];
    return query
      ? onePerPhoto(nearest, vectors, rowPhotos, query, k, hiddenRows, within, found)
      : [];
  });
}

/** Asks for more rows until they are of k photos, or there are no more. */
function onePerPhoto(
  nearest: NearestSearch,
  vectors: Vectors,
  rowPhotos: RowPhotos,
  query: NearestQuery,
  k: number,
  hidden: ReadonlySet<number>,
  within: number,
  first: readonly Neighbour[],
): NearestPhoto[] {
  let found = first;
  for (let asked = k; ; asked *= 4) {
    if (asked > k) [found = []] = nearest(vectors, [query], asked, hidden, within);
    const photos = new Map<number, NearestPhoto>();
    for (const { id: row, similarity } of found) {
      const id = rowPhotos.photoOf(row);
      if (!photos.has(id)) photos.set(id, { id, row, similarity });
    }
    if (photos.size >= k || found.length < asked) return [...photos.values()].slice(0, k);
  }
}

/**
 * What one pass over the vectors of a method found, from which DBSCAN is answered for every ε: some
 * tens of bytes a photo, kept so that nobody waits for it twice.
 */
import { float64Of, int32Of, toBlob, uint32Of } from './blobs.ts';
import type { ReadableDatabase } from './database.ts';

export interface ClusterPassRow {
  /** Ids of photos, or of faces, rising; rows are places among them. */
  ids: Uint32Array;
  hierarchy: {
    size: number;
    minPhotos: number;
    /** [size × as many for each]: the nearest other rows of each (−1 for none), and their distances. */
    neighbours: { rows: Int32Array; distances: Float64Array };
    /** The spanning forest, rising in weight. */
    edges: { from: Uint32Array; to: Uint32Array; weights: Float64Array };
  };
}

/**
 * The last one, with this minimum of photos or any. undefined where there is none, or one that does not
 * fit together.
 */
export function readClusterPass(
  database: ReadableDatabase,
  methodId: number,
  minPhotos: number | undefined,
): ClusterPassRow | undefined {
  const row = database
    .prepare(
      `SELECT min_photos AS minPhotos, ids, near_rows AS nearRows, near_distances AS nearDistances, edges_from AS "from",
         edges_to AS "to", edge_weights AS weights
       FROM cluster_passes WHERE method_id = ? AND min_photos = coalesce(?, min_photos)
       ORDER BY rowid DESC LIMIT 1`,
    )
    .get(methodId, minPhotos ?? null) as
    | ({ minPhotos: number } & Record<
        'ids' | 'nearRows' | 'nearDistances' | 'from' | 'to' | 'weights',
        Buffer
      >)
    | undefined;
  if (!row) return undefined;
  const ids = uint32Of(row.ids);
  const neighbours = { rows: int32Of(row.nearRows), distances: float64Of(row.nearDistances) };
  const edges = { from: uint32Of(row.from), to: uint32Of(row.to), weights: float64Of(row.weights) };
  const fits =
    neighbours.rows.length % ids.length === 0 &&
    neighbours.distances.length === neighbours.rows.length &&
    edges.from.length === edges.weights.length &&
    edges.to.length === edges.weights.length;
  return fits
    ? { ids, hierarchy: { size: ids.length, minPhotos: row.minPhotos, neighbours, edges } }
    : undefined;
}

/** The SQL that keeps one in place of the last with the same minimum of photos, and its parameters. */
export const keepClusterPass = `
  INSERT OR REPLACE INTO cluster_passes
    (method_id, min_photos, ids, near_rows, near_distances, edges_from, edges_to, edge_weights)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

export function clusterPassBlobs({ ids, hierarchy }: ClusterPassRow): Buffer[] {
  const { neighbours, edges } = hierarchy;
  return [
    ids,
    ...[neighbours.rows, neighbours.distances],
    ...[edges.from, edges.to, edges.weights],
  ].map(toBlob);
}

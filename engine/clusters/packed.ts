/**
 * Found clusters as they cross from one process to another: an array of its own for each of thousands
 * of clusters would take longer to send than it took to find them.
 */
import type { Cluster } from './describe.ts';
import type { FoundClusters } from './finder.ts';

interface Packed {
  /** Photos of each cluster. */
  sizes: Uint32Array;
  /** Those of all clusters, one after the other. */
  photoIds: Uint32Array;
  similarities: Float32Array;
}

/** As `FoundClusters`, with the clusters packed. */
export type PackedClusters = FoundClusters extends infer Found
  ? Found extends FoundClusters
    ? Omit<Found, 'clusters'> & { clusters: Packed }
    : never
  : never;

export function packClusters(found: FoundClusters): PackedClusters {
  const { clusters } = found;
  const sizes = Uint32Array.from(clusters, ({ photoIds }) => photoIds.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const photoIds = new Uint32Array(total);
  const similarities = new Float32Array(total);
  let start = 0;
  for (const cluster of clusters) {
    photoIds.set(cluster.photoIds, start);
    similarities.set(cluster.similarities, start);
    start += cluster.photoIds.length;
  }
  return { ...found, clusters: { sizes, photoIds, similarities } };
}

/** The arrays of the clusters are views of those that were sent. */
export function unpackClusters(packed: PackedClusters): FoundClusters {
  const { sizes, photoIds, similarities } = packed.clusters;
  const clusters: Cluster[] = [];
  let start = 0;
  for (const size of sizes) {
    const end = start + size;
    clusters.push({
      photoIds: photoIds.subarray(start, end),
      similarities: similarities.subarray(start, end),
    });
    start = end;
  }
  return { ...packed, clusters };
}

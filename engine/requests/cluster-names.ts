/**
 * Finds the clusters that names belong to. People name a group of photos; clusters are found anew
 * with every change of the library or of ε, and the name goes to the group that is still the same.
 */
import type { ClusterName, ClusterRunRow } from '../store/reader.ts';

type Cluster = Pick<ClusterRunRow['clusters'][number], 'photoIds'>;

/** A name needs at least this Jaccard index between the group it was given to and a cluster. */
const sharedForName = 0.3;

/**
 * Gives each name to the cluster that shares most with the photos it was given to, if they share
 * enough. No cluster gets two names and no name two clusters; the closest match goes first, and of
 * equal ones the newer name.
 *
 * Only photos are compared that were in the library when the name was given and still are: a cluster
 * may lose deleted photos, and grow by new ones, without losing its name.
 * @param clusters number 1 first
 * @param noise photos in no cluster
 * @returns names by cluster number
 */
export function assignNames(
  names: readonly ClusterName[],
  clusters: readonly Cluster[],
  noise: Uint32Array,
): Map<number, ClusterName> {
  if (names.length === 0) return new Map();
  /** The cluster number of every photo that was looked at, 0 for noise. */
  const numberOf = new Map<number, number>();
  for (const id of noise) numberOf.set(id, 0);
  for (const [index, { photoIds }] of clusters.entries())
    for (const id of photoIds) numberOf.set(id, index + 1);

  const matches = names.flatMap((name) => {
    const shared = new Map<number, number>();
    let left = 0;
    for (const id of name.photoIds) {
      const number = numberOf.get(id);
      if (number === undefined) continue;
      left += 1;
      if (number > 0) shared.set(number, (shared.get(number) ?? 0) + 1);
    }
    return [...shared].map(([number, both]) => {
      const photoIds = clusters[number - 1]?.photoIds ?? new Uint32Array(0);
      const old = photoIds.reduce((n, id) => n + Number(id <= name.newestPhotoId), 0);
      return { name, number, jaccard: both / (left + old - both) };
    });
  });
  matches.sort((a, b) => b.jaccard - a.jaccard || b.name.id - a.name.id || a.number - b.number);
  const assigned = new Map<number, ClusterName>();
  const used = new Set<number>();
  for (const { name, number, jaccard } of matches) {
    if (jaccard < sharedForName || assigned.has(number) || used.has(name.id)) continue;
    assigned.set(number, name);
    used.add(name.id);
  }
  return assigned;
}

/** Answers requests about clusters. */
import { type ClusterRuns } from './cluster-runs.ts';
import { type Context, type Handlers } from './context.ts';

export function clusterRequests(
  context: Context,
  runs: ClusterRuns,
): Handlers<
  'clusters.get' | 'clusters.find' | 'clusters.cancel' | 'clusters.photos' | 'clusters.rename'
> {
  const ratioOf = (id: number): number | undefined => {
    const photo = context.parts.store.reader.photo(id);
    return photo && photo.width / photo.height;
  };
  return {
    'clusters.get': () => ({ run: runs.run(), clustering: runs.clustering }),

    'clusters.find': ({ epsilon, minPhotos }) => runs.find(epsilon, minPhotos),

    'clusters.cancel': async () => {
      await runs.cancel();
      return {};
    },

    'clusters.photos': ({ cluster: number }) => {
      const card = number === null ? null : runs.card(number);
      const { clusters, noise } = runs.members();
      const cluster = number === null ? undefined : clusters[number - 1];
      const photos = Array.from(cluster?.photoIds ?? noise, (id, index) => ({
        id,
        ratio: ratioOf(id),
        similarity: cluster?.similarities[index],
      })).filter(({ ratio }) => ratio !== undefined);
      return {
        card,
        ids: photos.map(({ id }) => id),
        ratios: photos.map(({ ratio }) => ratio ?? 1),
        similarities: cluster ? photos.map(({ similarity }) => similarity ?? 0) : [],
      };
    },

    'clusters.rename': ({ cluster, name }) => {
      runs.rename(cluster, name);
      return {};
    },
  };
}

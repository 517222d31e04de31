/** Answers requests about clusters. */
import type { Result } from '../contract.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';

export function clusterRequests(
  context: Context,
  methods: Methods,
): Handlers<
  'clusters.get' | 'clusters.find' | 'clusters.cancel' | 'clusters.photos' | 'clusters.rename'
> {
  return {
    'clusters.get': async ({ method }) => {
      const { runs } = methods.get(method);
      return { run: await runs.run(), clustering: runs.clustering };
    },

    'clusters.find': async ({ method, ...settings }) => {
      context.requirePhotos();
      await methods.prepare(method);
      return methods.get(method).runs.find(settings);
    },

    'clusters.cancel': async ({ method }) => {
      methods.cancel(method);
      await methods.get(method).runs.cancel();
      return {};
    },

    'clusters.photos': async ({ cluster: number, method }) => {
      const open = methods.get(method);
      const { runs } = open;
      const { photoIds, similarities } = runs.membersOf(number);
      const card = number === null ? null : await runs.card(number);
      const result: Result<'clusters.photos'> = {
        ...{ card, ids: [], ratios: [], similarities: [], faces: [] },
      };
      for (const { photo, face, index } of await open.photosOfRows(photoIds)) {
        result.ids.push(photo.id);
        result.ratios.push(photo.width / photo.height);
        if (similarities) result.similarities.push(similarities[index] ?? 0);
        if (face) result.faces.push(face);
      }
      return result;
    },

    'clusters.rename': ({ cluster, name, method }) => {
      methods.get(method).runs.rename(cluster, name);
      return {};
    },
  };
}

/** Answers requests about clusters. */
import type { FaceBox } from '../contract.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import { slices } from './slices.ts';

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
      const listed = await listRows(context, open, photoIds);
      return {
        card,
        ids: listed.map(({ id }) => id),
        ratios: listed.map(({ ratio }) => ratio),
        similarities: similarities
          ? listed.map(({ index }) => fourPlaces(similarities[index] ?? 0))
          : [],
        faces: listed.flatMap(({ face }) => face ?? []),
      };
    },

    'clusters.rename': ({ cluster, name, method }) => {
      methods.get(method).runs.rename(cluster, name);
      return {};
    },
  };
}

/** Ten thousand numbers are read much sooner when each is short; no more is shown of them. */
function fourPlaces(similarity: number): number {
  return Math.round(similarity * 1e4) / 1e4;
}

/** A photo of a list. */
interface ListedRow {
  id: number;
  ratio: number;
  face: FaceBox | null;
  /** The place of its row among those that were asked for. */
  index: number;
}

/** Rows whose photos are read at once. */
const readAtOnce = 1000;

/** The photos of rows as a list shows them, as `OpenMethod.photosOfRows` gives them. */
async function listRows(
  context: Context,
  method: OpenMethod,
  rows: Uint32Array,
): Promise<ListedRow[]> {
  if (method.findsFaces) {
    const photos = await method.photosOfRows(rows);
    return photos.map(({ photo: { id, width, height }, face, index }) => ({
      ...{ id, face, index },
      ratio: width / height,
    }));
  }
  const { lists } = context.parts.store.reader;
  const listed: ListedRow[] = [];
  const breathe = slices();
  for (let start = 0; start < rows.length; start += readAtOnce) {
    const ids = [...rows.subarray(start, start + readAtOnce)];
    const ratios = new Map(lists.shapes(ids).map(({ id, ratio }) => [id, ratio]));
    for (const [place, id] of ids.entries()) {
      const ratio = ratios.get(id);
      if (ratio !== undefined) listed.push({ id, ratio, face: null, index: start + place });
    }
    await breathe();
  }
  return listed;
}

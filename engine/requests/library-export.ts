/**
 * The export of a whole library, as text in pieces. Everything is read a batch at a time when its
 * turn comes, so that memory does not grow with the library; and while one batch is written, the
 * search process already looks for the lookalikes of the next.
 */
import type { LibraryState } from '../contract.ts';
import type { ExportDocument } from '../documents.ts';
import { clusterEntry, methodEntry } from '../export/documents.ts';
import { exportDocument } from '../export/export-document.ts';
import type { NearestPhoto } from '../search/nearest-photos.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';
import { boxOf, type OpenMethod } from './open-method.ts';
import { slices, type Breathe } from './slices.ts';

const lookalikesInExport = 5;
/** Photos whose lookalikes are looked for at once: the search is fastest in batches. */
const searchedAtOnce = 256;
/** Photos whose paths are read at once. */
const readAtOnce = 1000;

/** The clusters of `method` must have been found. */
export function libraryText(
  context: Context,
  open: OpenMethod,
  state: LibraryState,
): AsyncGenerator<string> {
  const { method } = open;
  const members = open.runs.members();
  const breathe = slices();
  return exportDocument({
    created: new Date(),
    program: state.program,
    method: {
      ...methodEntry(method),
      ...(method.weights && { weights: method.weights }),
    },
    folders: state.folders.map(({ path }) => path),
    photos: () => exportedPhotos(context, open, members.numberOf),
    clusters: async function* () {
      for (const { id, name, photoIds } of members.clusters) {
        const photos: string[] = [];
        for await (const path of pathsOfRows(context, open, photoIds, breathe)) photos.push(path);
        const [cover] = photos;
        if (cover !== undefined) yield clusterEntry({ id, name, cover, photos });
      }
    },
    noise: () => pathsOfRows(context, open, members.noise, breathe),
  });
}

/** The absolute paths of the photos of rows, each photo once. Those deleted meanwhile are left out. */
export async function* pathsOfRows(
  context: Context,
  method: OpenMethod,
  rows: Uint32Array,
  breathe: Breathe = slices(),
): AsyncGenerator<string> {
  if (method.findsFaces) {
    for (const { photo } of await method.photosOfRows(rows, Infinity, breathe))
      yield context.pathOf(photo);
    return;
  }
  for (let start = 0; start < rows.length; start += readAtOnce) {
    const ids = [...rows.subarray(start, start + readAtOnce)];
    const paths = pathsById(context, ids);
    for (const id of ids) {
      const path = paths.get(id);
      if (path !== undefined) yield path;
    }
    await breathe();
  }
}

/** The absolute paths of those of these photos that are still there. */
function pathsById(context: Context, ids: readonly number[]): Map<number, string> {
  const { lists } = context.parts.store.reader;
  return new Map(
    lists
      .places(ids)
      // Those whose folder is removed while this is written are left out.
      .filter(({ folderId }) => context.folders().has(folderId))
      .map((place) => [place.id, context.pathOf(place)]),
  );
}

/** Photos, and what was found for those of them that have a vector. */
interface Batch {
  photos: PhotoRow[];
  found: ReadonlyMap<number, NearestPhoto[]>;
}

async function* exportedPhotos(
  context: Context,
  method: OpenMethod,
  clusterOf: ReadonlyMap<number, number>,
): AsyncGenerator<ExportDocument['photos'][number]> {
  const { reader } = context.parts.store;
  const copies = new Map<number, number[]>();
  for (const group of reader.copies()) for (const id of group) copies.set(id, group);

  const batchAfter = async (last: number): Promise<Batch> => {
    const photos = reader.photosAfter(last, searchedAtOnce);
    // Some may still wait for their vectors, or have none.
    const searched = photos.filter(({ id }) => method.hasVector(id));
    const found = await method.nearest(
      searched.map(({ id }) => ({ of: { photo: id }, except: copies.get(id) ?? [] })),
      lookalikesInExport,
    );
    return { photos, found: new Map(searched.map(({ id }, place) => [id, found[place] ?? []])) };
  };

  for (let next: Promise<Batch> | undefined = batchAfter(0); next;) {
    const { photos, found }: Batch = await next;
    const last = photos.at(-1);
    next = last && batchAfter(last.id);
    // Whoever reads this looks at it later, or not at all when writing fails.
    next?.catch(() => undefined);
    const paths = pathsById(
      context,
      [...found.values()].flatMap((neighbours) => neighbours.map(({ id }) => id)),
    );
    for (const photo of photos) {
      if (!context.folders().has(photo.folderId)) continue;
      yield {
        path: context.pathOf(photo),
        sha256: photo.sha256,
        width: photo.width,
        height: photo.height,
        lookalikes: (found.get(photo.id) ?? []).flatMap(({ id, similarity }) => {
          const path = paths.get(id);
          return path === undefined ? [] : [{ path, similarity }];
        }),
        cluster: clusterOf.get(photo.id) ?? null,
        ...(method.findsFaces && {
          faces: reader.faces.ofPhoto(method.rowId, photo.id).map(boxOf),
        }),
      };
    }
  }
}

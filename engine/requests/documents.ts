/** Makes the JSON documents, and writes them to files. */
import { setImmediate } from 'node:timers/promises';
import { type LibraryState, type Params } from '../contract.ts';
import { type ClustersDocument, type ExportDocument } from '../documents.ts';
import {
  clusterEntry,
  clustersDocumentOf,
  documentText,
  infoDocumentOf,
  lookalikesDocumentOf,
  problemsDocumentOf,
  type ClusterOfPaths,
} from '../export/documents.ts';
import { writeToDownloads } from '../export/downloads.ts';
import { exportDocument } from '../export/export-document.ts';
import { writeDocument } from '../export/write.ts';
import { type PhotoRow } from '../store/reader.ts';
import { type ClusterRuns } from './cluster-runs.ts';
import { type Context, type Handlers } from './context.ts';
import { type lookalikeRequests } from './lookalikes.ts';
import { type photoRequests } from './photos.ts';
import { type Queries } from './queries.ts';

const lookalikesInExport = 5;
/** Photos whose lookalikes are looked for at once: the search is fastest in batches. */
const exportedAtOnce = 64;

/** Other requests that documents are made from. */
export interface DocumentSources {
  runs: ClusterRuns;
  queries: Queries;
  lookalikes: ReturnType<typeof lookalikeRequests>;
  photos: ReturnType<typeof photoRequests>;
  state: () => LibraryState;
  /** The library's own directory. */
  directory: string;
}

export function documentRequests(
  context: Context,
  sources: DocumentSources,
): Handlers<
  | 'documents.lookalikes'
  | 'documents.clusters'
  | 'documents.problems'
  | 'documents.info'
  | 'export.write'
> {
  const { method, store } = context.parts;
  const { runs, queries, lookalikes, photos } = sources;

  const lookalikesDocument = async (
    params: Params<'documents.lookalikes'>,
  ): Promise<ReturnType<typeof lookalikesDocumentOf>> => {
    const found = await lookalikes['lookalikes.find'](params);
    return lookalikesDocumentOf(method, await queries.place(params.query), found);
  };

  const clustersDocument = (): ClustersDocument => {
    const run = runs.run();
    if (!run) throw new Error('a document of clusters was asked for before there was a run');
    const members = clusterPaths(context, runs);
    return clustersDocumentOf(method, run, members.clusters, members.noise);
  };

  const exportText = async (
    document: Params<'export.write'>['document'],
  ): Promise<AsyncIterable<string> | Iterable<string>> => {
    context.requirePhotos();
    switch (document.kind) {
      case 'lookalikes':
        return [documentText(await lookalikesDocument(document))];
      case 'clusters':
        await runs.refresh();
        return [documentText(clustersDocument())];
      case 'library':
        await runs.refresh();
        return libraryText(context, runs, sources.state());
    }
  };

  return {
    'documents.lookalikes': lookalikesDocument,

    'documents.clusters': async ({ epsilon, minPhotos }) => {
      await runs.find(epsilon, minPhotos);
      return clustersDocument();
    },

    'documents.problems': async () => problemsDocumentOf(await photos['problems.list']({})),

    'documents.info': () =>
      infoDocumentOf(sources.state(), sources.directory, {
        node: process.versions.node,
        sqlite: store.sqliteVersion,
      }),

    'export.write': async ({ document, path }) => {
      const text = await exportText(document);
      return path === null ? writeToDownloads(text) : writeDocument(path, text);
    },
  };
}

/** The present run with absolute paths, as documents show it. Photos deleted meanwhile are left out. */
function clusterPaths(
  context: Context,
  runs: ClusterRuns,
): { clusters: ClusterOfPaths[]; noise: string[] } {
  const pathsOf = (ids: Uint32Array): string[] => context.refs(ids).map(({ path }) => path);
  const { clusters, noise } = runs.members();
  return {
    clusters: clusters.flatMap(({ id, name, photoIds }) => {
      const [cover, ...rest] = pathsOf(photoIds);
      return cover === undefined ? [] : [{ id, name, cover, photos: [cover, ...rest] }];
    }),
    noise: pathsOf(noise),
  };
}

/** The whole library as text, a batch of photos at a time. */
function libraryText(
  context: Context,
  runs: ClusterRuns,
  state: LibraryState,
): AsyncGenerator<string> {
  const { method } = context.parts;
  const members = clusterPaths(context, runs);
  return exportDocument({
    created: new Date(),
    program: state.program,
    method: {
      id: method.id,
      name: method.name,
      dimensions: method.dimensions,
      weights: method.weights,
    },
    folders: state.folders.map(({ path }) => path),
    photos: () => exportedPhotos(context, runs),
    clusters: () => members.clusters.map(clusterEntry),
    noise: () => members.noise,
  });
}

async function* exportedPhotos(
  context: Context,
  runs: ClusterRuns,
): AsyncGenerator<ExportDocument['photos'][number]> {
  const { reader } = context.parts.store;
  const copies = new Map<number, number[]>();
  for (const group of reader.copies()) for (const id of group) copies.set(id, group);
  for (
    let batch = reader.photosAfter(0, exportedAtOnce);
    batch.length > 0;
    batch = reader.photosAfter(batch.at(-1)?.id ?? Infinity, exportedAtOnce)
  ) {
    const found = await context.parts.search.ask('find', {
      queries: batch.map(({ id }) => ({ of: { photo: id }, except: copies.get(id) ?? [] })),
      k: lookalikesInExport,
    });
    for (const [index, photo] of batch.entries())
      yield exportedPhoto(context, runs, photo, found[index] ?? []);
    await setImmediate();
  }
}

function exportedPhoto(
  context: Context,
  runs: ClusterRuns,
  photo: PhotoRow,
  found: readonly { id: number; similarity: number }[],
): ExportDocument['photos'][number] {
  const { reader } = context.parts.store;
  return {
    path: context.pathOf(photo),
    sha256: photo.sha256,
    width: photo.width,
    height: photo.height,
    lookalikes: found.flatMap(({ id, similarity }) => {
      const other = reader.photo(id);
      return other ? [{ path: context.pathOf(other), similarity }] : [];
    }),
    cluster: runs.clusterOf(photo.id)?.id ?? null,
  };
}

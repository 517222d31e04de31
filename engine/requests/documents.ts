/** Makes the JSON documents, and writes them to files. */
import { mapRequest, type Checked, type LibraryState } from '../contract.ts';
import { LookalikeError } from '../errors.ts';
import type { ClustersDocument } from '../documents.ts';
import {
  clustersDocumentOf,
  documentText,
  infoDocumentOf,
  lookalikesDocumentOf,
  problemsDocumentOf,
  type ClusterOfPaths,
} from '../export/documents.ts';
import { writeToDownloads } from '../export/downloads.ts';
import { writeDocument } from '../export/write.ts';
import type { attributeRequests } from './attributes.ts';
import { challengeDocument } from './challenge.ts';
import type { ClusterRuns } from './cluster-runs.ts';
import type { clustersByMethodHandlers } from './clusters-by-method.ts';
import type { Context, Handlers } from './context.ts';
import type { Evaluations } from './evaluations.ts';
import { libraryText, pathsOfRows } from './library-export.ts';
import type { lookalikeRequests } from './lookalikes.ts';
import type { Maps } from './maps.ts';
import { marksDocumentOf } from './marks.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import type { photoRequests } from './photos.ts';
import type { Queries } from './queries.ts';
import { selectionDocument } from './selections.ts';
import type { sideBySideRequests } from './side-by-side.ts';
import { slices } from './slices.ts';
import { lastSuits, type Suits } from './suits.ts';

/** Other requests that documents are made from. */
export interface DocumentSources {
  methods: Methods;
  evaluations: Evaluations;
  suits: Suits;
  maps: Maps;
  queries: Queries;
  lookalikes: ReturnType<typeof lookalikeRequests>;
  sideBySide: ReturnType<typeof sideBySideRequests>;
  clustersByMethod: ReturnType<typeof clustersByMethodHandlers>;
  photos: ReturnType<typeof photoRequests>;
  attributes: ReturnType<typeof attributeRequests>;
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
  | 'documents.map'
  | 'documents.problems'
  | 'documents.info'
  | 'export.write'
> {
  const { store } = context.parts;
  const { methods, maps, queries, lookalikes, photos } = sources;

  const lookalikesDocument = async (
    params: Checked<'documents.lookalikes'>,
  ): Promise<ReturnType<typeof lookalikesDocumentOf>> => {
    context.requirePhotos();
    await methods.prepare(params.method);
    const { method } = methods.get(params.method);
    const found = await lookalikes['lookalikes.find'](params);
    const { photo, picture, name } = found.query;
    const place = photo?.path ?? (picture === null ? name : queries.place(picture));
    return lookalikesDocumentOf(method, place, found, params.within);
  };

  const clustersDocument = async (open: OpenMethod): Promise<ClustersDocument> => {
    const present = open.runs.members();
    const { clusters, noise } = await clusterPaths(context, open, present);
    return clustersDocumentOf(open.method, present, clusters, noise);
  };

  const exportText = async (
    document: Checked<'export.write'>['document'],
  ): Promise<AsyncIterable<string> | Iterable<string>> => {
    context.requirePhotos();
    switch (document.kind) {
      case 'lookalikes':
        return [documentText(await lookalikesDocument(document))];
      case 'side-by-side':
        return [documentText(await sources.sideBySide['documents.sideBySide'](document))];
      case 'description':
        return [documentText(await sources.attributes['documents.description'](document))];
      case 'clusters': {
        const method = await clustered(document.method);
        return [documentText(await clustersDocument(method))];
      }
      case 'clusters-by-method': {
        const documentOf = sources.clustersByMethod['documents.clustersByMethod'];
        return [documentText(await documentOf({ find: false }))];
      }
      case 'challenge': {
        await methods.prepare(document.method);
        const method = methods.get(document.method);
        return [documentText(await challengeDocument(context, method, document))];
      }
      case 'evaluation':
        return [documentText(lastEvaluation(sources.evaluations))];
      case 'marks':
        return [documentText(marksDocumentOf(context))];
      case 'suits':
        return [documentText(lastSuits(sources.suits))];
      case 'map': {
        const usual = mapRequest.parse({ algorithm: document.algorithm });
        const settings = maps.settingsOf(document.method, usual);
        return [documentText(await maps.document(document.method, settings))];
      }
      case 'selection':
        return [documentText(await selectionDocument(context, document))];
      case 'library':
        return libraryText(context, await clustered(document.method), sources.state());
    }
  };

  /** A method with vectors of all photos, and clusters of them. */
  const clustered = async (id: string): Promise<OpenMethod> => {
    await methods.prepare(id);
    const method = methods.get(id);
    await method.runs.refresh();
    return method;
  };

  return {
    'documents.lookalikes': lookalikesDocument,

    'documents.clusters': async ({ method: id, ...settings }) => {
      context.requirePhotos();
      await methods.prepare(id);
      const method = methods.get(id);
      await method.runs.find(settings);
      return clustersDocument(method);
    },

    'documents.map': ({ method, ...settings }) => maps.document(method, settings),

    'documents.problems': async () => problemsDocumentOf(await photos['problems.list']({})),

    'documents.info': async () => {
      // Only a started model knows its backend; one that cannot start leaves the rest worth telling.
      await methods.default.model.embedder().catch(() => undefined);
      const { method, runs } = methods.default;
      const usual = { ...method, clusters: runs.count };
      return infoDocumentOf(sources.state(), usual, sources.directory, {
        node: process.versions.node,
        sqlite: store.sqliteVersion,
      });
    },

    'export.write': async ({ document, path }) => {
      const text = await exportText(document);
      return path === null ? writeToDownloads(text) : writeDocument(path, text);
    },
  };
}

/** @throws LookalikeError `evaluation-missing` */
function lastEvaluation({ last }: Evaluations): object {
  if (!last)
    throw new LookalikeError(
      'evaluation-missing',
      'Nothing has been evaluated since Lookalike was started. Run an evaluation first.',
    );
  return last;
}

/** A run with absolute paths, as documents show it. Photos deleted meanwhile are left out. */
async function clusterPaths(
  context: Context,
  method: OpenMethod,
  run: ReturnType<ClusterRuns['members']>,
): Promise<{ clusters: ClusterOfPaths[]; noise: string[] }> {
  const pathsOf = async (ids: Uint32Array): Promise<string[]> => {
    const paths: string[] = [];
    for await (const path of pathsOfRows(context, method, ids, breathe)) paths.push(path);
    return paths;
  };
  const breathe = slices();
  const clusters: ClusterOfPaths[] = [];
  for (const { id, name, photoIds } of run.clusters) {
    const photos = await pathsOf(photoIds);
    const [cover] = photos;
    if (cover !== undefined) clusters.push({ id, name, cover, photos });
  }
  return { clusters, noise: await pathsOf(run.noise) };
}

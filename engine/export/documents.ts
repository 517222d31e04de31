/**
 * Pure functions from the contract's results to the JSON documents of `../documents.ts`: the same
 * facts, without what only a screen needs (ids, names of files, shapes).
 */
import type { LibraryState, Method, Result } from '../contract.ts';
import type {
  ClustersDocument,
  ExportDocument,
  InfoDocument,
  LookalikesDocument,
  ProblemsDocument,
} from '../documents.ts';

/** `queryPath` is absolute; for a picture that is no file of this machine, the name it came with. */
export function lookalikesDocumentOf(
  method: Method,
  queryPath: string,
  found: Pick<Result<'lookalikes.find'>, 'copies' | 'lookalikes'>,
): LookalikesDocument {
  return {
    schema: 'lookalike/lookalikes@1',
    method: methodEntry(method),
    query: { path: queryPath },
    copies: found.copies.map((copy) => copy.path),
    lookalikes: found.lookalikes.map(({ rank, path, similarity, similar }) => ({
      rank,
      path,
      similarity,
      similar,
    })),
  };
}

/** A cluster with its photos as absolute paths, nearest to the cover first. */
export interface ClusterOfPaths {
  id: number;
  name: string | null;
  cover: string;
  photos: string[];
}

/** `clusters` from the largest on, `noise`: absolute paths of the photos in no cluster. */
export function clustersDocumentOf(
  method: Method,
  settings: Omit<ClustersDocument['algorithm'], 'name'>,
  clusters: readonly ClusterOfPaths[],
  noise: string[],
): ClustersDocument {
  const { epsilon, minPhotos, chosen } = settings;
  return {
    schema: 'lookalike/clusters@1',
    method: methodEntry(method),
    algorithm: { name: 'dbscan', epsilon, minPhotos, chosen },
    clusters: clusters.map(clusterEntry),
    noise,
  };
}

/** A cluster as it stands in the clusters and the export document; without a name it has none. */
export function clusterEntry(cluster: ClusterOfPaths): ExportDocument['clusters'][number] {
  const { id, name, cover, photos } = cluster;
  return { id, ...(name === null ? {} : { name }), size: photos.length, cover, photos };
}

export function problemsDocumentOf(problems: Result<'problems.list'>): ProblemsDocument {
  return {
    schema: 'lookalike/problems@1',
    problems: problems.map(({ path, code, message }) => ({ path, code, message })),
  };
}

/** `library`: absolute path of its directory; `versions`: of Node, SQLite and so on, by name. */
export function infoDocumentOf(
  state: LibraryState,
  library: string,
  versions: Record<string, string>,
): InfoDocument {
  const { program, photos, problems, clusters, backend } = state;
  return {
    schema: 'lookalike/info@1',
    program,
    library,
    folders: state.folders.map(({ path, photos, offline }) => ({ path, photos, offline })),
    photos,
    problems,
    clusters,
    method: methodEntry(state.method),
    backend,
    versions,
  };
}

function methodEntry({ id, name, dimensions }: Method): LookalikesDocument['method'] {
  return { id, name, dimensions };
}

/** A small document as text, for people's eyes as well. */
export function documentText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

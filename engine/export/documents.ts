/**
 * Pure functions from the contract's results to the JSON documents of `../documents.ts`: the same
 * facts, without what only a screen needs (ids, names of files, shapes).
 */
import type { ClusterRun, LibraryState, Result } from '../contract.ts';
import type {
  ClustersDocument,
  ExportDocument,
  InfoDocument,
  LookalikesDocument,
  MapDocument,
  ProblemsDocument,
} from '../documents.ts';

/** A method, of which documents tell a part. */
type Method = Omit<LookalikesDocument['method'], 'finds'> & { finds?: 'photos' | 'faces' };

/**
 * @param queryPath absolute; for a picture that is no file of this machine, its address or the name
 *   it came with
 * @param within the largest distance that was asked for, or null
 */
export function lookalikesDocumentOf(
  method: Method,
  queryPath: string,
  found: Pick<Result<'lookalikes.find'>, 'copies' | 'cluster' | 'classes' | 'lookalikes'> &
    Partial<Pick<Result<'lookalikes.find'>, 'attributes'>> & {
      query: Pick<Result<'lookalikes.find'>['query'], 'faces' | 'face'>;
    },
  within: number | null = null,
): LookalikesDocument {
  const { cluster, query } = found;
  const face = query.faces[query.face ?? -1];
  return {
    schema: 'lookalike/lookalikes@1',
    method: methodEntry(method),
    query: { path: queryPath, ...(face && { face }) },
    ...(within !== null && { within }),
    copies: found.copies.map((copy) => copy.path),
    ...(cluster && {
      cluster: { id: cluster.id, ...nameEntry(cluster.name), size: cluster.size },
    }),
    ...(found.classes && { classes: found.classes }),
    ...(found.attributes && { attributes: found.attributes }),
    lookalikes: found.lookalikes.map(({ rank, path, similarity, similar, face }) => ({
      ...{ rank, path, similarity, similar },
      ...(face && { face }),
    })),
  };
}

/** What a run says beside its clusters. */
type Outcome = OutcomeOf<ClusterRun>;
type OutcomeOf<Run> = Run extends unknown ? Omit<Run, 'clusters' | 'noise'> : never;

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
  run: Outcome,
  clusters: readonly ClusterOfPaths[],
  noise: string[],
): ClustersDocument {
  return {
    schema: 'lookalike/clusters@1',
    method: methodEntry(method),
    algorithm: algorithmEntry(run),
    clusters: clusters.map(clusterEntry),
    noise,
  };
}

function algorithmEntry(run: Outcome): ClustersDocument['algorithm'] {
  if (run.algorithm === 'dbscan') {
    const { algorithm: name, epsilon, minPhotos, chosen } = run;
    return { name, epsilon, minPhotos, chosen };
  }
  const { algorithm: name, k, chosen, inertia, curve } = run;
  return { name, k, chosen, inertia, curve };
}

/** A cluster as it stands in the clusters and the export document; without a name it has none. */
export function clusterEntry(cluster: ClusterOfPaths): ExportDocument['clusters'][number] {
  const { id, name, cover, photos } = cluster;
  return { id, ...nameEntry(name), size: photos.length, cover, photos };
}

function nameEntry(name: string | null): { name?: string } {
  return name === null ? {} : { name };
}

/** A photo on a map, with its absolute path. */
export type MappedPhoto = MapDocument['photos'][number];

/** What a map was made with, and how good it is. */
interface MapOutcome {
  settings:
    | { algorithm: 't-sne'; perplexity: number; seed: number }
    | { algorithm: 'umap'; neighbours: number; seed: number };
  trustworthiness: number | null;
}

export function mapDocumentOf(
  method: Method,
  { settings, trustworthiness }: MapOutcome,
  photos: MappedPhoto[],
): MapDocument {
  const { algorithm: name, ...rest } = settings;
  return {
    schema: 'lookalike/map@1',
    method: methodEntry(method),
    algorithm: { name, ...rest } as MapDocument['algorithm'],
    trustworthiness,
    photos,
  };
}

export function problemsDocumentOf(problems: Result<'problems.list'>): ProblemsDocument {
  return {
    schema: 'lookalike/problems@1',
    problems: problems.map(({ path, code, message }) => ({ path, code, message })),
  };
}

/** `method`: the default; `library`: absolute path of its directory; `versions`: of Node, SQLite and so on, by name. */
export function infoDocumentOf(
  state: LibraryState,
  method: Method & { clusters: number | null },
  library: string,
  versions: Record<string, string>,
): InfoDocument {
  const { program, photos, problems, backend } = state;
  return {
    schema: 'lookalike/info@1',
    program,
    library,
    folders: state.folders.map(({ path, photos, offline }) => ({ path, photos, offline })),
    photos,
    problems,
    clusters: method.clusters,
    method: methodEntry(method),
    methods: state.methods.map(({ id, name, sentence, photos, unavailable, clusters }) => ({
      ...{ id, name, sentence, photos, clusters },
      unavailable: unavailable?.message ?? null,
    })),
    backend,
    versions,
  };
}

/** A method as documents name it. */
export function methodEntry({ finds, ...method }: Method): LookalikesDocument['method'] {
  const { id, name, dimensions, metric } = method;
  return { id, name, dimensions, metric, ...(finds === 'faces' && { finds }) };
}

/** A small document as text, for people's eyes as well. */
export function documentText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

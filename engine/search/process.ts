/**
 * Entry of the search process: holds the vectors, answers queries, finds clusters, and measures
 * how good results are where labels are known. It reads the
 * database by itself and is told which photos came and went. Long work is done in slices, so that a
 * query never waits for it.
 */
import { setImmediate } from 'node:timers/promises';
import { isLookalikeError, LookalikeError } from '../errors.ts';
import { emit, log, serve } from '../processes/serve.ts';
import { openForReading } from '../store/database.ts';
import { Reader, type Finds } from '../store/reader.ts';
import { ClusterFinder, type ClusterSettings } from '../clusters/finder.ts';
import { packClusters, type PackedClusters } from '../clusters/packed.ts';
import { listedFor } from '../clusters/hierarchy.ts';
import type { ClusterPass } from '../clusters/passes.ts';
import { Evaluator, type EvaluationTask } from '../evaluation/evaluator.ts';
import type { Retrieval } from '../evaluation/retrieval.ts';
import { Companion } from './companion.ts';
import { describedBest, type Description } from './described.ts';
import { Judge, type SimilarFrom } from './judge.ts';
import type { Metric } from './metric.ts';
import { nearestListed, type NearestLists } from './listed.ts';
import { nearestPhotos, type NearestPhoto } from './nearest-photos.ts';
import { pace } from './pace.ts';
import { pairSimilarities } from './pair-similarities.ts';
import { facesInPhotos, photosThemselves, type RowPhotos } from './row-photos.ts';
import { Sketcher } from './sketcher.ts';
import type { Neighbour } from './top.ts';
import { Vectors } from './vectors.ts';

/** What the search process has to know of a method. */
export interface SearchedMethod {
  /** As the database numbers this version of the method. */
  id: number;
  dimensions: number;
  metric: Metric;
  similarFrom: SimilarFrom;
  /** What its rows are: photos, or faces in them. */
  finds: Finds;
}

export interface SearchQuery {
  /** A photo of the library (of faces: its largest), or a vector. */
  of: { photo: number } | { vector: Float32Array };
  /** Photo ids that are no results, beside the query itself: its copies. */
  except: number[];
}

export interface FoundLookalike extends NearestPhoto {
  /** Whether it is really similar. See judge.ts. */
  similar: boolean;
}

/** What the search process can be asked of one method; its vectors are loaded with the first question. */
export interface MethodRequests {
  /** The nearest photos of each query. */
  nearest: {
    params: { queries: SearchQuery[]; k: number; hidden: number[] };
    result: NearestPhoto[][];
  };
  /** The same for one query, at a distance of at most `within` if there is one, each judged. */
  find: {
    params: { query: SearchQuery; k: number; within: number | null; hidden: number[] };
    result: FoundLookalike[];
  };
  /** How similar two photos are, for each pair: photo ids, two and two. */
  pairs: { params: { pairs: Uint32Array }; result: Float64Array };
  /** The photos that fit a description best, where whole photos are compared. */
  describe: {
    params: { description: Description; k: number; hidden: number[] };
    result: Neighbour[];
  };
  cluster: { params: { settings: ClusterSettings }; result: PackedClusters };
  cancelClustering: { params: object; result: undefined };
  evaluate: { params: EvaluationTask; result: Retrieval };
  cancelEvaluation: { params: object; result: undefined };
}

/** What it can be asked beside that. */
export interface ProcessRequests {
  open: { params: { databasePath: string }; result: undefined };
  /** Photos, or their vectors of some method, came or went. */
  changed: { params: { added: number[]; removed: number[] }; result: undefined };
  /** The vectors of a method are not needed any more. */
  forget: { params: { id: number }; result: undefined };
}

/** Told while clusters are looked for: work done and in all, in steps of about the same length. */
export interface ClusteringProgress {
  /** The method's id. */
  method: number;
  done: number;
  total: number;
}

/** Told while an evaluation goes on: queries answered and in all. */
export type EvaluationProgress = ClusteringProgress;

/** A pass over the vectors of a method, for the writer to keep. */
export interface FoundPass {
  /** The method's id. */
  method: number;
  pass: ClusterPass;
}

/** A method whose vectors are loaded. */
interface Loaded {
  finds: Finds;
  vectors: Vectors;
  rowPhotos: RowPhotos;
  finder: ClusterFinder;
  judge: Judge;
  evaluator: Evaluator;
  sketcher: Sketcher;
  /** Ends work that nobody waits for. */
  closing: AbortController;
}

/** From so many on, it pays to read what a pass found. */
const manyQueries = 64;

let reader: Reader | undefined;
const companion = new Companion();
const loaded = new Map<number, Loaded>();

function library(): Reader {
  if (!reader) throw new Error('the search process was asked before it was given a library');
  return reader;
}

/** Room for so many rows, and for those that come later: as long as it is not used, it costs nothing. */
function roomFor(count: number): number {
  return Math.ceil(1.25 * count) + 1024;
}

function load({ id, dimensions, metric, similarFrom, finds }: SearchedMethod): Loaded {
  const known = loaded.get(id);
  if (known) return known;
  const vectors = new Vectors(dimensions, metric);
  const rowPhotos = finds === 'faces' ? facesInPhotos() : photosThemselves;
  if (finds === 'faces') {
    vectors.reserve(roomFor(library().faces.count(id)));
    for (const face of library().faces.all(id)) {
      vectors.add(face.id, face.vector);
      rowPhotos.add(face.id, face.photoId);
    }
  } else {
    vectors.reserve(roomFor(library().vectorCount(id)));
    for (const piece of library().vectorPieces(id)) vectors.append(piece.photoIds, piece.vectors);
  }
  const closing = new AbortController();
  const calm = pace(closing.signal, 'The vectors are not needed any more.', () => undefined);
  const method = {
    finds,
    vectors,
    rowPhotos,
    judge: new Judge(vectors, similarFrom),
    finder: new ClusterFinder(vectors, {
      onProgress: (progress) => {
        emit('clustering', { method: id, ...progress });
      },
      keptPass: (minPhotos) => library().clusterPass(id, minPhotos),
      onPass: (pass) => {
        emit('clusterPass', { method: id, pass } satisfies FoundPass);
      },
    }),
    evaluator: new Evaluator(vectors, rowPhotos, (progress) => {
      emit('evaluation', { method: id, ...progress });
    }),
    sketcher: new Sketcher(vectors, calm.pause),
    closing,
  };
  loaded.set(id, method);
  sketch(method);
  return method;
}

/** Makes or completes the sketch of a method's rows, behind whoever waits for these, between answers. */
function sketch({ sketcher }: Loaded): void {
  setImmediate()
    .then(() => sketcher.refresh())
    .catch((error: unknown) => {
      if (!isLookalikeError(error, 'cancelled')) log(`Searches stay slow: ${String(error)}`);
    });
}

function nearestOf(
  { vectors, rowPhotos }: Loaded,
  queries: readonly SearchQuery[],
  k: number,
  hidden: readonly number[],
  within: number | null = null,
): NearestPhoto[][] {
  const ready = queries.map(({ of, except }) => {
    if ('vector' in of) return { vector: of.vector, except };
    const row = vectors.rowOf(rowPhotos.rowsOf(of.photo)[0] ?? 0);
    if (row === -1)
      throw new LookalikeError(
        'photo-unknown',
        'This photo is not in the library any more. It may have been moved or deleted.',
      );
    return { vector: vectors.row(row), except: [of.photo, ...except] };
  });
  const farthest = within ?? Infinity;
  return nearestPhotos(companion.nearest, vectors, rowPhotos, ready, k, hidden, farthest).map(
    (found) => found.map((photo) => ({ ...photo, similarity: cosine(photo.similarity) })),
  );
}

/** Rows are float32, so that the product of two equal ones may be a little more than 1. */
function cosine(similarity: number): number {
  return Math.max(-1, Math.min(1, similarity));
}

/** The same for many queries: what a pass over the library found already is not looked for again. */
function nearestOfMany(
  method: Loaded,
  queries: readonly SearchQuery[],
  k: number,
  hidden: readonly number[],
): NearestPhoto[][] {
  const lists = method.finds === 'photos' ? presentLists(method) : undefined;
  const isHidden = new Set(hidden);
  const listed = queries.map(({ of, except }) => {
    const row = lists && 'photo' in of ? method.vectors.rowOf(of.photo) : -1;
    if (!lists || row === -1) return undefined;
    const isResult = (id: number): boolean => !isHidden.has(id) && !except.includes(id);
    return nearestListed(method.vectors, lists, row, k, isResult)?.map(({ id, similarity }) => ({
      ...{ id, row: id },
      similarity: cosine(similarity),
    }));
  });
  const open = queries.filter((_, place) => !listed[place]);
  const searched = nearestOf(method, open, k, hidden).values();
  return listed.map((found) => found ?? searched.next().value ?? []);
}

/** The lists of a pass over the vectors as they are now, if there was one. */
function presentLists({ finder }: Loaded): NearestLists | undefined {
  const hierarchy = finder.presentPass?.hierarchy;
  return hierarchy && { each: listedFor(hierarchy.minPhotos), ...hierarchy.neighbours };
}

/** Brings what is loaded of a method up to date with the database. */
function update(id: number, method: Loaded, change: Change): void {
  const { vectors, rowPhotos, finder, judge } = method;
  const before = vectors.size;
  if (change.removed.length > 0) vectors.remove(rowPhotos.remove(change.removed));
  let changed = vectors.size !== before;
  for (const photo of change.added)
    for (const [row, vector] of rowsInDatabase(id, method, photo)) {
      if (vectors.rowOf(row) !== -1) continue;
      vectors.add(row, vector);
      rowPhotos.add(row, photo);
      changed = true;
    }
  if (!changed) return;
  finder.invalidate();
  judge.forget();
  sketch(method);
}

/** The rows of a photo as they are stored now. */
function rowsInDatabase(
  id: number,
  { finds }: Loaded,
  photo: number,
): (readonly [row: number, vector: Float32Array])[] {
  if (finds === 'faces')
    return library()
      .faces.ofPhoto(id, photo)
      .map((face) => [face.id, face.vector]);
  const vector = library().vector(id, photo);
  return vector ? [[photo, vector]] : [];
}

type Change = ProcessRequests['changed']['params'];

/** The parameters of a request that is about a method. */
type About<Name extends keyof MethodRequests> = MethodRequests[Name]['params'] & {
  method: SearchedMethod;
};

serve({
  open: ({ databasePath }: ProcessRequests['open']['params']) => {
    reader = new Reader(openForReading(databasePath));
  },

  changed: (change: Change) => {
    for (const [id, method] of loaded) update(id, method, change);
  },

  forget: ({ id }: ProcessRequests['forget']['params']) => {
    const method = loaded.get(id);
    method?.finder.cancel();
    method?.evaluator.cancel();
    method?.closing.abort();
    loaded.delete(id);
  },

  nearest: ({ method, queries, k, hidden }: About<'nearest'>) =>
    queries.length < manyQueries
      ? nearestOf(load(method), queries, k, hidden)
      : nearestOfMany(load(method), queries, k, hidden),

  find: ({ method, query, k, within, hidden }: About<'find'>): FoundLookalike[] => {
    const one = load(method);
    const [found = []] = nearestOf(one, [query], k, hidden, within);
    const similar = one.judge.judge(found.map(({ row, similarity }) => ({ id: row, similarity })));
    return found.map((neighbour, place) => ({ ...neighbour, similar: similar[place] ?? false }));
  },

  pairs: ({ method, pairs }: About<'pairs'>) => {
    const { vectors, rowPhotos } = load(method);
    return pairSimilarities(vectors, rowPhotos, pairs);
  },
  describe: ({ method, description, k, hidden }: About<'describe'>) =>
    describedBest(load(method).vectors, description, k, new Set(hidden)),

  cluster: async ({ method, settings }: About<'cluster'>) =>
    packClusters(await load(method).finder.find(settings)),

  cancelClustering: ({ method }: About<'cancelClustering'>) => {
    loaded.get(method.id)?.finder.cancel();
  },

  evaluate: ({ method, ...task }: About<'evaluate'>) => load(method).evaluator.evaluate(task),

  cancelEvaluation: ({ method }: About<'cancelEvaluation'>) => {
    loaded.get(method.id)?.evaluator.cancel();
  },
});

/**
 * Entry of the search process: holds the vectors, answers queries, finds clusters, and measures
 * how good results are where labels are known. It reads the
 * database by itself and is told which photos came and went. Long work is done in slices, so that a
 * query never waits for it.
 */
import { LookalikeError } from '../errors.ts';
import { emit, serve } from '../processes/serve.ts';
import { openForReading } from '../store/database.ts';
import { Reader } from '../store/reader.ts';
import { ClusterFinder, type ClusterSettings, type FoundClusters } from '../clusters/finder.ts';
import { Evaluator, type EvaluationTask } from '../evaluation/evaluator.ts';
import type { Retrieval } from '../evaluation/retrieval.ts';
import { Judge } from './judge.ts';
import { nearest } from './nearest.ts';
import type { Neighbour } from './top.ts';
import { Vectors } from './vectors.ts';

export interface SearchQuery {
  /** A photo of the library, or the vector of a picture from outside. */
  of: { photo: number } | { vector: Float32Array };
  /** Photo ids that are no results, beside the query itself: its copies. */
  except: number[];
}

export interface FoundLookalike extends Neighbour {
  /** Whether it is really similar. See judge.ts. */
  similar: boolean;
}

/** What the search process can be asked. */
export interface SearchRequests {
  open: {
    params: { databasePath: string; methodId: number; dimensions: number };
    result: { size: number };
  };
  changed: { params: { added: number[]; removed: number[] }; result: { size: number } };
  /** The nearest photos of each query. */
  nearest: {
    params: { queries: SearchQuery[]; k: number; hidden: number[] };
    result: Neighbour[][];
  };
  /** The same for one query, each judged. */
  find: { params: { query: SearchQuery; k: number; hidden: number[] }; result: FoundLookalike[] };
  cluster: { params: ClusterSettings; result: FoundClusters };
  cancelClustering: { params: undefined; result: undefined };
  evaluate: { params: EvaluationTask; result: Retrieval };
  cancelEvaluation: { params: undefined; result: undefined };
}

/** Told while clusters are looked for: work done and in all, in steps of about the same length. */
export interface ClusteringProgress {
  done: number;
  total: number;
}

/** Told while an evaluation goes on: queries answered and in all. */
export interface EvaluationProgress {
  done: number;
  total: number;
}

interface Opened {
  reader: Reader;
  methodId: number;
  vectors: Vectors;
  finder: ClusterFinder;
  judge: Judge;
  evaluator: Evaluator;
}

let opened: Opened | undefined;

function library(): Opened {
  if (!opened) throw new Error('the search process was asked before it was given a library');
  return opened;
}

function nearestOf(
  queries: readonly SearchQuery[],
  k: number,
  hidden: readonly number[],
): Neighbour[][] {
  const { vectors } = library();
  const ready = queries.map(({ of, except }) => {
    if ('vector' in of) return { vector: of.vector, except: new Set(except) };
    const row = vectors.rowOf(of.photo);
    if (row === -1)
      throw new LookalikeError(
        'photo-unknown',
        'This photo is not in the library any more. It may have been moved or deleted.',
      );
    return { vector: vectors.row(row), except: new Set([of.photo, ...except]) };
  });
  // Rows are float32, so that the product of two equal ones may be a little more than 1.
  return nearest(vectors, ready, k, new Set(hidden)).map((found) =>
    found.map(({ id, similarity }) => ({
      id,
      similarity: Math.max(-1, Math.min(1, similarity)),
    })),
  );
}

serve({
  open: ({ databasePath, methodId, dimensions }: SearchRequests['open']['params']) => {
    const reader = new Reader(openForReading(databasePath));
    const vectors = new Vectors(dimensions);
    vectors.reserve(reader.vectorCount(methodId));
    for (const { photoId, vector } of reader.vectors(methodId)) vectors.add(photoId, vector);
    const finder = new ClusterFinder(vectors, (progress: ClusteringProgress) => {
      emit('clustering', progress);
    });
    const evaluator = new Evaluator(vectors, (progress: EvaluationProgress) => {
      emit('evaluation', progress);
    });
    opened = { reader, methodId, vectors, finder, judge: new Judge(vectors), evaluator };
    return { size: vectors.size };
  },

  changed: ({ added, removed }: SearchRequests['changed']['params']) => {
    const { reader, methodId, vectors, finder, judge } = library();
    if (removed.length > 0) vectors.remove(removed);
    for (const id of added) {
      const vector = reader.vector(methodId, id);
      if (vector) vectors.add(id, vector);
    }
    finder.invalidate();
    judge.forget();
    return { size: vectors.size };
  },

  nearest: ({ queries, k, hidden }: SearchRequests['nearest']['params']) =>
    nearestOf(queries, k, hidden),

  find: ({ query, k, hidden }: SearchRequests['find']['params']): FoundLookalike[] => {
    const [found = []] = nearestOf([query], k, hidden);
    const similar = library().judge.judge(found);
    return found.map((neighbour, place) => ({ ...neighbour, similar: similar[place] ?? false }));
  },

  cluster: (settings: SearchRequests['cluster']['params']) => library().finder.find(settings),

  cancelClustering: () => {
    library().finder.cancel();
  },

  evaluate: (task: SearchRequests['evaluate']['params']) => library().evaluator.evaluate(task),

  cancelEvaluation: () => {
    library().evaluator.cancel();
  },
});

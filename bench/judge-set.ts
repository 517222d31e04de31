/** One labelled set through the engine's own search judgement and clustering: the figures of a line. */
import { chooseEpsilon, curveOf } from '../engine/clusters/choose.ts';
import { labelsAt } from '../engine/clusters/cut.ts';
import { buildHierarchy } from '../engine/clusters/build.ts';
import { measureRetrieval, type Retrieval } from '../engine/evaluation/retrieval.ts';
import { leaveOneOut } from '../engine/evaluation/split.ts';
import { isSimilar, Judge, score, type SimilarFrom } from '../engine/search/judge.ts';
import { Vectors } from '../engine/search/vectors.ts';
import {
  adjustedRandIndex,
  areaUnderCurve,
  measureDecisions,
  ranking,
  type Decisions,
  type LabelledSet,
  type Scored,
} from './measures.ts';

/** Minimum of photos that clusters are found with unless the person says otherwise. */
const MIN_PHOTOS = 3;
const RESULTS = 5;

export interface ClusterQuality {
  clusters: number;
  noise: number;
  /** What the library chose, and the adjusted Rand index of the clusters with it. */
  epsilon: number;
  adjustedRandIndex: number;
  /** The ε of 0.01, 0.02 … 2 with the highest adjusted Rand index, which only labels can tell. */
  bestEpsilon: number;
  bestAdjustedRandIndex: number;
}

/** A result among the first five of a photo, as judged, and the truth. */
export interface Judged {
  similarity: number;
  /** The score of engine/search/judge.ts; where the set is too small for one, the similarity. */
  score: number;
  similar: boolean;
  sameKind: boolean;
}

/**
 * The judgement "really similar" over the first five results of every photo; "same kind" is the
 * truth. With strangers: the same photos once more as queries to a library without their kind, so that
 * nothing is really similar to them.
 */
export interface JudgementQuality {
  /** Area under the ROC curve by similarity alone and by the judgement's score. */
  area: { similarity: number; score: number };
  areaWithStrangers: { similarity: number; score: number };
  /** How often it is right, with strangers. */
  decisions: Decisions;
}

export interface SetQuality {
  photos: number;
  kinds: number;
  retrieval: Retrieval;
  clusters: ClusterQuality;
  judgement: JudgementQuality;
}

/** The figures of one set, and all its judged results, strangers included. */
export async function measureSet(
  set: LabelledSet,
  similarFrom: SimilarFrom,
): Promise<SetQuality & { judged: Judged[] }> {
  const known = judgeAll(set, similarFrom, () => true);
  const otherKind = (query: number, other: number): boolean =>
    set.kinds[query] !== set.kinds[other];
  const strangers = judgeAll(set, similarFrom, otherKind);
  const judged = [...known, ...strangers];
  const area = (of: readonly Judged[]): JudgementQuality['area'] => ({
    similarity: areaUnderCurve(asScored(of, 'similarity')),
    score: areaUnderCurve(asScored(of, 'score')),
  });
  return {
    photos: set.kinds.length,
    kinds: new Set(set.kinds).size,
    retrieval: await retrievalOf(set),
    clusters: await measureClusters(set),
    judgement: {
      area: area(known),
      areaWithStrangers: area(judged),
      decisions: decisionsOf(judged),
    },
    judged,
  };
}

/** Every photo in turn is the query (leave-one-out). */
function retrievalOf({ kinds, ...vectors }: LabelledSet): Promise<Retrieval> {
  const numbers = new Map([...new Set(kinds)].map((kind, number) => [kind, number]));
  const labels = kinds.map((kind) => numbers.get(kind) ?? NaN);
  const work = { pause: noPause, onProgress: () => undefined };
  return measureRetrieval({ ...vectors, labels }, leaveOneOut(labels), RESULTS, work);
}

const noPause = (): Promise<void> => Promise.resolve();

async function measureClusters(set: LabelledSet): Promise<ClusterQuality> {
  const { kinds, rows, dimensions, metric } = set;
  const work = { pause: noPause, onProgress: () => undefined };
  const hierarchy = await buildHierarchy(
    rows,
    { size: kinds.length, dimensions, metric, minPhotos: MIN_PHOTOS, threads: 1 },
    work,
  );
  const quality = (epsilon: number): number =>
    adjustedRandIndex(kinds, labelsAt(hierarchy, epsilon));
  const grid = Array.from({ length: 200 }, (_, index) => (index + 1) / 100);
  const bestEpsilon = grid.reduce((best, epsilon) =>
    quality(epsilon) > quality(best) ? epsilon : best,
  );
  const epsilon = chooseEpsilon(await curveOf(hierarchy, noPause));
  const labels = labelsAt(hierarchy, epsilon);
  return {
    clusters: new Set(labels.filter((label) => label !== -1)).size,
    noise: labels.filter((label) => label === -1).length,
    epsilon,
    adjustedRandIndex: quality(epsilon),
    bestEpsilon,
    bestAdjustedRandIndex: quality(bestEpsilon),
  };
}

/** The first results of every photo among the photos that `inLibrary` says are there for it. */
function judgeAll(
  set: LabelledSet,
  similarFrom: SimilarFrom,
  inLibrary: (query: number, other: number) => boolean,
): Judged[] {
  const { kinds, rows, dimensions, metric } = set;
  const vectors = new Vectors(dimensions, metric);
  // Photo ids begin at 1.
  for (const row of kinds.keys())
    vectors.add(row + 1, rows.subarray(row * dimensions, (row + 1) * dimensions));
  const backgrounds = new Judge(vectors, similarFrom).backgrounds([...vectors.ids]);
  return kinds.flatMap((kind, query) =>
    ranking(set, query)
      .filter(({ row }) => inLibrary(query, row))
      .slice(0, RESULTS)
      .map(({ row, similarity }) => {
        const background = backgrounds[row] ?? null;
        return {
          similarity,
          score: background === null ? similarity : score(similarity, background),
          similar: isSimilar(similarity, background, similarFrom),
          sameKind: kinds[row] === kind,
        };
      }),
  );
}

/** Judged results with one of their numbers as the score. */
export function asScored(judged: readonly Judged[], by: 'similarity' | 'score'): Scored[] {
  return judged.map((result) => ({ score: result[by], isPositive: result.sameKind }));
}

/** What the program itself called similar, held against the truth. */
export function decisionsOf(judged: readonly Judged[]): Decisions {
  return measureDecisions(
    judged.map(({ similar, sameKind }) => ({ calledPositive: similar, isPositive: sameKind })),
  );
}

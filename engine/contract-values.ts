/**
 * The values of the contract: what stands in requests, results and events, as zod schemas. Others
 * take them from `contract.ts`.
 */
import { z } from 'zod';
import { dbscanOutcome, kMeansOutcome } from './cluster-settings.ts';
import { mapAlgorithm } from './map-settings.ts';
import { ownModel } from './model-values.ts';
import { methodChoice } from './method-choice.ts';
import { errorCodes, type ErrorCode } from './errors.ts';
import { faceBox } from './documents.ts';
import { mostEpochs } from './training-limits.ts';
import { choosable } from './training-settings.ts';

export const id = z.int().positive();
/** Milliseconds since 1970, UTC. */
export const time = z.number();
export const count = z.int().nonnegative();

export const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);
export const errorData = z.strictObject({ code: errorCode, message: z.string() });

export const k = z
  .int({ error: 'k-invalid' })
  .min(1, { error: 'k-invalid' })
  .describe('how many lookalikes; when there are fewer photos, all of them are given');
/** Null: however far away they are. */
export const within = z
  .number({ error: 'within-invalid' })
  .min(0, { error: 'within-invalid' })
  .max(2, { error: 'within-invalid' })
  .nullable()
  .default(null)
  .describe('the largest distance of a lookalike; of those that are as near, at most k are given');

export const seed = z
  .int({ error: 'seed-invalid' })
  .min(0, { error: 'seed-invalid' })
  .describe('the same seed draws the same photos');

export const epochs = z
  .int()
  .min(1)
  .max(mostEpochs)
  .describe('how often all photos are learnt from, at most');

export const folder = z.strictObject({
  id,
  path: z.string(),
  name: z.string(),
  photos: count,
  offline: z.boolean(),
});

/** A way of turning a photo into a vector, as it stands in this library. */
export const method = z.strictObject({
  id: z.string(),
  name: z.string(),
  sentence: z.string(),
  /** What it needs and costs. */
  needs: z.string(),
  metric: z.enum(['cosine', 'euclidean']),
  trains: z.boolean(),
  /** What its vectors are of: whole photos, or the faces in them. */
  finds: z.enum(['photos', 'faces']),
  /** Whether that needs photos whose labels are known. */
  learnsFromLabels: z.boolean(),
  ...choosable,
  /** Whether it needs a list of their attributes. */
  learnsFromAttributes: z.boolean(),
  /** Null until it is trained. */
  dimensions: z.int().positive().nullable(),
  /** Why it cannot be used now, if so. */
  unavailable: errorData.nullable(),
  /** Photos it has looked at: each has a vector of it, or any number of faces. */
  photos: count,
  /** Of its present run; null where there is none. */
  clusters: count.nullable(),
  /** A model of the person's own, and what it is run with, as far as that can be told; null for others. */
  own: z.strictObject({ model: ownModel.nullable() }).nullable(),
});

/** A photo as it stands in a row of results. */
export const photoRef = z.strictObject({
  id,
  name: z.string(),
  path: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  offline: z.boolean(),
});

export const clusterOfPhoto = z.strictObject({
  id: z.int().positive(),
  name: z.string().nullable(),
  size: count,
});

export const photoDetails = photoRef.extend({
  folder: z.strictObject({ id, name: z.string(), path: z.string() }),
  /** The path below the folder, in parts, without the name. */
  where: z.array(z.string()),
  bytes: count,
  takenAt: time.nullable(),
  modifiedAt: time,
  cluster: clusterOfPhoto.nullable(),
  copies: z.array(photoRef),
  problem: errorData.nullable(),
});

export const lookalike = photoRef.extend({
  rank: z.int().positive(),
  similarity: z.number(),
  similar: z.boolean(),
  /** The face that is like the query's; null where whole photos are compared. */
  face: faceBox.nullable(),
});

export const indexing = z.strictObject({
  state: z.enum(['idle', 'walking', 'running', 'paused']),
  /** Photo files seen in the folders of this run so far. */
  found: count,
  /** Of those: decoded, embedded and stored in this run; known from before; could not be read. */
  indexed: count,
  unchanged: count,
  failed: count,
  perSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** Why the last run ended early, if it did. */
  error: errorData.nullable(),
});

export const clusterCard = z.strictObject({
  id: z.int().positive(),
  name: z.string().nullable(),
  size: count,
  cover: photoRef,
  /** Of a cluster of faces: where the one on the cover is. */
  coverFace: faceBox.nullable(),
  /** The best photos after the cover, at most four. */
  best: z.array(photoRef),
  /** Mean similarity of its photos to the cover. */
  cohesion: z.number(),
});

/** Photos in no cluster are DBSCAN's: k-means leaves none out. */
export const foundClusters = { clusters: z.array(clusterCard), noise: count };
export const clusterRun = z.discriminatedUnion('algorithm', [
  dbscanOutcome.extend(foundClusters),
  kMeansOutcome.extend(foundClusters),
]);

export const clustering = z.strictObject({
  /** The method whose photos are clustered. */
  method: z.string(),
  state: z.enum(['idle', 'running']),
  done: count,
  total: count,
  error: errorData.nullable(),
});

/** A method's vectors being computed for the photos that lack them. */
export const preparing = z.strictObject({
  method: z.string(),
  state: z.enum(['idle', 'running']),
  /** Photos done, and in all. */
  done: count,
  total: count,
  secondsLeft: z.number().nullable(),
  /** Why it ended early, if it did. */
  error: errorData.nullable(),
});

/** A method that learns from the library. */
export const training = z.strictObject({
  method: z.string(),
  state: z.enum(['idle', 'running']),
  /** First photos are read, then is learnt from them. */
  stage: z.enum(['reading', 'learning']),
  /** Photos read or steps learnt, and in all. */
  done: count,
  total: count,
  /** Epochs done, and at most. */
  epoch: count,
  /** Those of the interrupted run, where there is one. */
  epochs: count,
  losses: z.array(z.strictObject({ loss: z.number(), validationLoss: z.number() })),
  secondsLeft: z.number().nullable(),
  /** Whether a run was begun and not ended; starting goes on with it. */
  interrupted: z.boolean(),
  /** The last layers that are trained, or that the interrupted run trained; null where there is no run. */
  layers: count.nullable(),
  /** What was wrong with the last run, if anything. */
  error: errorData.nullable(),
});

export const evaluating = z.strictObject({
  state: z.enum(['idle', 'running']),
  /** The method that is being measured. */
  method: z.string().nullable(),
  /** Queries answered, and in all. */
  done: count,
  total: count,
});

/** A map being made, or just not any more. */
export const mapping = z.strictObject({
  state: z.enum(['idle', 'running']),
  /** Of which method and with which algorithm; null where none was made yet. */
  method: z.string().nullable(),
  algorithm: mapAlgorithm.nullable(),
  done: count,
  total: count,
  error: errorData.nullable(),
});

/** Where the labels of photos come from: the folders they lie in, or the text of a CSV file. */
export const labels = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('folders') }),
  z.strictObject({ from: z.literal('csv'), file: z.string(), text: z.string() }),
]);

/**
 * The same, or the present clusters of the method that is learnt from, where photos in none have no
 * label; or what the person marked as alike and not alike.
 */
export const trainingLabels = z.discriminatedUnion('from', [
  ...labels.options,
  z.strictObject({ from: z.literal('clusters') }),
  z.strictObject({ from: z.literal('marks') }),
]);

/** Sample photos being drawn: how many are there, and in all. */
export const drawing = z.strictObject({ done: count, total: count }).nullable();

export const query = z.union([
  z.strictObject({ photo: id }),
  z.strictObject({ path: z.string().min(1) }),
  /** A photo of the library by the name of its file, with as much of the path before it as is needed. */
  z.strictObject({ name: z.string().min(1) }),
  z.strictObject({ upload: z.string() }),
  /**
   * A picture at an http or https address, which is fetched anew with every such request. It is held
   * like one that was handed in: who asks more about it names it by the `picture` of the result.
   */
  z.strictObject({ address: z.string().min(1) }),
]);

/** Which of the query's faces is the query, where faces are compared: 0 is the largest. */
export const face = z.int().nonnegative().default(0);

/** What lookalikes are asked for by. */
export const lookalikesOf = { query, k, within, method: methodChoice, face };

/** What the lookalikes of several methods (null: all that can be used) are asked for by. */
export const sideBySideOf = {
  query,
  k,
  methods: z.array(z.string()).min(1).nullable().default(null),
};

/** No parameters, or no result. */
export const nothing = z.strictObject({});

/**
 * What clusters are found with, and what other settings would give: the part of the contract that
 * differs from one algorithm to the other.
 */
import { z } from 'zod';
import { methodChoice } from './method-choice.ts';

const count = z.int().nonnegative();

export const epsilon = z
  .union(
    [
      z.literal('automatic'),
      z.number().min(0, { error: 'epsilon-invalid' }).max(2, { error: 'epsilon-invalid' }),
    ],
    { error: 'epsilon-invalid' },
  )
  .describe('largest distance between neighbours');
export const minPhotos = z
  .int({ error: 'min-photos-invalid' })
  .min(1, { error: 'min-photos-invalid' })
  .describe("DBSCAN's minPts, the photo itself counted");
export const clusterCount = z
  .union([z.literal('automatic'), z.int().min(1, { error: 'cluster-count-invalid' })], {
    error: 'cluster-count-invalid',
  })
  .describe("k-means' k; when there are fewer different photos, there are fewer clusters");

/** What is asked for. */
export const clusterSettings = z.discriminatedUnion('algorithm', [
  z.strictObject({ algorithm: z.literal('dbscan'), epsilon, minPhotos, method: methodChoice }),
  z.strictObject({ algorithm: z.literal('k-means'), k: clusterCount, method: methodChoice }),
]);

const chosen = z.enum(['automatic', 'given']);

/** What was found with DBSCAN, beside the clusters. */
export const dbscanOutcome = z.strictObject({
  algorithm: z.literal('dbscan'),
  epsilon: z.number(),
  minPhotos: z.int().positive(),
  chosen,
  /** What each ε of a grid would give: the landscape under the slider. */
  curve: z.array(
    z.strictObject({
      epsilon: z.number(),
      clusters: count,
      clustered: count,
      /** How well photos are in clusters, and not all in one: the chosen ε is where it is high. */
      spread: z.number().nonnegative(),
    }),
  ),
});

/** What was found with k-means, beside the clusters. */
export const kMeansOutcome = z.strictObject({
  algorithm: z.literal('k-means'),
  /** As asked for or chosen; there are fewer clusters when there are fewer different photos. */
  k: z.int().positive(),
  chosen,
  /** Sum of the squared distances of the photos' vectors to the centres of their clusters. */
  inertia: z.number().nonnegative(),
  /** How well each k from 2 to 20 suits the photos; the highest is chosen. */
  curve: z.array(z.strictObject({ k: z.int().positive(), silhouette: z.number() })),
});

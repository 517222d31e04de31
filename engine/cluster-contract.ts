/** The part of the contract about finding clusters and looking at them. Others take it from `contract.ts`. */
import { z } from 'zod';
import { clusterSettings } from './cluster-settings.ts';
import { clusterCard, clusterRun, clustering, id, nothing } from './contract-values.ts';
import { faceBox } from './documents.ts';
import { methodChoice } from './method-choice.ts';

export const clusterRequests = {
  'clusters.get': {
    params: z.strictObject({ method: methodChoice }),
    result: z.strictObject({ run: clusterRun.nullable(), clustering }),
  },
  /** Finds clusters with these settings and makes them the present run. */
  'clusters.find': { params: clusterSettings, result: clusterRun },
  'clusters.cancel': { params: z.strictObject({ method: methodChoice }), result: nothing },
  /** The photos of a cluster, nearest to its cover first; `cluster: null` lists those in no cluster. */
  'clusters.photos': {
    params: z.strictObject({ cluster: z.int().positive().nullable(), method: methodChoice }),
    result: z.strictObject({
      card: clusterCard.nullable(),
      ids: z.array(id),
      ratios: z.array(z.number()),
      /** Similarity to the cover, to four places; empty for noise. */
      similarities: z.array(z.number()),
      /** Of a cluster of faces: where the face is, in each photo. Empty otherwise. */
      faces: z.array(faceBox),
    }),
  },
  'clusters.rename': {
    params: z.strictObject({
      cluster: z.int().positive(),
      name: z.string().trim().max(100),
      method: methodChoice,
    }),
    result: nothing,
  },
} as const;

export type ClusterCard = z.infer<typeof clusterCard>;
export type ClusterRun = z.infer<typeof clusterRun>;

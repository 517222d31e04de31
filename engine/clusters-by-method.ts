/**
 * What DBSCAN finds with each method, beside each other: the part of the contract and of the documents
 * that is about that.
 */
import { z } from 'zod';

const count = z.int().nonnegative();

export const clustersByMethodDocument = z
  .strictObject({
    schema: z.literal('lookalike/clusters-by-method@1'),
    photos: count.describe('in the library'),
    methods: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        finds: z
          .literal('faces')
          .optional()
          .describe('where faces in photos are compared: clusters are people then'),
        found: z
          .strictObject({
            epsilon: z.number().min(0).max(2).describe('largest distance between neighbours'),
            chosen: z.enum(['automatic', 'given']).describe('how ε was'),
            minPhotos: z.int().positive().describe('minPts, the photo itself counted'),
            clusters: count,
            largest: count.describe('photos in the largest cluster'),
            clustered: count.describe('photos in a cluster'),
            noise: count.describe('photos in no cluster'),
          })
          .nullable()
          .describe('null where nothing is known'),
        missing: z
          .enum(['training', 'vectors', 'clusters'])
          .nullable()
          .describe('what has to be there first, where nothing is known'),
        sentence: z.string().describe('what was found, or what to do, in words'),
      }),
    ),
  })
  .describe('The clusters and the photos in none that DBSCAN finds with each method.');

export type ClustersByMethodDocument = z.infer<typeof clustersByMethodDocument>;

export const clustersByMethodRequests = {
  /**
   * What DBSCAN finds with each method that has vectors: by the run that is kept where that holds, and
   * with `find` by one that is found now where not (ended by `clusters.cancel` of that method). What
   * is found so beside a run of k-means does not take its place.
   */
  'documents.clustersByMethod': {
    params: z.strictObject({ find: z.boolean() }),
    result: clustersByMethodDocument,
  },
} as const;

/**
 * The JSON documents that leave the program, as zod schemas: what `--json` prints and what Export
 * writes. `npm run schemas` makes the JSON Schemas in `resources/schemas/` from them. A change that
 * a reader could notice needs a new number after the @.
 */
import { z } from 'zod';
import { attributeGuess, wantedAttributes } from './attribute-settings.ts';
import { clustersByMethodDocument } from './clusters-by-method.ts';
import { count, faceBox, method, path, share, similarity } from './document-values.ts';
import { evaluationDocument, trainingDocument } from './label-documents.ts';
import { marksDocument, suitsDocument } from './marks-documents.ts';
import { modelDocument, modelInspectionDocument, modelsDocument } from './model-values.ts';

export { faceBox } from './document-values.ts';
export { evaluationDocument, trainingDocument } from './label-documents.ts';
export type { EvaluationDocument, TrainingDocument } from './label-documents.ts';
export type { MarksDocument, SuitsDocument } from './marks-documents.ts';

const lookalike = z.strictObject({
  rank: z.int().positive(),
  path,
  similarity,
  similar: z.boolean().describe('whether it is really similar, judged for this query'),
  face: faceBox.optional().describe('the one that is like the query, where faces are compared'),
});

export const lookalikesDocument = z
  .strictObject({
    schema: z.literal('lookalike/lookalikes@1'),
    method,
    query: z.strictObject({
      path: z
        .string()
        .describe(
          'absolute path; of a picture that is no file of this machine, its address or the name it came with',
        ),
      face: faceBox.optional().describe('the one that was the query, where faces are compared'),
    }),
    within: z
      .number()
      .min(0)
      .max(2)
      .optional()
      .describe('the largest distance (1 - similarity) of a lookalike, where one was given'),
    copies: z.array(path).describe('other files with the same content as the query'),
    cluster: z
      .strictObject({ id: z.int().positive(), name: z.string().optional(), size: count })
      .optional()
      .describe(
        'the cluster that the query falls into; only where clusters are found with k-means',
      ),
    classes: z
      .array(z.strictObject({ name: z.string(), probability: z.number().min(0).max(1) }))
      .optional()
      .describe('what the method would call the query, where it has names'),
    attributes: z
      .array(attributeGuess)
      .optional()
      .describe('of the query, where attributes are compared'),
    lookalikes: z.array(lookalike),
  })
  .describe('The lookalikes of one photo, most similar first.');

export const sideBySideDocument = z
  .strictObject({
    schema: z.literal('lookalike/side-by-side@1'),
    query: z.strictObject({ path }),
    copies: z.array(path).describe('other files with the same content as the query'),
    methods: z.array(
      method.extend({
        lookalikes: z.array(
          lookalike.extend({
            agreed: z.int().positive().describe('how many of the methods have this photo here'),
          }),
        ),
      }),
    ),
  })
  .describe('The lookalikes of one photo as several methods find them.');

const cluster = z.strictObject({
  id: z.int().positive().describe('1 is the largest'),
  name: z.string().optional().describe('given by the person'),
  size: count,
  cover: path.describe('the medoid: the photo most similar to all others of the cluster'),
  photos: z.array(path).describe('most similar to the cover first'),
});

const chosen = z.enum(['automatic', 'given']);

const algorithm = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('dbscan'),
    epsilon: z.number().min(0).max(2).describe('largest distance between neighbours'),
    minPhotos: z.int().positive().describe('minPts, the photo itself counted'),
    chosen,
  }),
  z.strictObject({
    name: z.literal('k-means'),
    k: z.int().positive().describe('there are fewer clusters if there are fewer different photos'),
    chosen,
    inertia: z
      .number()
      .nonnegative()
      .describe(
        'sum of the squared Euclidean distances of vectors to the centres of their clusters',
      ),
    curve: z
      .array(z.strictObject({ k: z.int().positive(), silhouette: z.number().min(-1).max(1) }))
      .describe('mean silhouette of each k that could be chosen; the highest is'),
  }),
]);

export const clustersDocument = z
  .strictObject({
    schema: z.literal('lookalike/clusters@1'),
    method,
    algorithm,
    clusters: z.array(cluster),
    noise: z.array(path).describe('photos in no cluster; k-means leaves none out'),
  })
  .describe('Clusters of photos that look alike, largest first.');

export const indexDocument = z
  .strictObject({
    schema: z.literal('lookalike/index@1'),
    found: count.describe('photo files in the folders that could be reached'),
    indexed: count.describe('of those: read in this run'),
    unchanged: count.describe('of those: known from before'),
    failed: count.describe('of those: could not be read'),
    offline: count.describe('photos kept although their folder cannot be reached'),
    seconds: z.number().nonnegative(),
  })
  .describe('What a run of indexing did.');

export const problemsDocument = z
  .strictObject({
    schema: z.literal('lookalike/problems@1'),
    problems: z.array(z.strictObject({ path, code: z.string(), message: z.string() })),
  })
  .describe('Files that could not be read, or only in part.');

export const exportDocument = z
  .strictObject({
    schema: z.literal('lookalike/export@1'),
    created: z.iso.datetime(),
    program: z.strictObject({ name: z.string(), version: z.string() }),
    method: method.extend({
      weights: z
        .strictObject({ sha256: z.string() })
        .optional()
        .describe("of the method's network, where it has one"),
    }),
    folders: z.array(path),
    photos: z.array(
      z.strictObject({
        path,
        sha256: z.string(),
        width: z.int().positive(),
        height: z.int().positive(),
        lookalikes: z
          .array(z.strictObject({ path, similarity }))
          .describe('at most five; of its largest face, where faces are compared'),
        cluster: z.int().positive().nullable(),
        faces: z.array(faceBox).optional().describe('where faces are compared: the largest first'),
      }),
    ),
    clusters: z.array(cluster),
    noise: z.array(path),
  })
  .describe('A whole library: every photo with its lookalikes and its cluster.');

const mapSeed = z.int().nonnegative().describe('the same seed gives the same map');

export const mapDocument = z
  .strictObject({
    schema: z.literal('lookalike/map@1'),
    method,
    algorithm: z.discriminatedUnion('name', [
      z.strictObject({
        name: z.literal('t-sne'),
        perplexity: z.number().describe('how many neighbours of a photo count, roughly'),
        seed: mapSeed,
      }),
      z.strictObject({
        name: z.literal('umap'),
        neighbours: z.int().describe('how many photos are the surroundings of one, with itself'),
        seed: mapSeed,
      }),
    ]),
    trustworthiness: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe(
        'share of neighbourhoods on the map that are true ones (Venna, Kaski 2001; of 5 neighbours); null for fewer than 3 photos',
      ),
    photos: z.array(
      z.strictObject({
        path,
        x: z.number(),
        y: z.number(),
        cluster: z.int().positive().nullable(),
      }),
    ),
  })
  .describe('A place in the plane for every photo: photos that are alike are near each other.');

export const selectionDocument = z
  .strictObject({
    schema: z.literal('lookalike/selection@1'),
    name: z.string().optional().describe('given by the person'),
    photos: z.array(path),
  })
  .describe('Photos that a person selected on a map.');

export const descriptionDocument = z
  .strictObject({
    schema: z.literal('lookalike/description@1'),
    method,
    wanted: wantedAttributes.describe('other attributes do not count'),
    photos: z.array(
      z.strictObject({
        rank: z.int().positive(),
        path,
        similarity: share.describe('1 - distance, over the wanted attributes alone'),
        attributes: z.array(attributeGuess).describe('the wanted ones, as the photo has them'),
      }),
    ),
  })
  .describe('The photos that fit a description by attributes best, the best first.');

export const challengeDocument = z
  .strictObject({
    groupname: z.string(),
    images: z
      .record(z.string(), z.array(z.string()))
      .describe('by the name of each query, the names of its lookalikes, most similar first'),
  })
  .describe('Lookalikes in the format of image retrieval challenges.');

export const exportedDocument = z
  .strictObject({
    schema: z.literal('lookalike/exported@1'),
    path: path.describe('absolute path of the file that was written'),
    bytes: count,
  })
  .describe('Where an export was written.');

export const infoDocument = z
  .strictObject({
    schema: z.literal('lookalike/info@1'),
    program: z.strictObject({ name: z.string(), version: z.string() }),
    library: path.describe("absolute path of the library's own directory"),
    folders: z.array(
      z.strictObject({
        path,
        photos: count,
        offline: z.boolean().describe('it cannot be reached now; nothing of it is forgotten'),
      }),
    ),
    photos: count,
    problems: count,
    clusters: count.nullable().describe('by the default method; null: not looked for yet'),
    method,
    methods: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          sentence: z.string(),
          photos: count.describe('photos that have a vector of it'),
          unavailable: z.string().nullable().describe('why it cannot be used now'),
          clusters: count.nullable(),
        }),
      )
      .describe('every method, the default first'),
    backend: z
      .strictObject({
        name: z.enum(['native', 'wasm']),
        reason: z.string().nullable().describe('why it is this one, if there is something to say'),
      })
      .nullable()
      .describe('how TensorFlow computes; null: not started yet'),
    versions: z.record(z.string(), z.string()).describe('of the parts the program stands on'),
  })
  .describe('What a library holds, and what it works with.');

/** Every document by the name in its `schema` field, without `lookalike/` and `@1`. */
export const documents = {
  lookalikes: lookalikesDocument,
  'side-by-side': sideBySideDocument,
  clusters: clustersDocument,
  'clusters-by-method': clustersByMethodDocument,
  index: indexDocument,
  problems: problemsDocument,
  export: exportDocument,
  evaluation: evaluationDocument,
  marks: marksDocument,
  suits: suitsDocument,
  map: mapDocument,
  selection: selectionDocument,
  training: trainingDocument,
  description: descriptionDocument,
  challenge: challengeDocument,
  exported: exportedDocument,
  info: infoDocument,
  model: modelDocument,
  models: modelsDocument,
  'model-inspection': modelInspectionDocument,
} as const;

export type LookalikesDocument = z.infer<typeof lookalikesDocument>;
export type SideBySideDocument = z.infer<typeof sideBySideDocument>;
export type ClustersDocument = z.infer<typeof clustersDocument>;
export type IndexDocument = z.infer<typeof indexDocument>;
export type ProblemsDocument = z.infer<typeof problemsDocument>;
export type ExportDocument = z.infer<typeof exportDocument>;
export type MapDocument = z.infer<typeof mapDocument>;
export type SelectionDocument = z.infer<typeof selectionDocument>;
export type DescriptionDocument = z.infer<typeof descriptionDocument>;
export type ChallengeDocument = z.infer<typeof challengeDocument>;
export type ExportedDocument = z.infer<typeof exportedDocument>;
export type InfoDocument = z.infer<typeof infoDocument>;
export type { ModelDocument, ModelInspectionDocument, ModelsDocument } from './model-values.ts';

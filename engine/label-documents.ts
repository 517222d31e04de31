/**
 * The JSON documents about what was measured or learnt with labels: an evaluation, a training. Others
 * take them from `documents.ts`.
 */
import { z } from 'zod';
import { attributeLoss, attributeOptimizer, trainedAttributes } from './attribute-settings.ts';
import { count, method, share } from './document-values.ts';

/** Where labels come from, and what was left out. */
const labelledPhotos = {
  file: z.string().nullable().describe('the CSV file as it was named; null for everything else'),
  classes: count.describe('different labels'),
  photos: count.describe('labelled photos that took part'),
  single: count.describe('of those: the only one of its label; searched, but no query'),
  leftOut: z.strictObject({
    unlabelled: count.describe('photos without a label'),
    copies: count.describe('labelled photos with the same content as another one'),
    notIndexed: count.describe('labelled photos without a vector of every method'),
    withoutFace: count.describe(
      'labelled photos without a face, where faces are compared; one with several is measured by the largest',
    ),
  }),
  rows: z
    .strictObject({
      read: count.describe('rows with something in them, a header not counted'),
      unknown: z.strictObject({
        count,
        first: z.array(z.strictObject({ line: z.int().positive(), path: z.string() })),
      }),
      bad: z.strictObject({
        count,
        first: z.array(z.strictObject({ line: z.int().positive(), reason: z.string() })),
      }),
    })
    .nullable()
    .describe('rows of the CSV file that name no photo, or are no rows; the first hundred'),
};

export const evaluationDocument = z
  .strictObject({
    schema: z.literal('lookalike/evaluation@1'),
    created: z.iso.datetime(),
    program: z.strictObject({ name: z.string(), version: z.string() }),
    labels: z
      .strictObject({
        from: z.enum(['folders', 'csv']).describe('folders: the label is the folder it lies in'),
        ...labelledPhotos,
      })
      .describe('where the truth comes from'),
    split: z.strictObject({
      kind: z.enum(['held-out', 'leave-one-out']),
      share: share.nullable().describe('of each label that are queries; null for leave-one-out'),
      seed: z.int().nonnegative().nullable().describe('what they were drawn from'),
      queries: count,
      searched: count.describe('photos among which lookalikes are looked for'),
    }),
    k: z.int().positive(),
    methods: z.array(
      method.extend({
        precisionAt1: share.describe('queries whose first result has their label'),
        precisionAtK: share.describe("mean share of the query's label among the first k results"),
        meanAveragePrecision: share.describe('over the whole ranking'),
        labelAccuracy: share.describe(
          'queries whose label is the commonest among their k nearest; of equally common ones the nearest counts',
        ),
        secondsPerPhoto: z
          .number()
          .positive()
          .nullable()
          .describe(
            'to turn a decoded photo into its vector, the fastest of three turns over some of the queries',
          ),
      }),
    ),
  })
  .describe('How well methods find photos of the same label, on photos whose labels are known.');

export const trainingDocument = z
  .strictObject({
    schema: z.literal('lookalike/training@1'),
    program: z.strictObject({ name: z.string(), version: z.string() }).describe('that trained it'),
    method: z.strictObject({ id: z.string(), name: z.string() }),
    settings: z
      .strictObject({
        epochs: z.int().positive().describe('at most'),
        patience: z.int().positive().describe('epochs without a better one after which it ends'),
        batchSize: z.int().positive(),
        learningRate: z.number().positive(),
        loss: attributeLoss.optional(),
        optimizer: attributeOptimizer.optional().describe('adam where none is named'),
      })
      .nullable()
      .describe('null for methods that learn at once, without epochs'),
    seed: z.number(),
    data: z.strictObject({
      version: z.string().describe('SHA-256 of what was learnt from'),
      training: count.describe('photos that were learnt from'),
      validation: count.describe('photos that were held back, to measure with'),
    }),
    labels: z
      .strictObject({
        from: z
          .enum(['folders', 'csv', 'clusters', 'marks'])
          .describe('folders: the label is the folder it lies in'),
        ...labelledPhotos,
        marks: z
          .strictObject({ alike: count, notAlike: count })
          .optional()
          .describe('that were learnt from; a label is then photos marked as alike'),
        heldOut: count.describe('of those: left for an evaluation, not learnt from'),
      })
      .nullable()
      .describe('of what was learnt from; null for methods that need none'),
    layers: z
      .int()
      .positive()
      .nullable()
      .describe('last layers of the network that were trained, too; null: none'),
    components: z
      .strictObject({
        shares: z
          .array(z.number())
          .describe('of the variance that each number keeps, the first keeps most'),
        kept: z.number().min(0).max(1).describe('share of the variance that all of them keep'),
      })
      .nullable()
      .describe('of principal components; null for other methods'),
    attributes: trainedAttributes.optional(),
    backend: z.enum(['native', 'wasm']).nullable().describe('null where it makes no difference'),
    losses: z
      .array(z.strictObject({ loss: z.number(), validationLoss: z.number() }))
      .describe('of each epoch; none without epochs'),
    bestEpoch: z.int().positive().nullable().describe('the one that is used, from 1'),
    ended: z
      .enum(['complete', 'early', 'diverged'])
      .describe('all epochs done, no better any more, or a loss that is no number'),
    problem: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    seconds: z.number().nonnegative(),
    sha256: z.string().describe('of the numbers that were learnt'),
  })
  .describe('What training a method came to.');

export type EvaluationDocument = z.infer<typeof evaluationDocument>;
export type TrainingDocument = z.infer<typeof trainingDocument>;

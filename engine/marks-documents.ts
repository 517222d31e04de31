/**
 * The JSON documents about marks of two photos, alike or not: the marks themselves, and which method
 * suits photos by them. Others take them from `documents.ts`.
 */
import { z } from 'zod';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

const markedPhoto = z.strictObject({
  path: z.string().nullable().describe('absolute path; null while it is not in the library'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('of its content, by which it is known'),
});

export const marksDocument = z
  .strictObject({
    schema: z.literal('lookalike/marks@1'),
    marks: z.array(
      z.strictObject({
        photos: z.tuple([markedPhoto, markedPhoto]),
        alike: z.boolean(),
        at: z.iso.datetime().describe('when it was said'),
      }),
    ),
  })
  .describe('What a person said of pairs of photos: alike, or not alike. The newest first.');

const interval = z
  .strictObject({ low: z.number(), high: z.number() })
  .describe('95 %, photos drawn with replacement');

export const suitsDocument = z
  .strictObject({
    schema: z.literal('lookalike/suits@1'),
    created: z.iso.datetime(),
    program: z.strictObject({ name: z.string(), version: z.string() }),
    marks: z.strictObject({
      alike: count.describe('pairs marked as alike that were measured with'),
      notAlike: count.describe('pairs marked as not alike that were measured with'),
      photos: count.describe('different photos in them'),
      leftOut: z.strictObject({
        gone: count.describe('marks of a photo that is not in the library now'),
        notIndexed: count.describe('marks of a photo without a vector of every method'),
        withoutFace: count.describe('marks of a photo without a face, where faces are compared'),
        learnt: count.describe('marks that may have been learnt from; only where held-out is true'),
      }),
    }),
    heldOut: z
      .boolean()
      .describe('whether only marks of photos were used that "train --hold-out" leaves out'),
    seed: z.int().nonnegative(),
    sentence: z.string().describe('the answer, for a person'),
    best: z
      .string()
      .nullable()
      .describe('the method that suits best; null when none is better than guessing'),
    methods: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        area: share.describe(
          'area under the ROC curve: how likely an alike pair is more similar than one that is not alike; 0.5 is guessing',
        ),
        interval,
        ordered: share
          .nullable()
          .describe(
            'of photos marked with others of both kinds: mean share of pairs of marks in the right order',
          ),
        anchors: count.describe('how many such photos there are'),
        behind: interval.describe('by how much its area is less than that of the best method'),
        mayBeChance: z
          .boolean()
          .describe(
            'whether its difference to the best method, or that of one that is no better than it, may be chance',
          ),
        learntFromMarks: z
          .boolean()
          .describe('whether it was trained on marks that it is measured with; then it cannot win'),
      }),
    ),
  })
  .describe('Which method suits the photos, by marks of what is alike and what is not.');

export type MarksDocument = z.infer<typeof marksDocument>;
export type SuitsDocument = z.infer<typeof suitsDocument>;

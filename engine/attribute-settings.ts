/**
 * Attributes of photos ("smiling", "hat"): how they are learnt, how photos are searched by them, and
 * what documents tell of both. A part of the contract and of the documents.
 */
import { z } from 'zod';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** CelebA has 40. More than this is a list of something else. */
export const mostAttributes = 200;

/** What a list says of an attribute of a photo. */
export const has = 1;
export const lacks = 0;
export const notKnown = -1;

export const attributeLoss = z
  .enum(['bce', 'cosine'])
  .describe('bce: binary cross-entropy of each attribute; cosine: of all attributes together');
export const attributeOptimizer = z.enum(['adam', 'adadelta']);

/** What attributes are learnt from: the text of a list such as CelebA's, or of a CSV file; and how. */
export const attributesGiven = z.strictObject({
  file: z.string(),
  text: z.string(),
  loss: attributeLoss.default('bce'),
  optimizer: attributeOptimizer.default('adam'),
});

export const wantedValue = z
  .number({ error: 'attribute-value-invalid' })
  .min(0, { error: 'attribute-value-invalid' })
  .max(1, { error: 'attribute-value-invalid' })
  .describe('how much of it is wanted: 1 has it, 0 does not');
export const wantedAttribute = z.strictObject({ name: z.string().min(1), value: wantedValue });
/** What a photo is described by; attributes that are not named do not count. */
export const wantedAttributes = z.array(wantedAttribute).min(1).max(mostAttributes);

/** How probably a photo has an attribute. */
export const attributeGuess = z.strictObject({ name: z.string(), probability: share });

/** What is asked for by a description. */
export const description = {
  wanted: wantedAttributes,
  k: z.int({ error: 'k-invalid' }).min(1, { error: 'k-invalid' }),
};

// ── In documents ─────────────────────────────────────────────────────────────────────────────────

const line = z.int().positive();
const trainedAttribute = z.strictObject({
  name: z.string(),
  having: count.describe('labelled photos that have it'),
  lacking: count.describe('labelled photos that do not'),
  accuracy: share
    .nullable()
    .describe('photos held back of which it is told rightly; null where none says'),
  usual: share
    .nullable()
    .describe('the same for who always guesses what is commoner among photos learnt from'),
});

export const trainedAttributes = z
  .strictObject({
    file: z.string().describe('the list as it was named'),
    photos: count.describe('labelled photos that took part'),
    leftOut: z.strictObject({
      unlabelled: count.describe('photos that are not in the list'),
      copies: count.describe('labelled photos with the same content as another one'),
      notIndexed: count.describe('labelled photos without a vector, or that cannot be decoded now'),
    }),
    rows: z
      .strictObject({
        read: count,
        unknown: z.strictObject({
          count,
          first: z.array(z.strictObject({ line, path: z.string() })),
        }),
        bad: z.strictObject({
          count,
          first: z.array(z.strictObject({ line, reason: z.string() })),
        }),
      })
      .describe('rows that name no photo, or are no rows; the first hundred'),
    oneClass: z
      .array(z.string())
      .describe('attributes left out, as nearly all photos are alike in them'),
    each: z.array(trainedAttribute).describe('in the order of the list'),
    accuracy: share.nullable().describe('the mean over all attributes'),
  })
  .describe('the attributes that were learnt; only where attributes are');

export type WantedAttribute = z.infer<typeof wantedAttribute>;
export type TrainedAttributes = z.infer<typeof trainedAttributes>;
export type AttributesGiven = z.infer<typeof attributesGiven>;
export type AttributeGuess = z.infer<typeof attributeGuess>;

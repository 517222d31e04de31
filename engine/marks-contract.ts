/**
 * The part of the contract about marks: what a person says of two photos, alike or not, and what
 * follows from it. Others take it from `contract.ts`.
 */
import { z } from 'zod';
import { count, id, nothing, photoRef, seed, time } from './contract-values.ts';
import { marksDocument, suitsDocument } from './marks-documents.ts';

/** A photo of the library, by its id, its path, or the name of its file. */
export const markedPhoto = z.union([
  z.strictObject({ photo: id }),
  z.strictObject({ path: z.string().min(1) }),
  z.strictObject({ name: z.string().min(1) }),
]);

export const mark = z.strictObject({
  id,
  /** Null for a photo that is not in the library now; the mark waits for it. */
  photos: z.tuple([photoRef.nullable(), photoRef.nullable()]),
  alike: z.boolean(),
  at: time,
});

/** A mark "not alike" of two photos that others say are alike. */
export const contradiction = z.strictObject({
  /** The id of the mark. */
  mark: id,
  /** From its first photo to its second, each marked as like the next; those still in the library. */
  way: z.array(photoRef),
});

export const markRequests = {
  /** Every mark, the newest first. */
  'marks.list': {
    params: nothing,
    result: z.strictObject({ marks: z.array(mark), contradictions: z.array(contradiction) }),
  },
  /** What is said of one photo and others: those others, copies included. */
  'marks.of': {
    params: z.strictObject({ photo: id }),
    result: z.array(z.strictObject({ photo: id, alike: z.boolean() })),
  },
  /** Says of two photos that they are alike, or not; null takes back what was said. */
  'marks.set': {
    params: z.strictObject({ a: markedPhoto, b: markedPhoto, alike: z.boolean().nullable() }),
    result: z.strictObject({
      photos: z.tuple([photoRef, photoRef]),
      /** What was said before. */
      before: z.boolean().nullable(),
    }),
  },
  'marks.remove': { params: z.strictObject({ id }), result: nothing },
  /** Adds the marks of a document; of a pair that is marked already, the document's holds. */
  'marks.import': {
    params: z.strictObject({ document: z.unknown() }),
    result: z.strictObject({
      added: count,
      changed: count,
      unchanged: count,
      /** Of all these: with a photo that is not in the library. */
      gone: count,
    }),
  },
  /**
   * A photo and others to be marked with it that several methods find, in an order of chance that
   * does not tell which found what; null when there is nothing left to ask.
   */
  'marks.question': {
    params: z.strictObject({
      /** Photos that were asked about already. */
      except: z.array(id).max(10_000).default([]),
      seed,
    }),
    result: z.strictObject({ photo: photoRef, others: z.array(photoRef) }).nullable(),
  },
  'documents.marks': { params: nothing, result: marksDocument },

  /** The last answer since the library was opened. */
  'suits.get': {
    params: nothing,
    result: z.strictObject({ document: suitsDocument.nullable(), running: z.boolean() }),
  },
  /**
   * Measures by marks which method suits the photos. `methods`: null for all that can be used and
   * compare whole photos. `heldOut`: only by marks of photos that `training.start` leaves out with
   * `holdOut` and the same seed.
   */
  'suits.run': {
    params: z.strictObject({
      methods: z.array(z.string()).min(1).nullable().default(null),
      heldOut: z.boolean().default(false),
      seed: seed.default(1),
    }),
    result: suitsDocument,
  },
  'suits.cancel': { params: nothing, result: nothing },
} as const;

export const markEvents = {
  /** A mark was made, changed or taken back. */
  marks: nothing,
} as const;

export type MarkedPhoto = z.infer<typeof markedPhoto>;
export type PhotoMark = z.infer<typeof mark>;

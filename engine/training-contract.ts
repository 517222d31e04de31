/** The part of the contract about trainings: methods that learn here. Others take it from `contract.ts`. */
import { z } from 'zod';
import { attributesGiven } from './attribute-settings.ts';
import { epochs, id, nothing, seed, training, trainingLabels } from './contract-values.ts';
import { trainingDocument } from './documents.ts';
import { usualEpochs } from './training-limits.ts';
import { trainingSettings } from './training-settings.ts';

export const trainingRequests = {
  /** A method's training that goes on, and what its last one came to. */
  'training.get': {
    params: z.strictObject({ method: z.string() }),
    result: z.strictObject({ training, document: trainingDocument.nullable() }),
  },
  /**
   * Trains a method on the photos of the library, and then uses what it learnt. `labels` and `holdOut`
   * are for methods that learn from labels: `holdOut` leaves out the photos that `evaluation.run`
   * would take for queries with `held-out`, the same labels and the same seed. `attributes` is for the
   * method that learns them.
   */
  'training.start': {
    params: z.strictObject({
      method: z.string(),
      epochs: epochs.default(usualEpochs),
      seed: seed.default(1),
      labels: trainingLabels.default({ from: 'folders' }),
      holdOut: z.boolean().default(false),
      ...trainingSettings,
      attributes: attributesGiven.nullable().default(null),
    }),
    result: trainingDocument,
  },
  'training.cancel': { params: z.strictObject({ method: z.string() }), result: nothing },
  /** Photos as an auto-encoder draws them from their vectors, as data addresses; none by other methods. */
  'training.reconstructions': {
    params: z.strictObject({ method: z.string(), photos: z.array(id).max(24) }),
    result: z.array(z.strictObject({ photo: id, picture: z.string() })),
  },
} as const;

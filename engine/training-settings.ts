/**
 * What a person may choose for a training beside its labels: the part of the contract that only some
 * methods take.
 */
import { z } from 'zod';
import { mostDimensions, mostLastLayers, usualDimensions } from './training-limits.ts';

export { usualDimensions, usualEpochs, usualLastLayers } from './training-limits.ts';

export const trainedDimensions = z
  .int({ error: 'dimensions-invalid' })
  .min(1, { error: 'dimensions-invalid' })
  .max(mostDimensions, { error: 'dimensions-invalid' })
  .describe('how many numbers a photo is told by');
export const lastLayers = z
  .int({ error: 'layers-invalid' })
  .min(0, { error: 'layers-invalid' })
  .max(mostLastLayers, { error: 'layers-invalid' })
  .describe('how many of the last layers of the network before are trained, too');

/** What `training.start` takes of it. */
export const trainingSettings = {
  dimensions: trainedDimensions.default(usualDimensions),
  layers: lastLayers.default(0),
};

/** Of a method: whether one may be chosen, and why not now. */
export const choosable = {
  /** Of one that learns at once, without epochs, no number of them. */
  choosesEpochs: z.boolean(),
  choosesDimensions: z.boolean(),
  /** Null where there are no such layers. */
  lastLayers: z.strictObject({ unavailable: z.string().nullable() }).nullable(),
};

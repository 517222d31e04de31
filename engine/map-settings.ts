/**
 * What a map is made with, and what it is: the part of the contract that is about maps and the groups
 * of photos that are selected on them.
 */
import { z } from 'zod';
import { methodChoice } from './method-choice.ts';

const id = z.int().positive();
const count = z.int().nonnegative();

export const mapSeed = z
  .int({ error: 'seed-invalid' })
  .min(0, { error: 'seed-invalid' })
  .describe('the same seed gives the same map');
export const perplexity = z
  .number({ error: 'perplexity-invalid' })
  .min(2, { error: 'perplexity-invalid' })
  .max(100, { error: 'perplexity-invalid' })
  .describe('how many neighbours of a photo count, roughly; fewer where there are few photos');
export const neighbours = z
  .int({ error: 'neighbours-invalid' })
  .min(2, { error: 'neighbours-invalid' })
  .max(200, { error: 'neighbours-invalid' })
  .describe('how many photos are the surroundings of one, the photo itself counted');

/** What people get who ask for nothing else: the defaults of scikit-learn and of UMAP. */
export const usualPerplexity = 30;
export const usualNeighbours = 15;
export const usualMapSeed = 1;

const tSne = z.strictObject({
  algorithm: z.literal('t-sne'),
  perplexity: perplexity.default(usualPerplexity),
  seed: mapSeed.default(usualMapSeed),
});
const umap = z.strictObject({
  algorithm: z.literal('umap'),
  neighbours: neighbours.default(usualNeighbours),
  seed: mapSeed.default(usualMapSeed),
});

export const mapAlgorithm = z.enum(['t-sne', 'umap']);

/** What is asked for. */
export const mapRequest = z.discriminatedUnion('algorithm', [
  tSne.extend({ method: methodChoice }),
  umap.extend({ method: methodChoice }),
]);

/** Which maps that are being made are stopped: null stands for all. */
export const mapsToStop = z.strictObject({
  method: z.string().nullable().default(null),
  algorithm: mapAlgorithm.nullable().default(null),
});

/** A map as it was made. Of each photo, at the same place of every list: */
export const photoMap = z.strictObject({
  settings: z.discriminatedUnion('algorithm', [tSne, umap]),
  ids: z.array(id),
  x: z.array(z.number()),
  y: z.array(z.number()),
  /** The number of its cluster in the present run; 0 for none. */
  clusters: z.array(count),
  /** Null where there are too few photos to tell. */
  trustworthiness: z.number().min(0).max(1).nullable(),
  /** Whether it is of the photos that have a vector now; if not, some are missing. */
  current: z.boolean(),
});

/** Photos that a person selected and named. */
export const selection = z.strictObject({
  id,
  name: z.string(),
  /** Those that are still in the library. */
  photos: z.array(id),
});
export const selectionName = z.string().trim().min(1).max(100);
/** As many as the largest parameters of a request take. */
export const selectedPhotos = z.array(id).min(1).max(100_000);

/** A training that was begun and has not ended, as it is noted beside its data: what it goes on with. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  attributeLoss,
  attributeOptimizer,
  trainedAttributes,
  type AttributesGiven,
  type TrainedAttributes,
} from '../attribute-settings.ts';
import { trainingDocument } from '../documents.ts';
import { usualDimensions } from '../training-settings.ts';
import type { Asked } from './training-data.ts';

/** How a run that was begun is gone on with. */
const begunRun = z.strictObject({
  seed: z.number(),
  epochs: z.number(),
  /** Whether the person stopped it: then it does not go on by itself. */
  stopped: z.boolean(),
  data: z.strictObject({
    count: z.number(),
    version: z.string(),
    of: z.string().optional(),
    views: z.number().optional(),
    apart: z.array(z.tuple([z.number(), z.number()])).optional(),
  }),
  // What a person chose for it; missing from before it could be chosen.
  dimensions: z.number().default(usualDimensions),
  layers: z.number().default(0),
  labels: trainingDocument.shape.labels,
  /** Of attributes: how they are learnt, from which list, and what is told of them. */
  attributes: z
    .strictObject({
      loss: attributeLoss,
      optimizer: attributeOptimizer,
      list: z.string(),
      told: trainedAttributes,
    })
    .optional(),
});

export type BegunRun = z.infer<typeof begunRun>;

const FILE = 'run.json';

/** The run that was begun in this folder, or null. */
export async function readBegun(folder: string): Promise<BegunRun | null> {
  try {
    return begunRun.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch {
    // There is none, or one that cannot be gone on with: it is begun anew.
    return null;
  }
}

export async function writeBegun(folder: string, run: BegunRun): Promise<void> {
  await writeFile(join(folder, FILE), JSON.stringify(run));
}

/** Whether a run has learnt from the list that is asked for. Without one, it goes on with its own. */
export function isSameList(run: BegunRun | null, { attributes }: Asked): boolean {
  if (!run?.attributes) return false;
  return attributes === null || run.attributes.list === versionOf(attributes.text);
}

/** What is noted of a run that learns attributes. */
export function begunWith(
  { text, loss, optimizer }: AttributesGiven,
  told: TrainedAttributes,
): Pick<BegunRun, 'attributes'> {
  return { attributes: { loss, optimizer, list: versionOf(text), told } };
}

/** The same of one that is gone on with: from the same list it may learn otherwise than before. */
export function learntAsAsked(
  { attributes }: BegunRun,
  asked: Asked,
): Pick<BegunRun, 'attributes'> {
  if (!attributes || !asked.attributes) return {};
  const { loss, optimizer } = asked.attributes;
  return { attributes: { ...attributes, loss, optimizer } };
}

/** Differs whenever the text does. */
function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * What a model of a person's own is run with, and what can be told of one: the part of the contract
 * that is about such models.
 */
import { z } from 'zod';
import { nothing } from './contract-values.ts';
import { inputSize, modelDocument, modelInspectionDocument, scaling } from './model-values.ts';

const path = z.string().min(1);
const modelName = z.string().trim().min(1).max(100);

/** What a person decides; null: as the file says, or as is usual for such a network. */
const chosen = {
  inputSize: inputSize.nullable().default(null),
  scaling: scaling.nullable().default(null),
  layer: z.string().min(1).max(1000).nullable().default(null),
};

export const modelRequests = {
  /** Looks at a model in a folder, and tries it on two pictures. Nothing is kept. */
  'models.inspect': {
    params: z.strictObject({ path, ...chosen }),
    result: modelInspectionDocument,
  },
  /** Copies a model into the library. From then on it is a method like the others. */
  'models.add': {
    params: z.strictObject({ path, name: modelName.nullable().default(null), ...chosen }),
    result: modelDocument,
  },
  /** Forgets a model and its vectors, and deletes the library's copy of it. */
  'models.remove': { params: z.strictObject({ method: z.string() }), result: nothing },
} as const;

export { inputSize, scaling } from './model-values.ts';
export type { ModelFormat, ModelLayer, OwnModel, Scaling } from './model-values.ts';

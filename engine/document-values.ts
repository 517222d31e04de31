/**
 * What stands in several of the JSON documents that leave the program. The documents take it from
 * here, and others take the documents from `documents.ts`.
 */
import { z } from 'zod';

export const path = z.string().describe('absolute path');
export const similarity = z
  .number()
  .describe('1 - distance: by cosine -1 to 1, by Euclidean distance 0 to 1');
export const count = z.int().nonnegative();
export const share = z.number().min(0).max(1);
export const faceBox = z
  .strictObject({ x: share, y: share, width: share, height: share })
  .describe("upper left corner and size of a face, in shares of the photo's width and height");

export const method = z.strictObject({
  id: z.string(),
  name: z.string(),
  dimensions: z.int().positive(),
  metric: z.enum(['cosine', 'euclidean']).describe('how its vectors are compared'),
  finds: z
    .literal('faces')
    .optional()
    .describe('where faces in photos are compared, not whole photos: clusters are people then'),
});

/** The part of the contract that is about searching photos by their attributes. */
import { z } from 'zod';
import { description } from './attribute-settings.ts';
import { descriptionDocument } from './documents.ts';

export { mostAttributes, wantedValue } from './attribute-settings.ts';
export type * from './attribute-settings.ts';

export const attributeRequests = {
  /**
   * The photos that fit a description best, the best first: by the distance of their attributes from
   * what is wanted, over the wanted ones alone.
   */
  'attributes.search': {
    params: z.strictObject(description),
    result: z.strictObject({
      ids: z.array(z.int().positive()),
      /** Width / height of each. */
      ratios: z.array(z.number()),
      /** 1 − distance, 0…1. */
      similarities: z.array(z.number()),
    }),
  },
  'documents.description': { params: z.strictObject(description), result: descriptionDocument },
} as const;

/** The part of the contract by which a request says which method it is about. */
import { z } from 'zod';

/** The method that is computed while photos are indexed, and used where none is named. */
export const defaultMethod = 'imagenet';

export const methodChoice = z
  .string()
  .default(defaultMethod)
  .describe('the id of a method, as `library.get` lists them');

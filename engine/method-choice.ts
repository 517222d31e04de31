/** The part of the contract by which a request says which method it is about. */
import { z } from 'zod';
import { defaultMethod } from './default-method.ts';

export const methodChoice = z
  .string()
  .default(defaultMethod)
  .describe('the id of a method, as `library.get` lists them');

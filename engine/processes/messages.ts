/**
 * The form of what a host and its child processes say to each other. Values cross by structured
 * clone, so typed arrays may be inside; functions and class instances may not.
 */
import type { ErrorData } from '../errors.ts';

/** What a host sends. `reply` numbers the request, and the answer carries it back. */
export interface Call {
  reply: number;
  name: string;
  params: unknown;
}

/** What a child sends. */
export type FromChild =
  | { kind: 'ready' }
  | { kind: 'result'; reply: number; result: unknown }
  | { kind: 'error'; reply: number; error: ErrorData }
  | { kind: 'event'; name: string; data: unknown }
  | { kind: 'log'; line: string };

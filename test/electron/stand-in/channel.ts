/** What a page's preload world and the main process say to each other. */

/** A call, to be answered. */
export interface FromPage {
  call: number;
  channel: string;
  args: unknown[];
}

export type ToPage =
  | { kind: 'result'; call: number; result: unknown }
  | { kind: 'error'; call: number; message: string }
  | { kind: 'event'; channel: string; args: unknown[] };

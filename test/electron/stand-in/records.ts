/**
 * What the program did to the system, in order, for tests to look at: each call of a member that a
 * person would see the effect of.
 */
export interface Record {
  /** As in Electron: `shell.showItemInFolder`. */
  what: string;
  args: unknown[];
}

export const records: Record[] = [];

/** Notes a call. Only what structured clone takes is kept of its arguments. */
export function record(what: string, ...args: unknown[]): void {
  records.push({ what, args: JSON.parse(JSON.stringify(args)) as unknown[] });
}

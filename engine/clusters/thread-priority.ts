/** A thread that works in the background lets others go first, where that can be said of one thread. */
import { constants, setPriority } from 'node:os';

/**
 * On Linux, the priority "of this process" is that of the thread that asks; elsewhere it would be that
 * of queries as well, so nothing is changed.
 */
export function yieldToQueries(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

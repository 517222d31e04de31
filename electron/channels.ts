/**
 * The names under which the window and the main process talk. Both sides take them from here; what
 * is said is in the contract.
 */

/** Window → main, answered: a request of the contract, of the library or of this host. */
export const REQUEST = 'lookalike:request';
/** Window → main, answered: a folder that was dropped. Its path comes from the system, never from the page. */
export const DROP_FOLDER = 'lookalike:drop-folder';
/** Main → window: an event of the contract, as its name and data. */
export const EVENT = 'lookalike:event';

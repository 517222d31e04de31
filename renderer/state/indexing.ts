/** What can be said of indexing beyond what the library tells. */
import type { Indexing, LibraryState } from '../../engine/contract.ts';

/** How many of the photos that were found have been looked at in this run. */
export function lookedAt({ indexed, unchanged, failed }: Indexing): number {
  return indexed + unchanged + failed;
}

/** How many photos a run that was stopped left: found, but not looked at. None while it goes on. */
export function leftOver(indexing: Indexing): number {
  return indexing.state === 'idle' ? Math.max(0, indexing.found - lookedAt(indexing)) : 0;
}

/**
 * The drawing of sample photos, where that is what is told. What is drawn is indexed in many short
 * runs, and to tell of each would only flicker.
 */
export function drawingShown(
  indexing: Indexing,
  drawing: LibraryState['drawing'],
): LibraryState['drawing'] {
  return indexing.state === 'paused' ? null : drawing;
}

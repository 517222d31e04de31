/** Photos that a person marks, as they are named on a command line. */
import type { MarkedPhoto, Query } from '../engine/contract.ts';
import { LookalikeError } from '../engine/errors.ts';

/** @throws LookalikeError `photo-unknown` for a picture at an address */
export function markedPhoto(query: Query): MarkedPhoto {
  if ('path' in query || 'name' in query) return query;
  throw new LookalikeError(
    'photo-unknown',
    'Only photos of the library can be marked, not pictures at an address.',
  );
}

/** All that may be known about a photo, for tests. */
import type { PhotoDetails } from '../../../engine/contract.ts';
import { photoRef } from '../fake-client.ts';

export function details(id: number, part: Partial<PhotoDetails> = {}): PhotoDetails {
  return {
    ...photoRef(id),
    folder: { id: 1, name: 'Pictures', path: '/photos' },
    where: ['Africa'],
    bytes: 3_100_000,
    takenAt: null,
    modifiedAt: 0,
    cluster: null,
    copies: [],
    problem: null,
    ...part,
  };
}

/**
 * Finds, by content, which photos only moved: a file that is new at its place may hold what stood at
 * another. Such a photo keeps its row, and with it its id, vector, thumbnail and cluster.
 */
import type { KnownPhoto } from '../store/reader.ts';
import type { Candidate } from './plan.ts';

export class Moves {
  /** Photos that are not, or may not be, where they were; by size, which is known without reading. */
  readonly #lost: Map<number, Set<KnownPhoto>>;

  /**
   * @param missing photos whose files are gone
   * @param candidates files to look at; what stood at their places before may be elsewhere by now
   */
  constructor(missing: readonly KnownPhoto[], candidates: readonly Candidate[]) {
    const displaced = candidates.flatMap(({ known }) => known ?? []);
    const groups = Map.groupBy([...missing, ...displaced], ({ bytes }) => bytes);
    this.#lost = new Map([...groups].map(([bytes, photos]) => [bytes, new Set(photos)]));
  }

  /** Whether the file has the size of such a photo, so that its content is worth a look. */
  isPossible({ bytes }: Candidate): boolean {
    return (this.#lost.get(bytes)?.size ?? 0) > 0;
  }

  /** The photo with this content, best the one that stood there already. It is taken: no second file gets it. */
  take(candidate: Candidate, sha256: string): KnownPhoto | null {
    const photos = this.#lost.get(candidate.bytes);
    const same = [...(photos ?? [])].filter((photo) => photo.sha256 === sha256);
    const taken = same.find((photo) => photo === candidate.known) ?? same[0];
    if (!photos || !taken) return null;
    photos.delete(taken);
    return taken;
  }
}

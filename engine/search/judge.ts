/**
 * Judges whether a lookalike is really similar, or only the nearest of strangers.
 *
 * One fixed similarity does not do: some photos (a plain wall, a crowd) are 0.5 similar to half a
 * library, others to nothing but their like. So a lookalike is measured against its background, how
 * similar that photo is to its own neighbours beyond the nearest: the mean similarity of its 11th to
 * 30th.
 *
 *   score = similarity + (similarity − background of the lookalike)
 *
 * The background is the lookalike's and not the query's, so that a query to which nothing is similar
 * has no easier test than others. `npm run bench:quality` measures the score beside similarity alone.
 */
import { nearest } from './nearest.ts';
import type { Neighbour } from './top.ts';
import type { Vectors } from './vectors.ts';

/** The neighbours of a photo that are its background: what comes before may all be alike. */
const backgroundFrom = 10;
const backgroundTo = 30;

/** From where on a lookalike is similar. Each method has its own, as similarities differ in size. */
export interface SimilarFrom {
  /** Lowest score. */
  score: number;
  /** Lowest similarity, which decides alone in a library too small for a background. */
  similarity: number;
}

/** @param background as `backgrounds` gives it */
export function score(similarity: number, background: number): number {
  return similarity + (similarity - background);
}

/** @param background as `backgrounds` gives it, or null when there are too few photos for one */
export function isSimilar(
  similarity: number,
  background: number | null,
  from: SimilarFrom,
): boolean {
  return background === null
    ? similarity >= from.similarity
    : score(similarity, background) >= from.score;
}

export class Judge {
  readonly #vectors: Vectors;
  readonly #from: SimilarFrom;
  readonly #known = new Map<number, number>();

  constructor(vectors: Vectors, from: SimilarFrom) {
    this.#vectors = vectors;
    this.#from = from;
  }

  /** The library changed, and so may every background. */
  forget(): void {
    this.#known.clear();
  }

  /** Whether each of these is really similar to its query. */
  judge(found: readonly Neighbour[]): boolean[] {
    const backgrounds = this.backgrounds(found.map(({ id }) => id));
    return found.map(({ similarity }, place) =>
      isSimilar(similarity, backgrounds[place] ?? null, this.#from),
    );
  }

  /** The background of each photo, or null for all when there are too few photos. */
  backgrounds(ids: readonly number[]): (number | null)[] {
    if (this.#vectors.size <= backgroundTo) return ids.map(() => null);
    const missing = ids.filter((id) => !this.#known.has(id));
    const neighbours = nearest(
      this.#vectors,
      missing.map((id) => ({
        vector: this.#vectors.row(this.#vectors.rowOf(id)),
        except: new Set([id]),
      })),
      backgroundTo,
    );
    for (const [place, id] of missing.entries())
      this.#known.set(id, meanSimilarity((neighbours[place] ?? []).slice(backgroundFrom)));
    return ids.map((id) => this.#known.get(id) ?? null);
  }
}

function meanSimilarity(neighbours: readonly Neighbour[]): number {
  return neighbours.reduce((sum, { similarity }) => sum + similarity, 0) / neighbours.length;
}

/**
 * Judges whether a lookalike is really similar, or only the nearest of strangers.
 *
 * One fixed similarity does not do: a photo of a crowd is 0.6 similar to many others, a photo of a
 * clock to none but clocks. So a lookalike is measured against the background of its query, which is
 * the mean similarity of the query's 11th to 30th neighbours:
 *
 *   score = similarity + (similarity − background)
 *
 * A lookalike stands out when it is both similar and more similar than what the query resembles
 * anyway. `npm run bench:quality` measures the score beside a fixed similarity.
 */
import { type Neighbour } from './top.ts';

/** Neighbours that must be known for a judgement, the lookalikes themselves included. */
export const judgedNeighbours = 30;
/** The first of those that are taken for the background: what comes before may all be alike. */
const backgroundFrom = 10;

/**
 * Lookalikes with a score of at least this are similar. Chosen on `photos/objects` and subsets of it
 * (5 to 15 photos a kind): there it lets pass about nine in ten photos of the query's own kind, and
 * three in ten of the others that came among the first five.
 */
const similarFrom = 0.6;
/** In a library too small for a background, similarity decides alone. */
const similarWithoutBackground = 0.4;

/** The score of a lookalike, given all the neighbours of its query, most similar first. */
export function score(similarity: number, neighbours: readonly Neighbour[]): number | null {
  const background = neighbours.slice(backgroundFrom, judgedNeighbours);
  if (background.length < judgedNeighbours - backgroundFrom) return null;
  const mean = background.reduce((sum, n) => sum + n.similarity, 0) / background.length;
  return similarity + (similarity - mean);
}

/** Whether a lookalike is really similar, given all the neighbours of its query, most similar first. */
export function isSimilar(similarity: number, neighbours: readonly Neighbour[]): boolean {
  const judged = score(similarity, neighbours);
  return judged === null ? similarity >= similarWithoutBackground : judged >= similarFrom;
}

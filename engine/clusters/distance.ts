/** 1 − similarity, kept within 0…2 against rounding: the distance of photos, as DBSCAN knows it. */
export function distanceOf(similarity: number): number {
  return Math.min(2, Math.max(0, 1 - similarity));
}

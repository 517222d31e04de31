/**
 * The measures of retrieval, from their definitions, for one query at a time. "Relevant" is a photo
 * with the query's label.
 */

/**
 * Precision at k: the share of relevant photos among the first k results (Manning, Raghavan and
 * Schütze 2008, "Introduction to Information Retrieval", section 8.4). It counts k results even where
 * fewer relevant photos exist, so a label with m others reaches at most m / k.
 */
export function precisionAt(isRelevant: readonly boolean[], k: number): number {
  return isRelevant.slice(0, k).filter(Boolean).length / k;
}

/**
 * Average precision: the mean, over all relevant photos, of the precision at the rank of each (the
 * same section; its mean over the queries is the mean average precision, mAP).
 * @param ranks the rank of every relevant photo, from 1, rising; NaN when there is none
 */
export function averagePrecision(ranks: ArrayLike<number>): number {
  return mean(Array.from(ranks, (rank, index) => (index + 1) / rank));
}

/**
 * The label that the nearest neighbours vote for (Cover and Hart 1967, "Nearest neighbor pattern
 * classification"): the commonest; of equally common ones that of the nearest.
 * @param labels of the neighbours, nearest first; at least one
 */
export function votedLabel<Label>(labels: readonly Label[]): Label | undefined {
  const votes = new Map<Label, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  const most = Math.max(...votes.values());
  return labels.find((label) => votes.get(label) === most);
}

/** NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Rows of a list of labels or attributes that were of no use, as lines for people. */
import type { EvaluationDocument } from '../engine/contract.ts';
import { many, printable } from './format.ts';

/** Rows that are shown; the JSON document has more. */
const shownRows = 10;

type Rows = NonNullable<EvaluationDocument['labels']['rows']>;

export function rowLines({ unknown, bad }: Pick<Rows, 'unknown' | 'bad'>): string[] {
  return [
    ...(unknown.count === 0
      ? []
      : [`${many(unknown.count, 'row')} without a photo of the library:`]),
    ...unknown.first
      .slice(0, shownRows)
      .map(({ line, path }) => `  line ${line}: ${printable(path)}`),
    ...(bad.count === 0 ? [] : [`${many(bad.count, 'row')} that cannot be used:`]),
    ...bad.first
      .slice(0, shownRows)
      .map(({ line, reason }) => `  line ${line}: ${printable(reason)}`),
  ];
}

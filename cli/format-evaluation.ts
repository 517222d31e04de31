/** An evaluation as lines for people: what was measured, a table with a bar for each method, what was left out. */
import type { EvaluationDocument } from '../engine/contract.ts';
import { bar, many, printable, type Look } from './format.ts';
import { aligned } from './columns.ts';
import { rowLines } from './row-lines.ts';

export function evaluationLines(document: EvaluationDocument, look: Look): string[] {
  const { labels, split, k, methods } = document;
  const how =
    split.kind === 'held-out'
      ? `${many(split.queries, 'query', 'queries')} among ${many(split.searched, 'photo')}, drawn with seed ${split.seed ?? 0}`
      : `${many(split.queries, 'query', 'queries')}, each among all other photos`;
  const from = labels.file === null ? 'the folders they lie in' : printable(labels.file);
  const headings = ['', 'P@1', ...(k === 1 ? [] : [`P@${k}`]), 'mAP', 'label', 'a photo'];
  const rows = methods.map((method) => [
    method.id,
    three(method.precisionAt1),
    ...(k === 1 ? [] : [three(method.precisionAtK)]),
    three(method.meanAveragePrecision),
    three(method.labelAccuracy),
    method.secondsPerPhoto === null ? '–' : `${(method.secondsPerPhoto * 1000).toFixed(1)} ms`,
  ]);
  const [heading = '', ...table] = aligned([headings, ...rows]);
  return [
    `${many(labels.photos, 'photo')} with ${many(labels.classes, 'label')} (from ${from}); ${how}.`,
    '',
    look.style('bold', heading),
    ...table.map((line, index) => {
      const precision = methods[index]?.precisionAtK ?? 0;
      return look.bars ? `${line}  ${bar(precision).trimEnd()}` : line;
    }),
    ...leftOutLines(labels),
  ];
}

function leftOutLines({ leftOut, single, rows }: EvaluationDocument['labels']): string[] {
  const lines: string[] = [];
  if (leftOut.unlabelled > 0) lines.push(`${many(leftOut.unlabelled, 'photo')} without a label.`);
  if (leftOut.copies > 0)
    lines.push(`${many(leftOut.copies, 'copy', 'copies')} of the same content left out.`);
  if (leftOut.notIndexed > 0)
    lines.push(`${many(leftOut.notIndexed, 'photo')} left out that must be indexed again.`);
  if (leftOut.withoutFace > 0)
    lines.push(`${many(leftOut.withoutFace, 'photo')} left out that show no face.`);
  if (single > 0)
    lines.push(`${many(single, 'label')} with one photo only, searched but never a query.`);
  if (rows) lines.push(...rowLines(rows));
  return lines.length === 0 ? [] : ['', ...lines];
}

const three = (value: number): string => value.toFixed(3);

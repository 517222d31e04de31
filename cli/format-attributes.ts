/** Attributes as lines for people: what was learnt of them, and what a search by a description found. */
import type { DescriptionDocument, TrainedAttributes } from '../engine/contract.ts';
import { aligned } from './columns.ts';
import { bar, many, printable, type Look } from './format.ts';
import { rowLines } from './row-lines.ts';

export function attributeLines(attributes: TrainedAttributes, look: Look): string[] {
  const { each, photos, file, accuracy, oneClass } = attributes;
  const rows = each.map(({ name, having, lacking, accuracy: right, usual }) => [
    printable(name),
    String(having),
    `${((100 * having) / (having + lacking)).toFixed(0)} %`,
    three(right),
    three(usual),
  ]);
  const [heading = '', ...table] = aligned([
    ['', 'have it', 'of all', 'right', 'guessing'],
    ...rows,
  ]);
  const mean = accuracy === null ? '' : `; right on average ${three(accuracy)}`;
  return [
    `${many(each.length, 'attribute')} of ${many(photos, 'photo')} (from ${printable(file)})${mean}.`,
    'On photos held back: how often it is right, and who always guesses what is commoner.',
    '',
    look.style('bold', heading),
    ...table.map((line, index) => {
      const right = each[index]?.accuracy ?? 0;
      return look.bars ? `${line}  ${bar(right).trimEnd()}` : line;
    }),
    ...(oneClass.length > 0
      ? [
          '',
          `Left out, as nearly all photos are alike in them: ${oneClass.map(printable).join(', ')}.`,
        ]
      : []),
    ...leftOutLines(attributes),
  ];
}

function leftOutLines({ leftOut, rows }: TrainedAttributes): string[] {
  const lines: string[] = [];
  if (leftOut.unlabelled > 0)
    lines.push(`${many(leftOut.unlabelled, 'photo')} that the list does not name.`);
  if (leftOut.copies > 0)
    lines.push(`${many(leftOut.copies, 'copy', 'copies')} of the same content left out.`);
  if (leftOut.notIndexed > 0)
    lines.push(`${many(leftOut.notIndexed, 'photo')} left out that must be indexed again.`);
  lines.push(...rowLines(rows));
  return lines.length === 0 ? [] : ['', ...lines];
}

export function descriptionLines(document: DescriptionDocument, look: Look): string[] {
  const { wanted, photos } = document;
  const named = wanted.map(({ name, value }) => `${printable(name)} ${value}`).join(', ');
  if (photos.length === 0) return [`There is no photo to compare with ${named}.`];
  return [
    look.style('bold', `Photos that fit best: ${named}`),
    ...photos.map(({ rank, similarity, path, attributes }) => {
      const cells = [String(rank).padStart(String(photos.length).length), similarity.toFixed(3)];
      if (look.bars) cells.push(bar(similarity));
      const values = attributes.map(({ probability }) => probability.toFixed(2)).join(' ');
      return `${look.style('bold', cells.join('  '))}  ${printable(path)}  ${look.style('dim', values)}`;
    }),
  ];
}

const three = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

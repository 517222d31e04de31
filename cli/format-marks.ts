/** Marks, and which method suits photos by them, as lines for people. */
import type { PhotoMark, Result, SuitsDocument } from '../engine/contract.ts';
import { aligned } from './columns.ts';
import { bar, many, printable, type Look } from './format.ts';

type Contradictions = Result<'marks.list'>['contradictions'];

export function markLines(
  marks: readonly PhotoMark[],
  contradictions: Contradictions,
  look: Look,
): string[] {
  if (marks.length === 0)
    return ['No photos are marked yet. "lookalike mark A B --alike" says that two are alike.'];
  const alike = marks.filter((mark) => mark.alike).length;
  const pathOf = (photo: PhotoMark['photos'][number]): string =>
    photo ? printable(photo.path) : '(a photo that is not in the library now)';
  return [
    look.style(
      'bold',
      `${many(marks.length, 'mark')}: ${alike} alike, ${marks.length - alike} not.`,
    ),
    ...marks.map(
      (mark) => `${mark.alike ? 'alike    ' : 'not alike'}  ${mark.photos.map(pathOf).join('  ')}`,
    ),
    ...contradictionLines(marks, contradictions, look),
  ];
}

function contradictionLines(
  marks: readonly PhotoMark[],
  contradictions: Contradictions,
  look: Look,
): string[] {
  if (contradictions.length === 0) return [];
  return [
    look.style('bold', 'These are marked as not alike, but as alike by way of others:'),
    ...contradictions.flatMap(({ mark, way }) =>
      marks.some(({ id }) => id === mark) ? way.map(({ path }) => printable(path)).join(' – ') : [],
    ),
  ];
}

export function suitsLines(document: SuitsDocument, look: Look): string[] {
  const { marks, methods, best, sentence, heldOut } = document;
  const rows = methods.map((method) => [
    method.id,
    method.area.toFixed(3),
    `${method.interval.low.toFixed(3)}–${method.interval.high.toFixed(3)}`,
    method.ordered === null ? '–' : method.ordered.toFixed(3),
  ]);
  const [heading = '', ...table] = aligned([['', 'area', '95 %', 'ordered'], ...rows]);
  const { gone, notIndexed, withoutFace, learnt } = marks.leftOut;
  const leftOut = [
    [gone, 'of photos that are not in the library now'],
    [notIndexed, 'of photos that must be indexed again'],
    [withoutFace, 'of photos without a face'],
    [learnt, 'of photos that may have been learnt from'],
  ] as const;
  return [
    look.style('bold', sentence),
    `By ${many(marks.alike, 'pair')} marked as alike and ${marks.notAlike} as not alike, of ${many(marks.photos, 'photo')}${heldOut ? ' held out of training' : ''}.`,
    '',
    look.style('bold', heading),
    ...table.map((line, index) => {
      const { area = 0, id, mayBeChance, learntFromMarks } = methods[index] ?? {};
      const note = learntFromMarks
        ? '  learnt from these marks'
        : mayBeChance
          ? '  may be as good'
          : id === best
            ? '  the best'
            : '';
      return `${look.bars ? `${line}  ${bar(area)}` : line}${note}`.trimEnd();
    }),
    ...leftOut.flatMap(([count, why]) =>
      count > 0 ? `${many(count, 'mark')} left out ${why}.` : [],
    ),
    '',
    'Marks made on what one method found favour some methods; "Mark photos" in the window asks about',
    'what all methods found, without saying which.',
  ];
}

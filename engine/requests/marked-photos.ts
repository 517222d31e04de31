/** From the pairs that a person marked to the photos that a training is made of. */
import type { TrainingDocument } from '../documents.ts';
import { LookalikeError } from '../errors.ts';
import { contradictions, groupsApart, groupsOf, isHeldOut } from '../evaluation/marks.ts';
import type { MarkRow } from '../store/marks.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';
import { marksTooFew } from './marks-too-few.ts';
import type { OpenMethod } from './open-method.ts';

/** Marks of each kind, and photos in them, that it takes to learn something. */
const leastMarks = 10;
const leastPhotos = 20;
/** Contradictions that are told in full. */
const mostTold = 3;

export interface MarkedPhotos {
  /** Photos that are alike by way of others share a label; one that is like none has its own. */
  photos: { id: number; label: number }[];
  /** Pairs of labels whose photos are known not to be alike. */
  apart: [number, number][];
  labels: NonNullable<TrainingDocument['labels']>;
}

/**
 * All photos that are marked and have a vector, one of each content.
 * @param heldOutSeed what draws the photos that are left for measuring; null: none
 * @throws LookalikeError `marks-too-few` or `marks-contradict`
 */
export function markedPhotos(
  context: Context,
  method: OpenMethod,
  heldOutSeed: number | null,
): MarkedPhotos {
  const { reader } = context.parts.store;
  const all = reader.marks.all();
  const known = new Map<string, PhotoRow>();
  const leftOut = { unlabelled: 0, copies: 0, notIndexed: 0, withoutFace: 0 };
  const contents = new Set(all.flatMap(({ first, second }) => [first, second]));
  let marked = 0;
  for (const sha256 of contents) {
    const photos = reader.photosWithContent(sha256);
    const photo = photos.find(({ id }) => method.hasVector(id));
    marked += photos.length;
    if (photo) known.set(sha256, photo);
    else if (photos.length > 0) leftOut.notIndexed += 1;
    leftOut.copies += Math.max(0, photos.length - 1);
  }
  leftOut.unlabelled = reader.photoCount() - marked;
  const present = all.filter(({ first, second }) => known.has(first) && known.has(second));
  refuseContradictions(context, present, known);
  const isLeft = (sha256: string): boolean =>
    heldOutSeed !== null && isHeldOut(sha256, heldOutSeed);
  const marks = present.filter(({ first, second }) => !isLeft(first) && !isLeft(second));
  const alike = marks.filter((mark) => mark.alike).length;
  const counts = { alike, notAlike: marks.length - alike };
  const purpose =
    heldOutSeed === null
      ? 'To learn from marks'
      : 'To learn from marks while those of a fifth of the photos are held out';
  if (Math.min(counts.alike, counts.notAlike) < leastMarks)
    throw marksTooFew(counts, leastMarks, purpose);
  const groups = groupsOf(marks);
  if (groups.size < leastPhotos)
    throw new LookalikeError(
      'marks-too-few',
      `${purpose} it takes at least ${leastPhotos} different photos, and the marks are of ${groups.size}. Mark ${leastPhotos - groups.size} more photos.`,
    );
  const sizes = new Map<number, number>();
  for (const group of groups.values()) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const several = [...sizes.values()].filter((size) => size > 1).length;
  const heldOut = [...known.keys()].filter(isLeft).length;
  return {
    photos: [...groups]
      .map(([sha256, label]) => ({ id: known.get(sha256)?.id ?? 0, label }))
      .sort((a, b) => a.id - b.id),
    apart: groupsApart(marks, groups),
    labels: {
      from: 'marks',
      file: null,
      classes: several,
      photos: groups.size + heldOut,
      single: sizes.size - several,
      leftOut,
      rows: null,
      marks: counts,
      heldOut,
    },
  };
}

/** @throws LookalikeError `marks-contradict` */
function refuseContradictions(
  context: Context,
  marks: readonly MarkRow[],
  known: ReadonlyMap<string, PhotoRow>,
): void {
  const found = contradictions<string, MarkRow>(marks);
  if (found.length === 0) return;
  const nameOf = (sha256: string): string => {
    const photo = known.get(sha256);
    return photo ? context.pathOf(photo) : sha256;
  };
  const told = found
    .slice(0, mostTold)
    .map(
      ({ mark, way }) =>
        `${nameOf(mark.first)} and ${nameOf(mark.second)} are marked as not alike, but as alike by way of ${way.slice(1, -1).map(nameOf).join(', ')}`,
    );
  const more = found.length - told.length;
  throw new LookalikeError(
    'marks-contradict',
    `Some marks contradict each other: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}. Change or remove one mark of each under Marks.`,
  );
}

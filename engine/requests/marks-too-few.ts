/** What people are told where their marks are too few, and how many more it takes. */
import { LookalikeError } from '../errors.ts';

/**
 * @param counts marks that can be used; `withoutFace`: marks that cannot, where faces are compared
 * @param purpose what they are for, as the beginning of a sentence: "To learn from marks"
 * @param least marks of each kind that it takes
 */
export function marksTooFew(
  { alike, notAlike, withoutFace = 0 }: { alike: number; notAlike: number; withoutFace?: number },
  least: number,
  purpose: string,
): LookalikeError {
  const missing = [
    { more: least - alike, as: 'as alike' },
    { more: least - notAlike, as: 'as not alike' },
  ]
    .filter(({ more }) => more > 0)
    .map(({ more, as }) => `${more} more ${more === 1 ? 'pair' : 'pairs'} ${as}`);
  const remedy = `ark ${missing.join(' and ')}.`;
  const what =
    withoutFace === 0
      ? `M${remedy}`
      : `${withoutFace} more ${withoutFace === 1 ? 'is' : 'are'} of photos without a face: leave methods out that compare faces, or m${remedy}`;
  return new LookalikeError(
    'marks-too-few',
    `${purpose} it takes at least ${least} marks of each kind, and there are ${alike} of alike and ${notAlike} of not-alike photos. ${what}`,
  );
}

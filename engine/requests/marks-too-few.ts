/** What people are told where their marks are too few, and how many more it takes. */
import { LookalikeError } from '../errors.ts';

/**
 * @param purpose what they are for, as the beginning of a sentence: "To learn from marks"
 * @param least marks of each kind that it takes
 */
export function marksTooFew(
  { alike, notAlike }: { alike: number; notAlike: number },
  least: number,
  purpose: string,
): LookalikeError {
  const missing = [
    { more: least - alike, as: 'as alike' },
    { more: least - notAlike, as: 'as not alike' },
  ]
    .filter(({ more }) => more > 0)
    .map(({ more, as }) => `${more} more ${more === 1 ? 'pair' : 'pairs'} ${as}`);
  return new LookalikeError(
    'marks-too-few',
    `${purpose} it takes at least ${least} marks of each kind, and there are ${alike} of alike and ${notAlike} of not-alike photos. Mark ${missing.join(' and ')}.`,
  );
}

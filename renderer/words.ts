/**
 * Numbers, dates, sizes and the few sentences that several views share, as a person reads them.
 *
 * The interface is in English; the region (order of dates, separators) follows the first English
 * among the person's languages, so that words and numbers never mix two languages.
 */
import { isLookalikeError, type ErrorCode } from '../engine/errors.ts';

const locale =
  (typeof navigator === 'undefined' ? [] : navigator.languages).find((language) =>
    language.startsWith('en'),
  ) ?? 'en-GB';

const wholeNumbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const twoDecimals = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const threeDecimals = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 3,
  maximumFractionDigits: 3,
});
const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
const months = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** 12480 → "12,480" */
export function whole(value: number): string {
  return wholeNumbers.format(value);
}

/** (1, 'photo') → "1 photo"; (12480, 'photo') → "12,480 photos" */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${whole(value)} ${value === 1 ? one : many}`;
}

/** A similarity or an ε: always two decimals, so that columns stand still. */
export function twoPlaces(value: number): string {
  return twoDecimals.format(value);
}

/** A share that is compared with others: 0.9297 → "0.930" */
export function threePlaces(value: number): string {
  return threeDecimals.format(value);
}

/** 0.0151 s → "15.1 ms" */
export function milliseconds(seconds: number): string {
  return `${oneDecimal.format(seconds * 1000)} ms`;
}

/** A share from 0 to 1. Never says 100 % while something is left. */
export function percent(share: number): string {
  return percents.format(share < 1 ? Math.min(share, 0.99) : 1);
}

/** 3250000 → "3.3 MB". Decimal units, as file managers show them. */
export function bytes(value: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = value;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const number = size < 10 && unit > 0 ? oneDecimal.format(size) : whole(size);
  return `${number} ${value === 1 ? 'byte' : (units[unit] ?? '')}`;
}

/** Milliseconds since 1970 → "14 August 2019 at 17:42", in the person's own time zone. */
export function moment(time: number): string {
  return days.format(time);
}

/**
 * What the heading over some photos says. A month: "2019-08" → "August 2019". A folder's path begins
 * with the name of the library's folder it is in: "/home/anna/Pictures/Mara" → "Pictures › Mara".
 */
export function groupTitle(
  title: string,
  folders: readonly { path: string; name: string }[],
): string {
  const month = /^(\d{4})-(\d{2})$/.exec(title);
  if (month !== null) return months.format(Date.UTC(Number(month[1]), Number(month[2]) - 1));
  const folder = folders
    .filter(({ path }) => title.startsWith(path) && /^([\\/]|$)/.test(title.slice(path.length)))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (folder === undefined) return title;
  const below = title.slice(folder.path.length).split(/[\\/]/);
  return place(
    folder.name,
    below.filter((part) => part !== ''),
  );
}

/** How long something takes yet, as one would say it: "a few seconds", "1½ min", "2 h 10 min". */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 55) return `${Math.ceil(seconds / 10) * 10} s`;
  const halves = Math.round(seconds / 30);
  if (halves < 10)
    return `${halves > 1 ? Math.floor(halves / 2) : 1}${halves > 2 && halves % 2 === 1 ? '½' : ''} min`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round((minutes % 60) / 10) * 10;
  if (rest === 60) return `${hours + 1} h`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** 4032, 3024 → "4,032 × 3,024" */
export function dimensions(width: number, height: number): string {
  return `${whole(width)} × ${whole(height)}`;
}

/** The folders on the way to a photo: "Pictures › Africa › Mara" */
export function place(folder: string, where: readonly string[]): string {
  return [folder, ...where].join(' › ');
}

/** How a cluster is called: by the person, else by its number. */
export function clusterName(
  cluster: { id: number; name: string | null },
  isPerson = false,
): string {
  return cluster.name ?? `${isPerson ? 'Person' : 'Cluster'} ${cluster.id}`;
}

/** The heading over all files that could not be read for one reason, and what that means. */
export function problemWords(code: ErrorCode): { title: string; sentence: string } {
  return (
    problems[code] ?? {
      title: 'Other problems',
      sentence: 'Each file says what happened.',
    }
  );
}

const problems: Partial<Record<ErrorCode, { title: string; sentence: string }>> = {
  'photo-damaged': {
    title: 'Damaged, but used',
    sentence: 'A part of these photos could still be read. They are searched by that part.',
  },
  'photo-unreadable': {
    title: 'Damaged',
    sentence: 'These files have the form of a photo, but nothing of them can be read.',
  },
  'photo-empty': {
    title: 'Empty files',
    sentence: 'These files hold nothing, often because copying them was interrupted.',
  },
  'not-a-photo': {
    title: 'Not photos',
    sentence: 'These files are named like photos, but hold something else.',
  },
  'photo-format': {
    title: 'Formats that cannot be read here',
    sentence: 'Save them as JPEG or PNG, and they are found by themselves.',
  },
  'photo-too-large': {
    title: 'Too large',
    sentence: 'These pictures have more pixels than Lookalike takes on.',
  },
  'photo-timeout': {
    title: 'Took too long',
    sentence: 'Reading these files was stopped, so that the others did not have to wait.',
  },
  'photo-crash': {
    title: 'Could not be read safely',
    sentence: 'Reading these files broke off. They are left out; all others are not affected.',
  },
  'photo-access': {
    title: 'No access',
    sentence: 'These files may not be read, or their disk failed.',
  },
  'photo-no-vector': {
    title: 'Nothing to compare',
    sentence: 'These photos can be seen, but gave no usable numbers.',
  },
  'name-not-text': {
    title: 'Names that are not valid text',
    sentence: 'Rename these files, and they are found by themselves.',
  },
};

/** What a person is told of any thrown value: only a LookalikeError carries a sentence for people. */
export function sentenceOf(error: unknown): string {
  if (isLookalikeError(error)) return error.message;
  return 'Something went wrong inside Lookalike. Load the page again.';
}

/** The name of an attribute as it stands in lists: "Wearing_Hat" → "wearing hat". */
export function attributeWords(name: string): string {
  return name.replaceAll('_', ' ').toLowerCase();
}

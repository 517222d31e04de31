/**
 * Finds a photo of the library by the name of its file, for people who know what it is called and not
 * where it is.
 */
import { LookalikeError } from '../errors.ts';
import type { PhotoRow } from '../store/reader.ts';
import type { Context } from './context.ts';

/** Photos of one name that are told of; there may be thousands of `IMG_0001.JPG`. */
const mostListed = 5;

/**
 * The photo whose path ends with `name`, a file name with as many folders before it as the person
 * likes. Capital and small letters count only where a photo has the very same; files with the same
 * content are one photo.
 * @throws LookalikeError `photo-unknown`, or `query-ambiguous` where there are several
 */
export function photoNamed(context: Context, name: string): PhotoRow {
  const wanted = `/${slashed(name).replace(/^(\.?\/)+/, '')}`;
  const file = wanted.slice(wanted.lastIndexOf('/') + 1);
  const ending = context.parts.store.reader
    .photosNamed(file)
    .map((photo) => ({ photo, path: slashed(context.pathOf(photo)) }))
    .filter(({ path }) => path.toLowerCase().endsWith(wanted.toLowerCase()));
  const exact = ending.filter(({ path }) => path.endsWith(wanted));
  const found = (exact.length > 0 ? exact : ending).map(({ photo }) => photo);
  const [first] = found;
  if (!first)
    throw new LookalikeError(
      'photo-unknown',
      `No photo of the library is called ${name}. Check the name, or give the whole path.`,
    );
  if (found.some(({ sha256 }) => sha256 !== first.sha256))
    throw new LookalikeError(
      'query-ambiguous',
      `${found.length} photos are called ${name}: ${listed(found.map((photo) => context.pathOf(photo)).sort())}. Add the folder before the name.`,
    );
  return first;
}

/** A path with slashes, whatever the system. On others than Windows a backslash may be in a name. */
function slashed(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

function listed(paths: string[]): string {
  const shown = paths.slice(0, mostListed);
  const more = paths.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

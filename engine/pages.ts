/**
 * What is the same wherever the interface is shown in a window: the headers that keep a page strict,
 * how long its files may be kept, and pictures by id.
 *
 *   /pictures/<library id>/<photo id>/thumbnail           512 px on the long side
 *   /pictures/<library id>/<photo id>/photo?side=…        for the screen
 *   /pictures/<library id>/queries/<picture id>?side=…    a query from outside the library
 *
 * An id stands for one content for ever, so a browser may keep a picture as long as it likes; the id
 * of the library in the address keeps pictures of different libraries apart. No address takes a path.
 */
import { LookalikeError } from './errors.ts';
import type { Library, Picture } from './library.ts';

/** Pixels of the long side that can be asked for. The largest shows a 50-megapixel photo as it is. */
const smallestSide = 64;
const largestSide = 8192;

/** A picture that has yet to be read, and the headers that let a browser keep it. */
export interface ShownPicture extends Pick<Picture, 'type' | 'read'> {
  headers: { etag: string; 'cache-control': string };
}

/** Whether this is the address of a picture, and not of a file of the interface. */
export function isPicture({ pathname }: URL): boolean {
  return pathname.startsWith('/pictures/');
}

/**
 * The picture at an address.
 * @throws LookalikeError `photo-unknown`, `query-unknown` or `request-invalid` (the side, or no such
 *   address)
 */
export async function pictureAt(library: Library, address: URL): Promise<ShownPicture> {
  const [, , of, first = '', second, ...rest] = address.pathname.split('/');
  if (rest.length > 0 || second === undefined) throw nothingHere();
  const side = () => longSide(address.searchParams.get('side'));
  if (first === 'queries') {
    if (of !== library.id)
      throw new LookalikeError('query-unknown', 'No query of this library has this address.');
    return shown(await library.queryPicture(second, side()), String(side()));
  }
  if (of !== library.id || !/^[1-9]\d{0,15}$/.test(first))
    throw new LookalikeError('photo-unknown', 'No photo of this library has this address.');
  if (second === 'thumbnail') return shown(await library.thumbnail(Number(first)), second);
  if (second === 'photo') return shown(await library.photo(Number(first), side()), String(side()));
  throw nothingHere();
}

/** The error for an address where nothing is. */
export function nothingHere(cause?: unknown): LookalikeError {
  return new LookalikeError('request-invalid', 'There is nothing at this address.', { cause });
}

function longSide(given: string | null): number {
  const side = Number(given ?? Number.NaN);
  if (!Number.isInteger(side) || side < smallestSide || side > largestSide)
    throw new LookalikeError(
      'request-invalid',
      `Ask for a long side of ${smallestSide} to ${largestSide} pixels, as a whole number.`,
    );
  return side;
}

/** All sizes of a photo have the same content hash, hence `variant`. */
function shown({ type, read, sha256 }: Picture, variant: string): ShownPicture {
  return {
    type,
    read,
    headers: {
      etag: `"${sha256}-${variant}"`,
      'cache-control': 'private, max-age=31536000, immutable',
    },
  };
}

/**
 * How long a file of the interface may be kept: Vite puts a hash of the content into the names under
 * `assets/`, and index.html names them.
 * @param path relative to the folder of the interface, with slashes of either kind
 */
export function cachingOf(path: string): string {
  return /(^|[\\/])assets[\\/]/.test(path)
    ? 'private, max-age=31536000, immutable'
    : 'private, no-cache';
}

/**
 * The headers of every answer. Nothing is loaded but from the host itself, and nothing that is
 * written into the page is run.
 * @param connectTo where the page may connect to besides the host, as a source of the policy
 */
export function safetyHeaders(connectTo = ''): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ${connectTo}`.trimEnd(),
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  };
}

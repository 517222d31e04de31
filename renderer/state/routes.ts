/**
 * Every place in the interface and its address. Addresses stand behind the # of the page, so they
 * work from a file as from a server, and a reload leads to the same place.
 */
import type { Query, WantedAttribute } from '../../engine/contract.ts';

/**
 * A query that has a place. One by a name or a network address has none: it leads to that of the photo
 * it was found to be, so that no place of the program, and no link to one, makes it fetch anything.
 */
export type PlacedQuery = Extract<Query, { photo: number } | { path: string } | { upload: string }>;

export interface LookalikesRoute {
  page: 'lookalikes';
  query: PlacedQuery;
  /** All lookalikes at a distance of at most that, instead of the nearest. */
  within?: number;
  /** Which face of the query is compared, where faces are; the largest unless another was chosen. */
  face?: number;
}

export type Route =
  | { page: 'photos'; folder: number | null; order: 'newest' | 'folder' }
  | LookalikesRoute
  | { page: 'clusters' }
  | { page: 'cluster'; cluster: number | null }
  | { page: 'map' }
  /** `wanted`: a description, in the order in which it was made. */
  | { page: 'describe'; wanted: readonly WantedAttribute[] }
  | { page: 'problems' }
  | { page: 'methods' }
  | { page: 'evaluation' }
  | { page: 'marks' }
  /** Pairs of photos to be marked, as all methods found them. */
  | { page: 'questions' };

export const start: Route = { page: 'photos', folder: null, order: 'newest' };

export function addressOf(route: Route): string {
  switch (route.page) {
    case 'photos': {
      const search = new URLSearchParams();
      if (route.folder !== null) search.set('folder', String(route.folder));
      if (route.order !== 'newest') search.set('order', route.order);
      return search.size === 0 ? '#/photos' : `#/photos?${search.toString()}`;
    }
    case 'lookalikes': {
      const search = new URLSearchParams();
      if (route.within !== undefined) search.set('within', String(route.within));
      if (route.face !== undefined) search.set('face', String(route.face));
      const asked = search.size === 0 ? '' : `?${search.toString()}`;
      return `${addressOfQuery(route.query)}${asked}`;
    }
    case 'describe': {
      const search = new URLSearchParams(
        route.wanted.map(({ name, value }) => [name, String(value)]),
      );
      return search.size === 0 ? '#/describe' : `#/describe?${search.toString()}`;
    }
    case 'cluster':
      return `#/cluster/${route.cluster ?? 'none'}`;
    default:
      return `#/${route.page}`;
  }
}

function addressOfQuery(query: PlacedQuery): string {
  if ('photo' in query) return `#/photo/${query.photo}`;
  if ('upload' in query) return `#/picture/${encodeURIComponent(query.upload)}`;
  return `#/file/${encodeURIComponent(query.path)}`;
}

/** The place of an address; an address that leads nowhere leads to the photos. */
export function routeOf(address: string): Route {
  const [path = '', search = ''] = address.replace(/^#\/?/, '').split('?');
  const [page, ...rest] = path.split('/');
  const value = decoded(rest.join('/'));
  const number = /^[1-9]\d*$/.test(value) ? Number(value) : null;
  const asked = new URLSearchParams(search);
  switch (page) {
    case 'photo':
      return number === null ? start : lookalikes({ photo: number }, asked);
    case 'picture':
      return value === '' ? start : lookalikes({ upload: value }, asked);
    case 'file':
      return value === '' ? start : lookalikes({ path: value }, asked);
    case 'clusters':
      return { page: 'clusters' };
    case 'cluster':
      if (value === 'none') return { page: 'cluster', cluster: null };
      return number === null ? { page: 'clusters' } : { page: 'cluster', cluster: number };
    case 'describe':
      return { page, wanted: wantedOf(asked) };
    case 'map':
    case 'problems':
    case 'methods':
    case 'evaluation':
    case 'marks':
    case 'questions':
      return { page };
    default: {
      const folder = asked.get('folder') ?? '';
      return {
        page: 'photos',
        folder: /^[1-9]\d*$/.test(folder) ? Number(folder) : null,
        order: asked.get('order') === 'folder' ? 'folder' : 'newest',
      };
    }
  }
}

function lookalikes(query: PlacedQuery, asked: URLSearchParams): Route {
  const within = asked.get('within') ?? '';
  const isDistance = /^\d(\.\d+)?$/.test(within) && Number(within) <= 2;
  const face = asked.get('face') ?? '';
  const isFace = /^[1-9]\d{0,3}$/.test(face);
  return {
    page: 'lookalikes',
    query,
    ...(isDistance && { within: Number(within) }),
    ...(isFace && { face: Number(face) }),
  };
}

function wantedOf(asked: URLSearchParams): WantedAttribute[] {
  const wanted = new Map<string, number>();
  for (const [name, text] of asked)
    if (name !== '' && /^(0(\.\d+)?|1(\.0+)?)$/.test(text)) wanted.set(name, Number(text));
  return [...wanted].map(([name, value]) => ({ name, value }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

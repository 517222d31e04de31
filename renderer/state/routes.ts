/**
 * Every place in the interface and its address. Addresses stand behind the # of the page, so they
 * work from a file as from a server, and a reload leads to the same place.
 */
import type { Query } from '../../engine/contract.ts';

export type Route =
  | { page: 'photos'; folder: number | null; order: 'newest' | 'folder' }
  | { page: 'lookalikes'; query: Query }
  | { page: 'clusters' }
  | { page: 'cluster'; cluster: number | null }
  | { page: 'map' }
  | { page: 'problems' }
  | { page: 'methods' }
  | { page: 'evaluation' };

export const start: Route = { page: 'photos', folder: null, order: 'newest' };

export function addressOf(route: Route): string {
  switch (route.page) {
    case 'photos': {
      const search = new URLSearchParams();
      if (route.folder !== null) search.set('folder', String(route.folder));
      if (route.order !== 'newest') search.set('order', route.order);
      return search.size === 0 ? '#/photos' : `#/photos?${search.toString()}`;
    }
    case 'lookalikes':
      if ('photo' in route.query) return `#/photo/${route.query.photo}`;
      if ('upload' in route.query) return `#/picture/${encodeURIComponent(route.query.upload)}`;
      return `#/file/${encodeURIComponent(route.query.path)}`;
    case 'cluster':
      return `#/cluster/${route.cluster ?? 'none'}`;
    default:
      return `#/${route.page}`;
  }
}

/** The place of an address; an address that leads nowhere leads to the photos. */
export function routeOf(address: string): Route {
  const [path = '', search = ''] = address.replace(/^#\/?/, '').split('?');
  const [page, ...rest] = path.split('/');
  const value = decoded(rest.join('/'));
  const number = /^[1-9]\d*$/.test(value) ? Number(value) : null;
  switch (page) {
    case 'photo':
      return number === null ? start : { page: 'lookalikes', query: { photo: number } };
    case 'picture':
      return value === '' ? start : { page: 'lookalikes', query: { upload: value } };
    case 'file':
      return value === '' ? start : { page: 'lookalikes', query: { path: value } };
    case 'clusters':
      return { page: 'clusters' };
    case 'cluster':
      if (value === 'none') return { page: 'cluster', cluster: null };
      return number === null ? { page: 'clusters' } : { page: 'cluster', cluster: number };
    case 'map':
    case 'problems':
    case 'methods':
    case 'evaluation':
      return { page };
    default: {
      const asked = new URLSearchParams(search);
      const folder = asked.get('folder') ?? '';
      return {
        page: 'photos',
        folder: /^[1-9]\d*$/.test(folder) ? Number(folder) : null,
        order: asked.get('order') === 'folder' ? 'folder' : 'newest',
      };
    }
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

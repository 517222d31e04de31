/** Addresses lead to places and back. */
import { expect, test } from 'vitest';
import { addressOf, routeOf, start, type Route } from '../../../renderer/state/routes.ts';

const routes: Route[] = [
  start,
  { page: 'photos', folder: 2, order: 'folder' },
  { page: 'lookalikes', query: { photo: 12 } },
  { page: 'lookalikes', query: { upload: 'a/b?c' } },
  { page: 'lookalikes', query: { path: '/home/anna/100% söt #1?.jpg' } },
  { page: 'clusters' },
  { page: 'cluster', cluster: 3 },
  { page: 'cluster', cluster: null },
  { page: 'problems' },
  { page: 'evaluation' },
];

test.each(routes)('$page: the address of a place leads to it', (route) => {
  expect(routeOf(addressOf(route))).toEqual(route);
});

test.each(['', '#', '#/', '#/nowhere', '#/photo/', '#/photo/0', '#/photo/x', '#/file/%E0%A4%A'])(
  'the address "%s" leads to the photos',
  (address) => {
    expect(routeOf(address)).toEqual(start);
  },
);

test('a folder that is no number is no folder', () => {
  expect(routeOf('#/photos?folder=-1')).toEqual(start);
});

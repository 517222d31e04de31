/** Addresses lead to places and back. */
import { expect, test } from 'vitest';
import { addressOf, routeOf, start, type Route } from '../../../renderer/state/routes.ts';

const routes: Route[] = [
  start,
  { page: 'photos', folder: 2, order: 'folder' },
  { page: 'lookalikes', query: { photo: 12 } },
  { page: 'lookalikes', query: { upload: 'a/b?c' } },
  { page: 'lookalikes', query: { path: '/home/anna/100% söt #1?.jpg' } },
  { page: 'lookalikes', query: { photo: 12 }, within: 0.3 },
  { page: 'lookalikes', query: { path: '/a?within=1.jpg' }, within: 0 },
  { page: 'lookalikes', query: { photo: 12 }, face: 2 },
  { page: 'lookalikes', query: { path: '/a?face=1.jpg' }, within: 0.3, face: 1 },
  { page: 'clusters' },
  { page: 'cluster', cluster: 3 },
  { page: 'cluster', cluster: null },
  { page: 'describe', wanted: [] },
  {
    page: 'describe',
    wanted: [
      { name: '5_o_Clock & so=on', value: 0 },
      { name: 'hat', value: 0.35 },
    ],
  },
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

test.each(['', 'x', '-1', '2.01', '1e1', 'NaN'])('a distance of "%s" is none', (within) => {
  const nearest = { page: 'lookalikes', query: { photo: 12 } };
  expect(routeOf(`#/photo/12?within=${within}`)).toEqual(nearest);
});

test.each(['#/address/https%3A%2F%2Fexample.org%2Fa.jpg', '#/name/a.jpg'])(
  'no place of the program makes it fetch or look for anything: %s',
  (address) => {
    expect(routeOf(address)).toEqual(start);
  },
);

test.each(['', 'x', '-1', '0', '1.5', '99999'])('a face "%s" is the largest', (face) => {
  expect(routeOf(`#/photo/12?face=${face}`)).toEqual({ page: 'lookalikes', query: { photo: 12 } });
});

test.each(['=1', 'hat=', 'hat=2', 'hat=-1', 'hat=1e-1', 'hat=x', 'hat=1.5'])(
  'of a description, "%s" is left out',
  (search) => {
    expect(routeOf(`#/describe?${search}&smile=1`)).toEqual({
      page: 'describe',
      wanted: [{ name: 'smile', value: 1 }],
    });
  },
);

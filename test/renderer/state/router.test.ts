/** The way through the program, with a history like the window's. */
import { beforeEach, expect, test } from 'vitest';
import { Router, type HistoryLike } from '../../../renderer/state/router.svelte.ts';

class FakeHistory implements HistoryLike {
  entries: { state: unknown; address: string }[];
  at = 0;
  moved: (address: string) => void = () => undefined;

  constructor(address: string) {
    this.entries = [{ state: null, address }];
  }

  get state(): unknown {
    return this.entries[this.at]?.state;
  }

  pushState(state: unknown, _: string, address: string): void {
    this.entries = [...this.entries.slice(0, ++this.at), { state, address }];
  }

  replaceState(state: unknown, _: string, address: string): void {
    this.entries[this.at] = { state, address };
  }

  go(steps: number): void {
    const entry = this.entries[this.at + steps];
    if (entry === undefined) throw new Error('The window would leave the program.');
    this.at += steps;
    this.moved(entry.address);
  }
}

let history: FakeHistory;
let router: Router;

function open(address: string): void {
  history = new FakeHistory(address);
  router = new Router(history, address);
  history.moved = (to) => {
    router.moved(to);
  };
}
const query = (photo: number) => ({ page: 'lookalikes', query: { photo } }) as const;
const trail = (): (number | null)[] => router.trail.map(({ photo }) => photo);

beforeEach(() => {
  open('#/photos');
});

test('following lookalikes leaves a trail; Back shortens it', () => {
  router.go(query(1));
  router.go(query(2));
  router.go(query(3));
  expect(trail()).toEqual([1, 2, 3]);
  router.back();
  expect(router.route).toEqual(query(2));
  expect(trail()).toEqual([1, 2]);
});

test('a step of the trail leads back to it, as the history does', () => {
  router.go(query(1));
  router.go(query(2));
  router.go(query(3));
  router.backTo(0);
  expect(router.route).toEqual(query(1));
  expect(history.at).toBe(1);
  router.backTo(0);
  expect(history.at).toBe(1);
});

test('a new way from an earlier step drops the old one', () => {
  router.go(query(1));
  router.go(query(2));
  router.back();
  router.go(query(9));
  expect(trail()).toEqual([1, 9]);
  expect(history.entries).toHaveLength(3);
});

test('another page begins a new trail', () => {
  router.go(query(1));
  router.go({ page: 'clusters' });
  expect(trail()).toEqual([]);
  router.go(query(2));
  expect(trail()).toEqual([2]);
});

test('going where one is adds nothing', () => {
  router.go(query(1));
  router.go(query(1));
  expect(history.entries).toHaveLength(2);
});

test('Back from an address opened from outside leads to the photos, never out of the program', () => {
  open('#/photo/5');
  expect(trail()).toEqual([5]);
  router.back();
  expect(router.route.page).toBe('photos');
  expect(history.entries).toHaveLength(1);
});

test('a picture from outside is a step without a photo', () => {
  router.go({ page: 'lookalikes', query: { upload: 'u' } });
  router.go(query(4));
  expect(trail()).toEqual([null, 4]);
});

test('a reload keeps the trail', () => {
  router.go(query(1));
  router.go(query(2));
  router = new Router(history, '#/photo/2');
  expect(trail()).toEqual([1, 2]);
});

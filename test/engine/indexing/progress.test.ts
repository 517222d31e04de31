import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Indexing } from '../../../engine/contract.ts';
import { Progress } from '../../../engine/indexing/progress.ts';

let told: Indexing[];
let progress: Progress;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  progress = new Progress((now) => told.push(now));
});
afterEach(() => {
  vi.useRealTimers();
});

test('says how many a second and how long it will take', () => {
  progress.begin();
  progress.found = 100;
  progress.set('running');
  expect(progress.now()).toMatchObject({ perSecond: null, secondsLeft: null });
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(100);
    progress.indexed += 1;
    progress.worked(1);
  }
  expect(progress.now()).toMatchObject({ perSecond: 10, secondsLeft: 8 });
});

test('follows a change of speed within seconds', () => {
  progress.begin();
  progress.set('running');
  const work = (times: number, everyMs: number): void => {
    for (let i = 0; i < times; i++) {
      vi.advanceTimersByTime(everyMs);
      progress.worked(1);
    }
  };
  work(100, 100);
  work(10, 1000);
  expect(progress.now().perSecond).toBeCloseTo(1, 1);
});

test('a pause does not count as slowness', () => {
  progress.begin();
  progress.set('running');
  vi.advanceTimersByTime(1000);
  progress.worked(10);
  progress.set('paused');
  expect(progress.now().perSecond).toBeNull();
  vi.advanceTimersByTime(60_000);
  progress.set('running');
  // The rate counts from the first photo after the pause.
  progress.worked(1);
  vi.advanceTimersByTime(1000);
  progress.worked(10);
  expect(progress.now().perSecond).toBe(10);
});

test('gathers many changes into few events, and loses none', () => {
  progress.begin();
  told.length = 0;
  for (let i = 0; i < 1000; i++) {
    progress.indexed += 1;
    progress.worked(1);
  }
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(told.map(({ indexed }) => indexed)).toEqual([1000]);
});

test('a new run begins from nothing', () => {
  progress.begin();
  progress.found = progress.failed = 3;
  progress.error = { code: 'disk-full', message: '' };
  progress.begin();
  expect(progress.now()).toEqual({
    state: 'walking',
    found: 0,
    indexed: 0,
    unchanged: 0,
    failed: 0,
    perSecond: null,
    secondsLeft: null,
    error: null,
  });
});

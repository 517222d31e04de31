import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Opening } from '../../../engine/requests/opening.ts';

// Time is the test's own, so that nothing here depends on how busy the machine is.
vi.mock('node:timers/promises');
let now = 0;

beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.mocked(sleep).mockImplementation(async (ms = 0, _value, options) => {
    options?.signal?.throwIfAborted();
    now += ms;
    await Promise.resolve();
    return undefined;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('leaves the first moment to a window that is being opened', async () => {
  await new Opening().quiet();
  expect(now).toBeGreaterThan(0);
});

it('is not quiet until nothing was asked for a moment', async () => {
  const opening = new Opening();
  await opening.quiet();
  const first = now;
  opening.asked();
  await opening.quiet();
  expect(now).toBeGreaterThan(first);
  const second = now;
  await opening.quiet();
  expect(now).toBe(second);
});

it('waits no longer in all than for the first moments, however much is asked', async () => {
  const opening = new Opening();
  for (let n = 0; n < 1000; n++) {
    opening.asked();
    await opening.quiet();
  }
  const end = now;
  opening.asked();
  await opening.quiet();
  expect(now).toBe(end);
  expect(end).toBeLessThan(10_000);
});

it('holds nobody up once it is closed', async () => {
  const opening = new Opening();
  opening.close();
  await opening.quiet();
  expect(now).toBe(0);
});

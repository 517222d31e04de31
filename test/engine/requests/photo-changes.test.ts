/** What search and they who show photos hear of photos that came and went. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PhotoChanges } from '../../../engine/requests/photo-changes.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function changes() {
  const changed = vi.fn(() => Promise.resolve());
  const onShow = vi.fn();
  return {
    changed,
    onShow,
    all: new PhotoChanges({ search: { changed }, onShow, onLog: () => undefined }),
  };
}

test('are told to search together, and once to those who show them', () => {
  const { all, changed, onShow } = changes();
  all.add({ added: [1], removed: [] });
  all.add({ added: [2], removed: [3] });
  vi.advanceTimersByTime(10_000);
  expect(changed.mock.calls).toEqual([[[1, 2], [3]]]);
  expect(onShow).toHaveBeenCalledTimes(1);
});

test('that only have a vector now are told to search alone', () => {
  const { all, changed, onShow } = changes();
  all.addVectors([1]);
  vi.advanceTimersByTime(10_000);
  expect(changed.mock.calls).toEqual([[[1], []]]);
  expect(onShow).not.toHaveBeenCalled();
});

test('that arrive while the library is closed are told to nobody: the database may be closed by then', () => {
  const { all, changed, onShow } = changes();
  all.add({ added: [1], removed: [] });
  all.close();
  all.add({ added: [2], removed: [] });
  all.addVectors([3]);
  vi.advanceTimersByTime(10_000);
  expect(changed).not.toHaveBeenCalled();
  expect(onShow).not.toHaveBeenCalled();
});

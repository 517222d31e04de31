/** A run that was stopped is told apart from one that is done, and drawing from the runs during it. */
import { expect, test } from 'vitest';
import { drawingShown, leftOver } from '../../../renderer/state/indexing.ts';
import { libraryState } from '../fake-client.ts';

const run = { ...libraryState().indexing, found: 9, indexed: 3, unchanged: 2, failed: 1 };

test('what was found and not looked at is left over once indexing stopped', () => {
  expect(leftOver(run)).toBe(3);
  expect(leftOver({ ...run, indexed: 6 })).toBe(0);
});

test('nothing is left over while indexing goes on or is paused', () => {
  expect(leftOver({ ...run, state: 'running' })).toBe(0);
  expect(leftOver({ ...run, state: 'paused' })).toBe(0);
});

test('while sample photos are drawn, that is what is told, however often they are indexed meanwhile', () => {
  const drawing = { done: 66, total: 352 };
  for (const state of ['idle', 'walking', 'running', 'idle'] as const)
    expect(drawingShown({ ...run, state }, drawing)).toBe(drawing);
  // What was paused has to be seen, to go on with it.
  expect(drawingShown({ ...run, state: 'paused' }, drawing)).toBeNull();
  expect(drawingShown({ ...run, state: 'running' }, null)).toBeNull();
});

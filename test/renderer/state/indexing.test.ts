/** A run that was stopped is told apart from one that is done. */
import { expect, test } from 'vitest';
import { leftOver } from '../../../renderer/state/indexing.ts';
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

import { expect, test } from 'vitest';
import { createProgress } from '../../../build/setup/progress.mjs';

function output(isTTY: boolean) {
  let text = '';
  return { isTTY, write: (more: string) => (text += more), text: () => text };
}

test('a step shows its title and, at the end, that it is done', async () => {
  const plain = output(false);
  await createProgress(plain).step('Fetching', () => Promise.resolve());
  expect(plain.text()).toBe('  Fetching …\n  Fetching: done, 0 s\n');
});

test('a step that fails says so, and passes the error on', async () => {
  const plain = output(false);
  const step = createProgress(plain).step('Fetching', () => Promise.reject(new Error('no')));
  await expect(step).rejects.toThrow('no');
  expect(plain.text()).toContain('Fetching: failed');
});

test('a terminal sees how far it is, on a line that is written again', async () => {
  const terminal = output(true);
  const work = () => new Promise((resolve) => setTimeout(resolve, 700));
  await createProgress(terminal).step('Fetching', work, () => 0.426);
  expect(terminal.text()).toContain('\r\x1b[K  Fetching: 42 %');
  const last = terminal.text().split('\r').at(-1);
  expect(last).toContain('Fetching: done');
});

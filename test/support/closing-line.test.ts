import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lookalike-closing-'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs Vitest on these files, and gives what it printed, line by line, and whether it succeeded. */
async function runTests(files: Record<string, string>) {
  for (const [name, body] of Object.entries(files))
    await writeFile(
      path.join(folder, name),
      `import { afterAll, beforeAll, describe, expect, test } from 'vitest';\n${body}`,
    );
  const reporter = path.join(root, 'test/support/closing-line.ts');
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--reporter=default', `--reporter=${reporter}`];
  const options = { cwd: folder, env: { PATH: process.env['PATH'] } };
  const { stdout, ok } = await promisify(execFile)(process.execPath, args, options).then(
    ({ stdout }) => ({ stdout, ok: true }),
    (error: unknown) => ({ stdout: (error as { stdout: string }).stdout, ok: false }),
  );
  return { lines: stdout.trimEnd().split('\n'), ok };
}

test('the last line counts what passed', async () => {
  const { lines, ok } = await runTests({
    'a.test.ts': `test('one', () => {}); test('two', () => {});`,
    'b.test.ts': `test('three', () => {});`,
  });
  expect(lines.at(-1)).toBe('3 passed, 0 failed');
  expect(ok).toBe(true);
});

test('skipped tests are counted and listed with their reasons', async () => {
  const { lines } = await runTests({
    'a.test.ts': `test('runs', () => {});
      test('waits', (context) => context.skip('the moon is not full'));
      test.skip('sleeps', () => {});`,
  });
  expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped');
  expect(lines).toContain('  a.test.ts > waits: the moon is not full');
  expect(lines).toContain('  a.test.ts > sleeps: no reason given');
});

test('failing tests, files that do not load and failing hooks all count as failed', async () => {
  const { lines, ok } = await runTests({
    'fails.test.ts': `test('fails', () => { expect(1).toBe(2); }); test('works', () => {});`,
    'broken.test.ts': `throw new Error('does not load');`,
    'hook.test.ts': `describe('group', () => {
      afterAll(() => { throw new Error('hook'); });
      test('works as well', () => {});
    });`,
  });
  expect(lines.at(-1)).toBe('2 passed, 3 failed');
  expect(ok).toBe(false);
});

test('an error that nobody caught counts as failed', async () => {
  const { lines, ok } = await runTests({
    'a.test.ts': `test('works', async () => {
      void Promise.reject(new Error('nobody caught this'));
      await new Promise((resolve) => setTimeout(resolve, 50));
    });`,
  });
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(ok).toBe(false);
});

test('a run that finds no tests has failed', async () => {
  const { lines } = await runTests({});
  expect(lines.at(-1)).toBe('0 passed, 1 failed');
});

/** What a page says when its program is gone. */
import { expect, it } from 'vitest';
import { expectTrouble } from '../support/browser.ts';
import { patience } from './setting.ts';
import { useSetting } from './use-setting.ts';

const here = useSetting();

it('says that the program was closed, however it ended', { timeout: patience }, async () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const program = here.setting.start(`library ${signal}`);
    const watched = await here.setting.visit(program);
    await watched.page.getByRole('button', { name: 'Choose a folder' }).waitFor();
    program.process.kill(signal);
    const told = watched.page.getByRole('alert').filter({ hasText: 'Lookalike was closed.' });
    await told.getByText('are safe').waitFor();
    // The page tries again and again, and Chromium notes each time that nobody answers.
    expectTrouble(watched, /ERR_CONNECTION_REFUSED/);
    expect(watched.trouble).toEqual([]);
  }
});

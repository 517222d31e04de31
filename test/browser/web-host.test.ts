/** What only the web app has: an address with a token in it, and a dialog for folders of its own. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectTrouble } from '../support/browser.ts';
import { useVisits } from './use-setting.ts';

const here = useVisits((setting) => Promise.resolve(setting.start('library')));

it('a folder that is nowhere is told in the dialog, and the token leaves the address', async () => {
  const { page, setting, watched } = here;
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  expect(page.url()).not.toContain('token');
  const dialog = page.getByRole('dialog', { name: 'Choose a folder with photos' });
  const path = dialog.getByLabel('Path of the folder');
  await path.fill(join(setting.folder, 'nowhere'));
  await path.press('Enter');
  await dialog
    .getByRole('alert')
    .getByText(/There is no folder .*nowhere/)
    .waitFor();
  expect(expectTrouble(watched, /404.*folders\.browse/)).toBe(true);
});

it('a second page with the address of the first, without its cookie, is told nothing', async () => {
  const { page, setting } = here;
  const context = await setting.browser.newContext();
  const stranger = await context.newPage();
  // Chromium's own error page: the answer has no page in it.
  await expect(stranger.goto(page.url())).rejects.toThrow('ERR_HTTP_RESPONSE_CODE_FAILURE');
});

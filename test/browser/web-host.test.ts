/** What only the web app has: an address with a token in it, and a dialog for folders of its own. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectTrouble } from '../support/browser.ts';
import { startWebProgram, type WebProgram } from '../support/web-program.ts';
import { needChromium, Setting } from './setting.ts';

let setting: Setting;
let program: WebProgram;
const hasChromium = needChromium();
beforeAll(async () => {
  if (!hasChromium) return;
  setting = await Setting.make();
  program = startWebProgram('--library', join(setting.folder, 'library'));
}, 300_000);
afterAll(async () => {
  if (!hasChromium) return;
  program.process.kill('SIGTERM');
  await program.ended;
  await setting.end();
});

it('a folder that is nowhere is told in the dialog, and the token leaves the address', async () => {
  const watched = await setting.visit(program);
  const { page } = watched;
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
  expect(watched.trouble).toEqual([]);
});

it('a second page with the address of the first, without its cookie, is told nothing', async () => {
  const { page } = await setting.visit(program);
  const context = await setting.browser.newContext();
  const stranger = await context.newPage();
  // Chromium's own error page: the answer has no page in it.
  await expect(stranger.goto(page.url())).rejects.toThrow('ERR_HTTP_RESPONSE_CODE_FAILURE');
});

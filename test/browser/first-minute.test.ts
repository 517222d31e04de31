/** The first minute: from the printed address to the lookalikes of a photo, without a manual. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectTrouble } from '../support/browser.ts';
import {
  expectLookalikesOf,
  needChromium,
  patience,
  photoInGrid,
  queryName,
  Setting,
  waitUntilReady,
} from './setting.ts';

let setting: Setting;
const hasChromium = needChromium();
beforeAll(async () => {
  if (hasChromium) setting = await Setting.make();
}, 300_000);
afterAll(async () => {
  if (hasChromium) await setting.end();
});

it('from the welcome page to five lookalikes', { timeout: 2 * patience }, async () => {
  const watched = await setting.visit(setting.start('first'));
  const { page } = watched;
  expect(page.url(), 'the token has left the address').not.toContain('token');
  await page.getByRole('heading', { name: 'Lookalike' }).waitFor();
  await page.getByRole('button', { name: 'Try it with sample photos' }).waitFor();

  await page.getByRole('button', { name: 'Choose a folder' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose a folder with photos' });
  const path = dialog.getByLabel('Path of the folder');

  await path.fill(join(setting.folder, 'nowhere'));
  await path.press('Enter');
  await dialog
    .getByRole('alert')
    .getByText(/There is no folder .*nowhere/)
    .waitFor();
  expect(expectTrouble(watched, /404.*folders\.browse/)).toBe(true);

  await path.fill(setting.folder);
  await path.press('Enter');
  await dialog.getByRole('list', { name: 'Folders' }).getByText('My photos').click();
  await dialog.getByRole('list', { name: 'Folders' }).getByText('tea-cup').waitFor();
  await dialog.getByRole('button', { name: 'Choose this folder' }).click();
  await dialog.waitFor({ state: 'hidden' });

  // Thumbnails appear while indexing goes on, and are pictures, not empty frames.
  const { cell } = await photoInGrid(page, /-\d\d/);
  const picture = cell.getByRole('img');
  const width = () =>
    picture.evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);
  await waitUntilReady(page);

  const { cell: photo, name } = await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
  await photo.click();
  await queryName(page, name).waitFor();
  await expectLookalikesOf(page, name);
  expect(watched.trouble).toEqual([]);
});

it(
  'shows the folder again after a restart, without being asked',
  { timeout: patience },
  async () => {
    const first = setting.start('again', join(setting.photos, 'clock'));
    await waitUntilReady((await setting.visit(first)).page);
    first.process.kill('SIGTERM');
    await first.ended;

    await rm(join(setting.photos, 'clock', 'clock-01.jpg'));
    const { page, trouble } = await setting.visit(setting.start('again'));
    await photoInGrid(page, /^clock-02\.jpg$/);
    await page.getByRole('region', { name: 'Indexing' }).getByText('Up to date').waitFor();
    await expect.poll(() => page.getByRole('gridcell', { name: 'clock-01.jpg' }).count()).toBe(0);
    expect(trouble).toEqual([]);
  },
);

it('sample photos are drawn and appear at once', { timeout: 2 * patience }, async () => {
  const { page, trouble } = await setting.visit(setting.start('samples'));
  await page.getByRole('button', { name: 'Try it with sample photos' }).click();
  await photoInGrid(page, /-\d\d/);
  // Its folder was empty at first, which is nothing to complain about.
  expect((await page.getByRole('status').allInnerTexts()).join('')).toBe('');
  expect(trouble).toEqual([]);
});

it('a second page with the address of the first, without its cookie, is told nothing', async () => {
  const program = setting.start('private');
  const { page } = await setting.visit(program);
  const context = await setting.browser.newContext();
  const stranger = await context.newPage();
  // Chromium's own error page: the answer has no page in it.
  await expect(stranger.goto(page.url())).rejects.toThrow('ERR_HTTP_RESPONSE_CODE_FAILURE');
});

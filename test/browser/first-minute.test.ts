/** The first minute: from the welcome page to the lookalikes of a photo, without a manual. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  chooseFolder,
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
  const program = setting.start('first');
  const watched = await setting.visit(program);
  const { page } = watched;
  await page.getByRole('heading', { name: 'Lookalike' }).waitFor();
  await page.getByRole('button', { name: 'Try it with sample photos' }).waitFor();

  await chooseFolder(program, page, setting.photos);

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

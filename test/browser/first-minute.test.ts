/** The first minute: from the welcome page to the lookalikes of a photo, without a manual. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  chooseFolder,
  expectLookalikesOf,
  patience,
  photoInGrid,
  queryName,
  waitUntilReady,
} from './setting.ts';
import { useSetting } from './use-setting.ts';

const here = useSetting();

it('from the welcome page to five lookalikes', { timeout: 2 * patience }, async () => {
  const program = here.setting.start('first');
  const watched = await here.setting.visit(program);
  const { page } = watched;
  await page.getByRole('heading', { name: 'Lookalike' }).waitFor();
  await page.getByRole('button', { name: 'Try it with sample photos' }).waitFor();

  await chooseFolder(program, page, here.setting.photos);

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
    const first = here.setting.start('again', join(here.setting.photos, 'clock'));
    await waitUntilReady((await here.setting.visit(first)).page);
    first.process.kill('SIGTERM');
    await first.ended;

    await rm(join(here.setting.photos, 'clock', 'clock-01.jpg'));
    const { page, trouble } = await here.setting.visit(here.setting.start('again'));
    await photoInGrid(page, /^clock-02\.jpg$/);
    await page.getByRole('region', { name: 'Indexing' }).getByText('Up to date').waitFor();
    await expect.poll(() => page.getByRole('gridcell', { name: 'clock-01.jpg' }).count()).toBe(0);
    expect(trouble).toEqual([]);
  },
);

it('sample photos are drawn and appear at once', { timeout: 2 * patience }, async () => {
  const { page, trouble } = await here.setting.visit(here.setting.start('samples'));
  await page.getByRole('button', { name: 'Try it with sample photos' }).click();
  await photoInGrid(page, /-\d\d/);
  // Its folder was empty at first, which is nothing to complain about.
  expect((await page.getByRole('status').allInnerTexts()).join('')).toBe('');
  expect(trouble).toEqual([]);
});

/** Photos whose files cannot be reached: what is shown in their place. */
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectTrouble } from '../support/browser.ts';
import { fiveLookalikes, photoInGrid, waitUntilReady } from './setting.ts';
import { useSetting } from './use-setting.ts';

const here = useSetting();

it('photos whose disk is away are shown by their thumbnails, without those by quiet frames', async () => {
  const disk = join(here.setting.folder, 'Disk');
  await mkdir(disk);
  for (const theme of ['lighthouse', 'tea-cup'])
    await cp(join(here.setting.photos, theme), join(disk, theme), { recursive: true });
  const program = here.setting.start('library', disk);
  const first = await here.setting.visit(program);
  await waitUntilReady(first.page);
  await rename(disk, join(here.setting.folder, 'Disk that is away'));
  await lookAround(first.page, 'thumbnails');
  expect(expectTrouble(first, /(403|409).*photo\?side/)).toBe(true);
  expect(first.trouble).toEqual([]);
  await first.page.context().close();

  program.process.kill('SIGTERM');
  await program.ended;
  await rm(join(here.setting.folder, 'library', 'thumbnails.db'));
  const second = await here.setting.visit(here.setting.start('library'));
  await lookAround(second.page, 'frames');
  expect(expectTrouble(second, /409.*(thumbnail|photo\?side)/)).toBe(true);
  expect(second.trouble).toEqual([]);
});

/** Opens a photo and compares it; on the way no picture is ever broken. */
async function lookAround(page: Page, shown: 'thumbnails' | 'frames'): Promise<void> {
  const { cell } = await photoInGrid(page, /^lighthouse-\d\d\.jpg$/);
  await expectAll(page, shown);
  await cell.click();
  await fiveLookalikes(page);
  await expectAll(page, shown);
  await page.getByRole('button', { name: 'Compare' }).click();
  const compare = page.getByRole('dialog', { name: 'Compare' });
  for (const side of ['The query', 'The lookalike'])
    if (shown === 'thumbnails') await compare.getByRole('img', { name: side }).waitFor();
    else await compare.getByText(`${side} cannot be shown here.`).waitFor();
  await expectAll(page, shown);
}

/** Waits until every picture of the page was loaded, or failed and is drawn as a frame. */
async function expectAll(page: Page, shown: 'thumbnails' | 'frames'): Promise<void> {
  const states = () =>
    page.evaluate<string[]>(`[...new Set([...document.images].map((image) => {
      if (!image.complete) return 'on its way';
      if (image.naturalWidth > 0) return 'thumbnails';
      return getComputedStyle(image).content.startsWith('url') ? 'frames' : 'broken';
    }))]`);
  await expect.poll(states).toEqual([shown]);
}

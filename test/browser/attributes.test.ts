/** How a person teaches attributes in the window, and finds photos by a description. */
import { beforeEach, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { descriptionDocument } from '../../engine/documents.ts';
import { patience, waitUntilReady } from './setting.ts';
import { exportTo, useVisits } from './use-setting.ts';

const here = useVisits(async (setting) => {
  const program = setting.start('library', setting.photos);
  await waitUntilReady((await setting.visit(program)).page);
  return program;
});

let page: Page;
beforeEach(() => {
  ({ page } = here);
});

/** Six photos of each of four themes, with what a person may call of them. */
const themes = {
  lighthouse: '1,1',
  'sailing-boat': '0,1',
  sunflowers: '0,0',
  'tea-cup': '0,0',
};
const list = [
  'photo,Has_Tower,Sea',
  ...Object.entries(themes).flatMap(([theme, values]) =>
    Array.from({ length: 6 }, (_, i) => `${theme}-0${i + 1}.jpg,${values}`),
  ),
].join('\n');

it('teaches an attribute with a list, and then finds photos by it', async () => {
  await page.getByRole('link', { name: 'Describe' }).click();
  await page.getByText('No attributes learnt yet').waitFor();
  await page.getByRole('link', { name: 'Choose a list' }).click();
  const card = page.locator('[data-method="attributes"]');
  expect(await card.getByRole('button', { name: 'Train' }).isDisabled()).toBe(true);
  await card
    .getByLabel('List of attributes')
    .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
  await card.getByRole('button', { name: 'Train' }).click();
  await card.getByRole('row', { name: /^has tower/i }).waitFor({ timeout: 2 * patience });

  await card.getByRole('link', { name: 'Describe photos' }).click();
  await page.getByText('What should it show?').waitFor();
  await page.getByRole('checkbox', { name: 'has tower' }).check();
  await page.getByLabel('How much: has tower').fill('1');
  await page.getByLabel('How much: sea').fill('1');
  await page
    .getByRole('gridcell', { name: /^lighthouse/ })
    .first()
    .waitFor({ timeout: patience });
  // The address has it all: a reload leads to the same place.
  expect(page.url()).toContain('#/describe?Has_Tower=1&Sea=1');
  await page.reload();
  await page.getByRole('gridcell').first().waitFor();
  const wanted = page.getByRole('list', { name: 'What is wanted' });
  expect(await wanted.getByRole('button').count()).toBe(2);
  const document = descriptionDocument.parse(await exportTo(here, 'description.json'));
  expect(document.wanted).toEqual([
    { name: 'Has_Tower', value: 1 },
    { name: 'Sea', value: 1 },
  ]);
  expect(document.photos[0]?.path).toContain('lighthouse');

  await wanted.getByRole('button', { name: /^sea/ }).click();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('What should it show?').waitFor();
});

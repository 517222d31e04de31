/** How a person marks photos in the window, by pointer and keys, and finds their marks again. */
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { marksDocument } from '../../engine/marks-documents.ts';
import { expectRefusal, waitUntilReady } from './setting.ts';
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

const pressed = (name: string): Promise<number> =>
  page.getByRole('button', { name, exact: true, pressed: true }).count();
const count = async (): Promise<string> => page.getByRole('link', { name: /^Marks/ }).innerText();

it('marks lookalikes by keys and in Compare, changes and removes them on their page, and exports them', async () => {
  await page.getByRole('gridcell').first().click();
  await page.getByRole('link', { name: /^Lookalike 1/ }).waitFor();
  await page.keyboard.press('a');
  await page.getByRole('button', { name: 'Alike', exact: true, pressed: true }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.getByRole('dialog', { name: 'Compare' }).waitFor();
  await page.keyboard.press('n');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Not alike', pressed: true })
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: /^Marks 2$/ }).click();
  await page.getByText('1 pair alike, 1 not').waitFor();
  const document = marksDocument.parse(await exportTo(here, 'marks.json'));
  expect(document.marks.map(({ alike }) => alike)).toEqual([false, true]);

  await page.getByRole('button', { name: 'Alike', exact: true, pressed: false }).click();
  await page.getByText('2 pairs alike, 0 not').waitFor();
  await page
    .getByRole('button', { name: /^Remove the mark of/ })
    .first()
    .click();
  await page.getByText('1 pair alike, 0 not').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('2 pairs alike, 0 not').waitFor();
  expect(await pressed('Alike')).toBe(2);
});

it('asks about pairs by keys, and says what it takes to tell which method suits', async () => {
  await page.getByRole('link', { name: /^Marks/ }).click();
  await page.getByRole('link', { name: 'Mark photos' }).click();
  await page.getByRole('button', { name: /^Not alike/ }).waitFor();
  // The page of questions shows as soon as there is one, which may be before the marks are counted.
  await page.waitForLoadState('networkidle');
  const before = await count();
  await page.keyboard.press('n');
  await expect.poll(count).not.toBe(before);
  await page.keyboard.press('u');
  await expect.poll(count).toBe(before);

  await page.getByRole('link', { name: 'Evaluation' }).click();
  const ask = page.getByRole('button', { name: 'Which method suits my photos?' });
  await ask.first().click();
  await ask.last().click();
  await page.getByText('it takes at least 5 marks of each kind').waitFor();
  expectRefusal(here.watched, /422/);
});

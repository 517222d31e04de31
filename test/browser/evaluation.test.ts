/** How a person measures, in the window, how well lookalikes are found where labels are known. */
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { evaluationDocument } from '../../engine/documents.ts';
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

async function evaluate(): Promise<void> {
  await page.getByRole('button', { name: 'Evaluate' }).click();
  await page.getByRole('button', { name: 'Evaluate' }).waitFor();
}

it('by folders is a table and bars, and is exported as it is shown', async () => {
  await page.getByRole('link', { name: 'Evaluation' }).click();
  await evaluate();
  const row = page.getByRole('row', { name: /^ImageNet features/ });
  const [first = '', five = ''] = await row.getByRole('cell').allInnerTexts();
  expect(Number(first)).toBeGreaterThan(0.5);
  expect(await page.getByRole('listitem').filter({ hasText: five }).count()).toBeGreaterThan(0);
  const document = evaluationDocument.parse(await exportTo(here, 'evaluation.json'));
  expect(document.methods[0]?.precisionAt1.toFixed(3)).toBe(first);
  expect(document.methods[0]?.precisionAtK.toFixed(3)).toBe(five);
});

it('by a file that names no photo says so, and by one that does tells what it could not use', async () => {
  await page.getByRole('link', { name: 'Evaluation' }).click();
  await page.getByLabel('A CSV file with rows of path and label').check();
  expect(await page.getByRole('button', { name: 'Evaluate' }).isDisabled()).toBe(true);
  const choose = (text: string): Promise<void> =>
    page
      .getByLabel('CSV file', { exact: true })
      .setInputFiles({ name: 'l.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await choose('nowhere.jpg,cat\n');
  await evaluate();
  await page.getByText('No row of l.csv names a photo of the library').waitFor();
  expectRefusal(here.watched, /422/);
  const names = ['01', '02', '03', '04'].map((number) => `lighthouse/lighthouse-${number}.jpg`);
  await choose(names.map((name, i) => `${name},${i < 2 ? 'a' : 'b'}`).join('\n') + '\nx,y,z\n');
  await page.getByLabel('Results').fill('1');
  await evaluate();
  await page.getByText('4 photos with 2 labels from l.csv.').waitFor();
  await page.getByText('1 row that cannot be used').click();
  await page.getByText('Line 5: a row has two values').waitFor();
});

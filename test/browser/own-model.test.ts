/** How a person adds a network of their own in the window, finds lookalikes with it, and removes it. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { buildNetwork } from '../support/models/architectures.ts';
import { writeModel } from '../support/models/write.ts';
import { expectRefusal, fiveLookalikes, hasWindow, patience, waitUntilReady } from './setting.ts';
import { useVisits } from './use-setting.ts';

const here = useVisits(async (setting) => {
  await writeModel(join(setting.folder, 'My network'), 'layers-model', buildNetwork('resnet'));
  const program = setting.start('library', setting.photos);
  await waitUntilReady((await setting.visit(program)).page);
  return program;
});

/** Chooses a folder in the dialog that the app has for those of models. */
async function chooseModel(page: Page, button: string, path: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  if (hasWindow(here.program)) {
    await (await here.program.dialog()).choose(path);
    return;
  }
  const dialog = page.getByRole('dialog', { name: 'Choose the folder of a model' });
  const folders = dialog.getByRole('list', { name: 'Folders' });
  await dialog.getByLabel('Path of the folder').fill(dirname(path));
  await dialog.getByLabel('Path of the folder').press('Enter');
  await folders.getByText(basename(path)).click();
  await folders.getByText(basename(path)).waitFor({ state: 'hidden' });
  await dialog.getByRole('button', { name: 'Look at this model' }).click();
}

it('adds one after a folder without one, uses it, and removes it without touching the original', async () => {
  const { page, setting } = here;
  const original = join(setting.folder, 'My network');
  const files = await readdir(original);
  await page.getByRole('link', { name: 'Methods' }).click();
  await chooseModel(page, 'Add a model …', setting.photos);
  const dialog = page.getByRole('dialog', { name: 'Add a model of your own' });
  await dialog.getByRole('alert').getByText('saved_model.pb').waitFor({ timeout: patience });
  expectRefusal(here.watched, /422/);

  await chooseModel(page, 'Choose another folder', original);
  await dialog.getByText('TensorFlow.js layers model').waitFor({ timeout: patience });
  expect(await dialog.getByLabel('Input size').isDisabled()).toBe(true);
  expect(await dialog.getByLabel('Layer').inputValue()).toBe('avg_pool');
  await dialog.getByLabel('Name').fill('Mine');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('“Mine” is a method now.').waitFor({ timeout: patience });
  await page.getByRole('button', { name: 'Use it' }).click();

  await page.getByRole('link', { name: /^Photos/ }).click();
  await page.getByRole('gridcell').first().click();
  await page.getByRole('link', { name: /^Lookalike 1/ }).waitFor({ timeout: patience });
  expect(await fiveLookalikes(page)).toHaveLength(5);
  const method = page.getByRole('combobox', { name: 'How photos are compared' });
  expect(await method.inputValue()).toBe('own-mine');

  await page.getByRole('link', { name: 'Methods' }).click();
  await page.getByRole('button', { name: 'Remove …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('“Mine” was removed.').waitFor();
  await page.getByRole('heading', { name: 'Mine' }).waitFor({ state: 'detached' });
  expect(await readdir(original)).toEqual(files);
});

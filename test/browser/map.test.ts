/** What a person does with the map of their photos: make it, look nearer, select, name, export, open a photo. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mapDocument, selectionDocument } from '../../engine/documents.ts';
import type { WatchedPage } from '../support/browser.ts';
import {
  chooseFile,
  fiveLookalikes,
  needChromium,
  patience,
  Setting,
  waitUntilReady,
  type StartedProgram,
} from './setting.ts';

let setting: Setting;
let program: StartedProgram;
let watched: WatchedPage;
let page: Page;

const hasChromium = needChromium();
beforeAll(async () => {
  if (!hasChromium) return;
  setting = await Setting.make();
  program = setting.start('library', setting.photos);
  watched = await setting.visit(program);
  page = watched.page;
  await waitUntilReady(page);
}, 400_000);
afterAll(async () => {
  if (hasChromium) await setting.end();
});

const surface = (): Locator => page.getByRole('application', { name: /^Map of \d+ photos$/ });

/** Presses this button, and writes what is exported to a file. */
async function exportedBy(button: string, name: string): Promise<unknown> {
  await page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export as JSON' });
  const path = join(setting.folder, name);
  await chooseFile(program, dialog, path);
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const written = page.getByRole('dialog', { name: 'Written' });
  await written.getByText(name).waitFor();
  await written.getByRole('button', { name: 'Done' }).click();
  await written.waitFor({ state: 'hidden' });
  return JSON.parse(await readFile(path, 'utf8'));
}

/** How many different colours there are on the map, each on at least so many pixels. */
async function paintedColours(leastPixels: number): Promise<number> {
  // Not read from the canvas itself: Chromium remarks on that when it is done again and again.
  const picture = await surface().locator('canvas').screenshot();
  const { data } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixels = new Map<number, number>();
  for (let i = 0; i < data.length; i += 3) {
    const colour = data.readUIntBE(i, 3);
    pixels.set(colour, (pixels.get(colour) ?? 0) + 1);
  }
  return [...pixels.values()].filter((count) => count >= leastPixels).length;
}

async function middle(): Promise<{ x: number; y: number }> {
  const box = await surface().boundingBox();
  if (box === null) throw new Error('the map is not shown');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

it('is made when it is asked for, once, and shows the clusters by colour and in words', async () => {
  await page.getByRole('link', { name: 'Map', exact: true }).click();
  await page.getByRole('heading', { name: 'No map yet' }).waitFor();
  await page.getByRole('button', { name: 'Make the map' }).click();
  await surface().waitFor({ timeout: patience });
  // The sample photos are told apart so well that it may round to 1.
  await page.getByText(/trustworthiness (0\.9\d{2}|1\.000)/).waitFor();
  // More than the edges of dots, where colours mix.
  await expect.poll(() => paintedColours(50)).toBeGreaterThan(4);
  const legend = page.getByRole('region', { name: 'Clusters' });
  expect(await legend.getByRole('button', { name: /^Cluster \d+ \d+$/ }).count()).toBeGreaterThan(
    4,
  );
  await page.reload();
  await surface().waitFor();
  const document = mapDocument.parse(await exportedBy('Export', 'map.json'));
  expect(document.photos.length).toBeGreaterThan(50);
  const trust = document.trustworthiness?.toFixed(3) ?? 'none';
  await page.getByText(`trustworthiness ${trust}`).waitFor();
});

it('a lasso selects photos, which are named, kept, called back and exported', async () => {
  const { x, y } = await middle();
  await page.getByRole('button', { name: 'Select with a lasso' }).click();
  await page.mouse.move(x - 250, y - 250);
  await page.mouse.down();
  for (const [dx, dy] of [
    [250, -250],
    [250, 250],
    [-250, 250],
  ] as const)
    await page.mouse.move(x + dx, y + dy, { steps: 5 });
  await page.mouse.up();
  const heading = page.getByRole('heading', { name: /^\d+ photos? selected$/ });
  const selected = Number.parseInt(await heading.innerText());
  expect(selected).toBeGreaterThan(3);
  const strip = page.getByRole('list', { name: 'Selected photos' });
  expect(await strip.getByRole('link').count()).toBe(Math.min(selected, 24));

  await page.getByLabel('Name of the selection').fill('In the middle');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.getByRole('button', { name: 'Kept', exact: true }).waitFor();
  const written = selectionDocument.parse(await exportedBy('Export selection', 'selection.json'));
  expect(written.name).toBe('In the middle');
  expect(written.photos).toHaveLength(selected);

  await page.getByRole('button', { name: 'Select nothing' }).click();
  await heading.waitFor({ state: 'hidden' });
  const kept = page.getByRole('region', { name: 'Kept selections' });
  await kept.getByRole('button', { name: `In the middle ${selected}` }).click();
  expect(await heading.innerText()).toBe(`${selected} photos selected`);
  await kept.getByRole('button', { name: 'Forget In the middle' }).click();
  await kept.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Select nothing' }).click();
});

it('a cluster is selected from the list, and photos are gone through by keys', async () => {
  const first = page.getByRole('region', { name: 'Clusters' }).getByRole('button').first();
  const size = Number(/ (\d+)$/.exec((await first.innerText()).replaceAll(/\s+/g, ' '))?.[1]);
  await first.click();
  await page.getByRole('heading', { name: `${size} photos selected` }).waitFor();
  await page.getByRole('button', { name: 'Select nothing' }).click();

  await surface().focus();
  await page.keyboard.press('ArrowRight');
  const told = page.getByText(/^\S.*, (Cluster \d+|Not in a cluster)$/);
  await told.first().waitFor({ state: 'attached' });
  await page.keyboard.press('Space');
  await page.getByRole('heading', { name: '1 photo selected' }).waitFor();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await fiveLookalikes(page);
  await page.goBack();
  await surface().waitFor();
});

it('from near, photos are pictures, and a click finds the lookalikes of one', async () => {
  await surface().focus();
  await page.keyboard.press('ArrowRight');
  for (let i = 0; i < 4; i++) await page.keyboard.press('+');
  // Pictures have far more colours than marks.
  await expect.poll(() => paintedColours(1), { timeout: patience }).toBeGreaterThan(1000);
  await page.keyboard.press('0');
  const box = await surface().boundingBox();
  if (box === null) throw new Error('the map is not shown');
  const card = page.locator('figure.card');
  // Wherever the first photo is that the pointer meets.
  search: for (let dy = 40; dy < box.height; dy += 8)
    for (let dx = 20; dx < box.width; dx += 12) {
      await page.mouse.move(box.x + dx, box.y + dy);
      if (await card.isVisible()) break search;
    }
  await page.mouse.down();
  await page.mouse.up();
  await fiveLookalikes(page);
  expect(watched.trouble).toEqual([]);
});

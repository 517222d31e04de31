/**
 * Makes the screenshots of the README: `npm run screenshots`. It starts the program with an empty
 * library, lets it draw its own sample photos as a new user would, and photographs what it shows.
 * Drawing and indexing take a few minutes. Needs Chromium.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { launchChromium, openPage } from '../test/support/browser.ts';
import { startWebProgram } from '../test/support/web-program.ts';

const target = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
/** Milliseconds without a new photo after which all samples are drawn. */
const quietTime = 20_000;

const library = await mkdtemp(join(tmpdir(), 'lookalike-screenshots-'));
await mkdir(target, { recursive: true });
const browser = await launchChromium();
const program = startWebProgram('--library', library);
const look = { deviceScaleFactor: 2, reducedMotion: 'reduce' } as const;
try {
  const address = (await program.address).href;
  const { page } = await openPage(browser, { ...look, colorScheme: 'dark' });
  await page.goto(address);
  await page.getByRole('button', { name: 'Choose a folder' }).waitFor();
  await shoot(page, 'welcome');

  await page.getByRole('button', { name: 'Try it with sample photos' }).click();
  await allSamples(page);
  await shoot(page, 'photos');

  // From the cover of the lighthouses to one of its lookalikes, so that the way is seen as well.
  await search(page, join(library, 'samples', 'lighthouse', 'lighthouse-02.jpg'));
  await page
    .getByRole('region', { name: 'Query' })
    .getByRole('link', { name: /^Cluster/ })
    .click();
  await page
    .getByRole('gridcell', { name: /^lighthouse/ })
    .first()
    .click();
  await page.getByRole('link', { name: /^Lookalike 2/ }).click();
  await page.getByRole('list', { name: 'The way here' }).waitFor();
  await shoot(page, 'lookalikes');

  const { page: light } = await openPage(browser, { ...look, colorScheme: 'light' });
  await light.goto(address);
  await light.getByRole('link', { name: /^Clusters/ }).click();
  await light.getByRole('heading', { name: /^\d+ clusters$/ }).waitFor();
  await shoot(light, 'clusters');
} finally {
  await browser.close();
  program.process.kill('SIGTERM');
  await program.ended;
  await rm(library, { recursive: true });
}

/** Waits until no photo is added any more, and clusters are found. */
async function allSamples(page: Page): Promise<void> {
  const photos = page.getByRole('link', { name: /^Photos \d+$/ });
  await photos.waitFor();
  let before: string | null = null;
  for (let now = await photos.innerText(); now !== before; now = await photos.innerText()) {
    before = now;
    await page.waitForTimeout(quietTime);
  }
  await page.getByText('Up to date').waitFor();
  await page.getByRole('link', { name: /^Clusters \d+$/ }).waitFor();
}

/** Finds the lookalikes of a file by its path. */
async function search(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Search by picture' }).click();
  await page.getByLabel('Name, path or address').fill(path);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /^Lookalike 1/ }).waitFor();
}

/** Writes what the page shows, once all its pictures are there. */
async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForLoadState('networkidle');
  // Asked from here: the page's policy forbids what asks again and again from within.
  while (!(await page.evaluate('[...document.images].every((image) => image.complete)')))
    await page.waitForTimeout(100);
  const file = join(target, `${name}.webp`);
  const { size } = await sharp(await page.screenshot())
    .webp({ quality: 82 })
    .toFile(file);
  console.log(`${file}, ${Math.round(size / 1000)} KB`);
}

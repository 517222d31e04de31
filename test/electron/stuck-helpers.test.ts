/** Helper processes that never become ready: the person is told, and the program goes on living. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Result } from '../../engine/contract.ts';
import { lookalikeLinks, needChromium, photoInGrid, waitUntilReady } from '../browser/setting.ts';
import { ask, Desk } from './desk.ts';
import { stuckFile } from './stand-in/place.ts';

let desk: Desk;
const hasChromium = needChromium();
beforeAll(async () => {
  if (hasChromium) desk = await Desk.make('tea-cup', 'clock', 'lighthouse');
}, 300_000);
afterAll(async () => {
  if (hasChromium) await desk.end();
});

/** From now on helpers with this in their file's name hang when they start; null for none. */
async function stick(system: string, entry: 'search' | 'decoder' | null): Promise<void> {
  const folder = join(desk.folder, system, 'helpers');
  await mkdir(folder, { recursive: true });
  if (entry === null) await rm(join(folder, stuckFile));
  else await writeFile(join(folder, stuckFile), `${entry}-process`);
}

async function library(page: Page): Promise<Result<'library.get'>> {
  const reply = await ask(page, 'library.get');
  if ('error' in reply) throw new Error(reply.error.message);
  return reply.result as Result<'library.get'>;
}

it('without a search process photos are shown, and a click on one tells what is wrong', async () => {
  const first = desk.start('search', '--library', 'library', desk.photos);
  await waitUntilReady(await first.page());
  await first.quit();

  await stick('search', 'search');
  const program = desk.start('search', '--library', 'library');
  const page = await program.page();
  const { cell } = await photoInGrid(page, /^tea-cup-\d\d\.jpg$/);
  await cell.click();
  const told = page.getByText(/The search process takes too long to start\. Try once more/);
  await told.first().waitFor({ timeout: 60_000 });

  // The rest works on, and searching too once that is possible again.
  expect((await library(page)).photos).toBeGreaterThan(20);
  await stick('search', null);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => lookalikeLinks(page).count()).toBe(5);
  await program.quit();
});

it(
  'without a decoder nothing is indexed, which is no fault of the photos',
  { timeout: 180_000 },
  async () => {
    await stick('decoder', 'decoder');
    const program = desk.start('decoder', '--library', 'library', desk.photos);
    const page = await program.page();
    const told = page.getByText(/The decoder process takes too long to start\. Try once more/);
    // Two photos are under way at once, and each waits half a minute for a decoder.
    await told.first().waitFor({ timeout: 100_000 });
    const { indexing, problems } = await library(page);
    expect(problems).toBe(0);
    expect(indexing.state).toBe('idle');

    await stick('decoder', null);
    await ask(page, 'indexing.start');
    await waitUntilReady(page);
    expect((await library(page)).photos).toBeGreaterThan(20);
    await program.quit();
  },
);

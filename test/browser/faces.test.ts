/** People: a face is a query, and clusters of faces are people. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { expectTrouble, type WatchedPage } from '../support/browser.ts';
import { writePeople } from '../support/people.ts';
import { hasSharedPhotos, withoutSharedPhotos } from '../support/shared-photos.ts';
import {
  host,
  lookalikeLinks,
  needChromium,
  patience,
  photoInGrid,
  queryName,
  Setting,
  waitUntilReady,
  type StartedProgram,
} from './setting.ts';

const hasChromium = needChromium() && hasSharedPhotos;

describe.skipIf(!hasSharedPhotos)(`people${withoutSharedPhotos}`, () => {
  let setting: Setting;
  let program: StartedProgram;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    if (!hasChromium) return;
    setting = await Setting.make();
    const photos = join(setting.folder, 'People');
    await mkdir(photos);
    await writePeople(photos);
    program = setting.start('library of people', photos);
  }, 400_000);
  afterAll(async () => {
    if (hasChromium) await setting.end();
  });
  beforeEach(async () => {
    if (!hasChromium) return;
    watched = await setting.visit(program);
    page = watched.page;
    onTestFinished(async () => {
      await setting.leave(watched);
      expect(watched.trouble).toEqual([]);
    });
  });

  const method = (name: string) => page.getByLabel('How photos are compared').selectOption(name);
  const people = (): Promise<string[]> =>
    lookalikeLinks(page).evaluateAll((links) =>
      links.map(
        (link) => /person-\d/.exec((link as unknown as { title: string }).title)?.[0] ?? '',
      ),
    );

  it('of a photo of two, each face is a query by itself', async () => {
    await waitUntilReady(page);
    await (await photoInGrid(page, /^group\.jpg$/)).cell.click();
    await queryName(page, 'group.jpg').waitFor();
    await method('Faces');
    const face = (name: string) =>
      page.getByRole('region', { name: 'Query' }).getByRole('button', { name });
    await face('Face 1 of 2').waitFor({ timeout: patience });
    await expect.poll(people, { timeout: patience }).toEqual(Array(4).fill('person-1'));
    expect(await face('Face 1 of 2').getAttribute('aria-pressed')).toBe('true');
    // By the keyboard, as by a click.
    await face('Face 2 of 2').focus();
    await page.keyboard.press('Enter');
    await expect.poll(people, { timeout: patience }).toEqual(Array(4).fill('person-2'));
    expect(await face('Face 2 of 2').getAttribute('aria-pressed')).toBe('true');
    expect(page.url()).toContain('?face=1');

    // The way back, and a reload, lead to the same face.
    await lookalikeLinks(page).first().click();
    await queryName(page, 'group.jpg').waitFor({ state: 'hidden' });
    await page.goBack();
    await expect.poll(people, { timeout: patience }).toEqual(Array(4).fill('person-2'));
    await page.reload();
    await expect.poll(people, { timeout: patience }).toEqual(Array(4).fill('person-2'));
    expect(await face('Face 2 of 2').getAttribute('aria-pressed')).toBe('true');
  }, 120_000);

  it('are found as clusters, and called so', async () => {
    await page
      .getByRole('link', { name: /^Clusters/ })
      .first()
      .click();
    await method('Faces');
    const heading = page.getByRole('heading', { level: 1 });
    await expect.poll(() => heading.innerText(), { timeout: patience }).toBe('4 people');
    await page.getByRole('link', { name: /^Person 1, 5 photos$/ }).click();
    await page.getByRole('grid', { name: /^Person 1, 5 photos$/ }).waitFor();
  }, 120_000);

  it('a photo without a face says that it has none', async () => {
    await (await photoInGrid(page, /^pattern\.jpg$/)).cell.click();
    await method('Faces');
    await page.getByText('No face was found in pattern.jpg.').waitFor({ timeout: patience });
    // It is asked again as soon as all photos are looked at, and refused again.
    await page.waitForLoadState('networkidle');
    if (host === 'web') expect(expectTrouble(watched, /lookalikes\.find/)).toBe(true);
  }, 120_000);
});

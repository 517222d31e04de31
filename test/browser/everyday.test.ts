/** What a person does with a library that is indexed: lookalikes, clusters, problems, export. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  challengeDocument,
  clustersDocument,
  exportDocument,
  lookalikesDocument,
  sideBySideDocument,
} from '../../engine/documents.ts';
import { clustersByMethodDocument } from '../../engine/clusters-by-method.ts';
import type { WatchedPage } from '../support/browser.ts';
import {
  expectLookalikesOf,
  expectRefusal,
  fiveLookalikes,
  lookalikeLinks,
  patience,
  photoInGrid,
  pictureOutside,
  queryName,
  type Setting,
  themeOf,
  waitUntilReady,
} from './setting.ts';
import { exportTo, useVisits } from './use-setting.ts';

let outside: Buffer;
const here = useVisits(async (setting) => {
  await addBrokenFiles(setting);
  outside = await pictureOutside(setting);
  const program = setting.start('library', setting.photos);
  await waitUntilReady((await setting.visit(program)).page);
  return program;
});

let watched: WatchedPage;
let page: Page;
beforeEach(() => {
  ({ watched, page } = here);
});

describe('lookalikes', () => {
  it('of a photo, of one of them, and back again', async () => {
    const { cell, name } = await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
    await cell.click();
    await queryName(page, name).waitFor();
    const [first] = await expectLookalikesOf(page, name);

    await lookalikeLinks(page).first().click();
    await queryName(page, first?.name ?? '').waitFor();
    await expectLookalikesOf(page, name.replace(/\d+/, '0'));
    const way = page.getByRole('list', { name: 'The way here' });
    await way.getByRole('button', { name: first?.name ?? '', exact: true }).waitFor();
    await way.getByRole('button', { name, exact: true }).click();
    await queryName(page, name).waitFor();
    await page.goForward();
    await queryName(page, first?.name ?? '').waitFor();

    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await queryName(page, name).waitFor();
    await page.goBack();
    await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
  });

  it('are compared at the same zoom', async () => {
    await (await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/)).cell.click();
    await fiveLookalikes(page);
    await page.getByRole('button', { name: 'Compare' }).click();
    const dialog = page.getByRole('dialog', { name: 'Compare' });
    await dialog.getByText(/similarity 0\.\d\d/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('are never copies of the photo, which are listed beside it', async () => {
    const { cell, name } = await photoInGrid(page, / copy\.jpg$/);
    await cell.click();
    await queryName(page, name).waitFor();
    const original = name.replace(' copy', '');
    const query = page.getByRole('region', { name: 'Query' });
    await query.getByRole('link', { name: new RegExp(`/${original}$`) }).waitFor();
    const five = await expectLookalikesOf(page, name);
    expect(five.map((lookalike) => lookalike.name)).not.toContain(original);
  });

  it('Back leads to where the focus was', async () => {
    const { cell, name } = await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
    await cell.click();
    await fiveLookalikes(page);
    const third = lookalikeLinks(page).nth(2);
    await third.click();
    await queryName(page, name).waitFor({ state: 'hidden' });
    await fiveLookalikes(page);

    await page.goBack();
    await queryName(page, name).waitFor();
    await third.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    const grid = page.getByRole('grid', { name: /^Photos/ });
    await grid.and(page.locator(':focus')).waitFor();
    await page.getByRole('gridcell', { name, exact: true, selected: true }).waitFor();
  });

  it('are all that are nearer than a distance, kept in the address of the page', async () => {
    const { cell, name } = await photoInGrid(page, /^lighthouse-\d\d\.jpg$/);
    await cell.click();
    await expectLookalikesOf(page, name);
    await page.getByRole('button', { name: 'All nearer than …' }).click();
    const slider = page.getByRole('slider', { name: 'Largest distance' });
    // All at once, and as text: results may be others a moment later, and these types know no page.
    const labels = `[...document.querySelectorAll('[data-results] a')].map((link) => link.getAttribute('aria-label') ?? '')`;
    const similarities = async () =>
      (await page.evaluate<string[]>(labels)).map((label) =>
        Number(/similarity (-?[\d.]+)$/.exec(label)?.[1]),
      );
    const least = () => similarities().then((found) => Math.min(...found));
    await slider.fill('0.3');
    await expect.poll(() => page.url()).toMatch(/#\/photo\/\d+\?within=0\.3$/);
    await expect.poll(least).toBeGreaterThanOrEqual(0.7);
    const before = (await similarities()).length;
    await slider.press('ArrowRight');
    await expect.poll(() => page.url()).toMatch(/within=0\.31$/);
    await slider.fill('0.6');
    await expect.poll(async () => (await similarities()).length).toBeGreaterThan(before);
    expect(await least()).toBeGreaterThanOrEqual(0.4);

    await page.reload();
    await expect.poll(() => slider.inputValue()).toBe('0.6');
    await slider.fill('0');
    await page.getByText('No photo is within a distance of 0.00').waitFor();
    await page.getByRole('button', { name: 'The nearest' }).click();
    await expectLookalikesOf(page, name);
    expect(page.url()).not.toContain('within');
    await page.goBack();
    await photoInGrid(page, /-\d\d/);
  });

  it('a photo that is gone says so', async () => {
    await page.evaluate(`location.hash = '#/photo/99999'`);
    await page.getByRole('heading', { name: 'No longer here' }).waitFor();
    expectRefusal(watched, /404.*(lookalikes\.find|photos\.get|99999)/);
  });
});

describe('clusters', () => {
  it('hold one theme each, and are renamed for good', async () => {
    await page.getByRole('link', { name: /^Clusters/ }).click();
    await page.getByRole('link', { name: /^Cluster 2, \d+ photos$/ }).click();
    const grid = page.getByRole('grid', { name: /^Cluster 2/ });
    await expect
      .poll(() => grid.getByRole('gridcell', { name: /-\d\d/ }).count(), { timeout: 20_000 })
      .toBeGreaterThan(4);
    const titles = await Promise.all(
      (await grid.getByRole('link').all()).map((link) => link.getAttribute('title')),
    );
    expect(new Set(titles.map((title) => themeOf(title ?? ''))).size, titles.join()).toBe(1);

    await page.getByRole('heading').getByRole('button', { name: 'Cluster 2' }).click();
    await page.getByLabel('Name of the cluster').fill('The second');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The second' }).waitFor();

    // It survives another run and another visit.
    await page
      .getByRole('link', { name: /^Clusters/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Automatic' }).click();
    await page.reload();
    await page.getByRole('link', { name: /^The second, \d+ photos$/ }).waitFor();
  });

  it('Back from one leads to its card', async () => {
    await page.getByRole('link', { name: /^Clusters/ }).click();
    const card = page.getByRole('link', { name: /^Cluster 5, \d+ photos$/ });
    await card.click();
    await page.getByRole('grid', { name: /^Cluster 5/ }).waitFor();
    await page.keyboard.press('Escape');
    await card.and(page.locator(':focus')).waitFor();
  });

  it('have their whole header in a narrow window, the name of the method with it', async () => {
    const size = page.viewportSize() ?? { width: 1440, height: 900 };
    onTestFinished(() => page.setViewportSize(size));
    await page.getByRole('link', { name: /^Clusters/ }).click();
    const method = page.getByLabel('How photos are compared');
    const widthIn = async (width: number): Promise<number | undefined> => {
      await page.setViewportSize({ ...size, width });
      const header = page.getByRole('main').locator('header');
      const [content, room] = await header.evaluate((element) => {
        const one = element as unknown as { scrollWidth: number; clientWidth: number };
        return [one.scrollWidth, one.clientWidth];
      });
      expect(content, `a window of ${width} pixels`).toBe(room);
      return (await method.boundingBox())?.width;
    };
    const whole = await widthIn(size.width);
    expect([await widthIn(1000), await widthIn(640)]).toEqual([whole, whole]);
  });

  it('of each method stand beside each other among the methods', async () => {
    await page.getByRole('link', { name: 'Methods' }).click();
    const row = page.getByRole('row', { name: /^ImageNet features/ });
    const [, clusters, photos, noise] = await row.getByRole('cell').allInnerTexts();
    const document = clustersByMethodDocument.parse(await exportTo(here, 'by method.json'));
    const found = document.methods.find(({ id }) => id === 'imagenet')?.found;
    const told = [found?.clusters, found?.clustered, found?.noise];
    expect(told.map(String)).toEqual([clusters, photos, noise]);
    await row.getByRole('link', { name: 'ImageNet features' }).click();
    await page.getByRole('heading', { name: `${clusters} clusters` }).waitFor();
    await page.getByText(`${photos} photos · ${noise} not in a cluster`).waitFor();
  });

  it('follow the slider, and return with Automatic', async () => {
    await page.getByRole('link', { name: /^Clusters/ }).click();
    const heading = page.getByRole('heading', { name: /^\d+ clusters?$/ });
    const automatic = page.getByRole('button', { name: 'Automatic' });
    const before = await heading.innerText();
    expect(await automatic.getAttribute('aria-pressed')).toBe('true');

    await page.getByRole('slider', { name: /^How alike/ }).fill('0.1');
    await expect.poll(() => heading.innerText()).not.toBe(before);
    await expect.poll(() => automatic.getAttribute('aria-pressed')).toBe('false');
    const cards = page.getByRole('main').getByRole('link', { name: /, \d+ photos$/ });
    await expect.poll(() => cards.count()).toBe(Number.parseInt(await heading.innerText()));

    const noise = page.getByRole('link', { name: /^Not in a cluster/ });
    // Its card may be below the edge of the window, where Chromium lays no text out.
    const left = /\d+/.exec((await noise.textContent()) ?? '')?.[0] ?? '';
    await noise.click();
    await page.getByRole('grid', { name: `Not in a cluster, ${left} photos` }).waitFor();
    await page.goBack();

    await automatic.click();
    await expect.poll(() => heading.innerText()).toBe(before);
    expect(await automatic.getAttribute('aria-pressed')).toBe('true');
  });

  it('are as many as one likes with k-means, and a picture from outside falls into one', async () => {
    await page.getByRole('link', { name: /^Clusters/ }).click();
    const heading = page.getByRole('heading', { name: /^\d+ clusters?$/ });
    const before = await heading.innerText();
    const dbscan = page.getByRole('button', { name: 'DBSCAN' });
    const kMeans = page.getByRole('button', { name: 'k-means' });
    expect(await dbscan.getAttribute('aria-pressed')).toBe('true');

    await kMeans.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => heading.innerText(), { timeout: patience }).toBe('4 clusters');
    expect(await kMeans.getAttribute('aria-pressed')).toBe('true');
    const slider = page.getByRole('slider', { name: 'How many clusters' });
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => heading.innerText(), { timeout: patience }).toBe('5 clusters');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^5 clusters, silhouette /);
    const cards = page.getByRole('main').getByRole('link', { name: /, \d+ photos?$/ });
    await expect.poll(() => cards.count()).toBe(5);

    await page.getByRole('link', { name: /^Photos/ }).click();
    await page.getByRole('button', { name: 'Search by picture' }).click();
    const file = { name: 'falls.png', mimeType: 'image/png', buffer: outside };
    await page.getByLabel('Choose a picture').setInputFiles(file);
    const falls = page.getByRole('region', { name: 'Query' }).getByText(/^Falls into/);
    await falls.getByRole('link').click();
    await page.getByRole('grid', { name: /, \d+ photos$/ }).waitFor();

    // What follows is about DBSCAN's clusters again.
    await page
      .getByRole('link', { name: /^Clusters/ })
      .first()
      .click();
    await dbscan.click();
    await expect.poll(() => heading.innerText(), { timeout: patience }).toBe(before);
  });
});

it('a reload of the page leads to the same place among the photos', async () => {
  const grid = page.getByRole('grid', { name: /^Photos/ });
  await photoInGrid(page, /-\d\d/);
  for (const key of ['Home', 'End', 'ArrowUp']) await page.keyboard.press(key);
  const current = page.getByRole('gridcell', { selected: true }).getByRole('link');
  const place = async () => ({
    top: await grid.evaluate((element) => (element as unknown as { scrollTop: number }).scrollTop),
    photo: await current.getAttribute('title'),
  });
  await expect.poll(place).toMatchObject({ photo: expect.stringMatching(/-\d\d/) as string });
  const before = await place();
  expect(before.top).toBeGreaterThan(500);
  await page.reload();
  await expect.poll(place).toEqual(before);
});

it('problems are listed with the reason for each', async () => {
  await page.getByRole('link', { name: /^Problems/ }).click();
  const main = page.getByRole('main');
  for (const [heading, file] of [
    ['Damaged, but used', 'half.jpg'],
    ['Empty files', 'empty.jpg'],
    ['Not photos', 'letter.jpg'],
  ] as const) {
    await main.getByRole('heading', { name: heading }).waitFor();
    await main.getByText(file, { exact: true }).waitFor();
  }
  expect(await main.innerText()).not.toMatch(/undefined|\[object|Error:/);
  await page.getByRole('link', { name: 'Problems 3' }).waitFor();
});

describe('export', () => {
  it('of the library is a document that says what the pages show', async () => {
    const document = exportDocument.parse(await exportTo(here, 'library.json'));
    expect(document.folders).toEqual([here.setting.photos]);
    const shown = await page.getByRole('link', { name: /^Photos \d+$/ }).innerText();
    expect(document.photos).toHaveLength(Number(/\d+/.exec(shown)?.[0]));
    for (const { path, lookalikes } of document.photos) {
      expect(path.startsWith(here.setting.photos)).toBe(true);
      expect(lookalikes).toHaveLength(5);
    }
    expect(document.clusters.length).toBeGreaterThan(10);
  });

  it('of the lookalikes of a photo holds the five that are shown', async () => {
    const { cell } = await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
    await cell.click();
    const five = await fiveLookalikes(page);
    const document = lookalikesDocument.parse(await exportTo(here, 'lookalikes.json'));
    expect(document.lookalikes.map(({ path }) => path.split('/').at(-1))).toEqual(
      five.map(({ name }) => name),
    );
  });

  it('of several methods side by side holds what each is shown to find', async () => {
    const { cell, name } = await photoInGrid(page, /^[a-z-]+-\d\d\.jpg$/);
    await cell.click();
    await page.getByRole('button', { name: 'Side by side' }).click();
    const row = page.locator('.row[data-method="imagenet"]');
    await expect.poll(() => row.getByRole('link').count()).toBe(5);
    const shown = await Promise.all(
      (await row.getByRole('link').all()).map((link) => link.getAttribute('title')),
    );
    const document = sideBySideDocument.parse(await exportTo(here, 'side by side.json'));
    expect(document.query.path.split('/').at(-1)).toBe(name);
    const [imagenet] = document.methods;
    expect(imagenet?.lookalikes.map(({ path }) => path)).toEqual(shown);
    await page.getByRole('button', { name: 'Side by side' }).click();
  });

  it('in the challenge format holds what is like the photos of a folder', async () => {
    await photoInGrid(page, /-\d\d/);
    const document = challengeDocument.parse(
      await exportTo(here, 'challenge.json', async (dialog) => {
        await dialog.getByLabel('As retrieval challenges ask for').check();
        const button = dialog.getByRole('button', { name: 'Export' });
        expect(await button.isDisabled()).toBe(true);
        await dialog.getByLabel('Group').fill('us');
        const queries = dialog.getByLabel('Queries');
        await queries
          .getByRole('option', { name: /› lighthouse · / })
          .waitFor({ state: 'attached' });
        await queries.selectOption(join(here.setting.photos, 'lighthouse'));
        await dialog.getByLabel('Results').fill('3');
      }),
    );
    expect(document.groupname).toBe('us');
    const found = Object.entries(document.images);
    expect(found.length).toBeGreaterThan(3);
    for (const [query, names] of found) {
      expect(query).toMatch(/^lighthouse-\d\d/);
      expect(names).toHaveLength(3);
      expect(names.filter((name) => name.startsWith('lighthouse/'))).toEqual([]);
    }
  });

  it('of the clusters holds all that are shown', async () => {
    await page.getByRole('link', { name: /^Clusters/ }).click();
    const heading = page.getByRole('heading', { name: /^\d+ clusters$/ });
    const document = clustersDocument.parse(await exportTo(here, 'clusters.json'));
    expect(document.clusters).toHaveLength(Number.parseInt(await heading.innerText()));

    // The page of one cluster offers the same.
    await page
      .getByRole('link', { name: /, \d+ photos$/ })
      .first()
      .click();
    await page.getByRole('grid').waitFor();
    const again = clustersDocument.parse(await exportTo(here, 'clusters again.json'));
    expect(again.clusters).toEqual(document.clusters);
  });
});

it('a photo that is put into a folder appears by itself, and leaves with its file', async () => {
  const photos = page.getByRole('link', { name: /^Photos \d+$/ });
  const before = Number(/\d+/.exec(await photos.innerText())?.[0]);
  const path = join(here.setting.photos, 'lighthouse', 'lighthouse-98.png');
  for (const [change, count] of [
    [() => writeFile(path, outside), before + 1],
    [() => rm(path), before],
  ] as const) {
    await change();
    await page
      .getByRole('link', { name: `Photos ${count}`, exact: true })
      .waitFor({ timeout: patience });
  }
});

/** Files as they are found among photos: cut off, empty, and no photo at all. */
async function addBrokenFiles(setting: Setting): Promise<void> {
  const folder = join(setting.photos, 'broken');
  const photo = await readFile(join(setting.photos, 'desert', 'desert-01.jpg'));
  await mkdir(folder);
  await writeFile(join(folder, 'half.jpg'), photo.subarray(0, photo.length / 2));
  await writeFile(join(folder, 'empty.jpg'), '');
  await writeFile(join(folder, 'letter.jpg'), 'Dear diary, today I took no photo.\n');
}

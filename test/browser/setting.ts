/**
 * What the browser tests share: the real program with a library and photos in a temporary folder,
 * and how a person finds their way in the page.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { beforeEach, expect } from 'vitest';
import { launchChromium, missingChromium, openPage, type WatchedPage } from '../support/browser.ts';
import { samplePhotos } from '../support/sample-photos.ts';
import { startWebProgram, type WebProgram } from '../support/web-program.ts';

/** Milliseconds for what may have to wait for indexing, on a machine that is busy. */
export const patience = 60_000;

/** Skips every test of the file where there is no browser, saying so; whether there is one. */
export function needChromium(): boolean {
  const missing = missingChromium();
  beforeEach(({ skip }) => {
    skip(missing !== false, String(missing));
  });
  return missing === false;
}

/** A temporary folder with sample photos in it, a place for libraries, programs and one browser. */
export class Setting {
  /** Everything of this setting is in here. */
  readonly folder: string;
  /** Holds the sample photos: a subfolder per theme. */
  readonly photos: string;
  readonly browser: Browser;
  readonly #programs: WebProgram[] = [];

  private constructor(folder: string, browser: Browser) {
    this.folder = folder;
    this.photos = join(folder, 'My photos');
    this.browser = browser;
  }

  /** May have to draw the sample photos first: give it 5 minutes. */
  static async make(): Promise<Setting> {
    const samples = await samplePhotos();
    const folder = await mkdtemp(join(tmpdir(), 'lookalike-browser-'));
    const setting = new Setting(folder, await launchChromium());
    await mkdir(setting.photos);
    await cp(samples, setting.photos, { recursive: true });
    return setting;
  }

  /** Starts the program with the library of that name, a new one unless it was used before. */
  start(library: string, ...args: string[]): WebProgram {
    const program = startWebProgram('--library', join(this.folder, library), ...args);
    this.#programs.push(program);
    return program;
  }

  /** A page after the printed address was opened in a new browser profile. */
  async visit(program: WebProgram, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const watched = await openPage(this.browser, options);
    await watched.page.goto((await program.address).href);
    return watched;
  }

  async end(): Promise<void> {
    await this.browser.close();
    for (const program of this.#programs) {
      program.process.kill('SIGTERM');
      await program.ended;
    }
    await rm(this.folder, { recursive: true, maxRetries: 3 });
  }
}

/** Waits until all photos are indexed and clusters are found. */
export async function waitUntilReady(page: Page): Promise<void> {
  const indexing = page.getByRole('region', { name: 'Indexing' });
  await indexing.getByText('Up to date').waitFor({ timeout: patience });
  await page.getByRole('link', { name: /^Clusters \d+$/ }).waitFor({ timeout: patience });
}

/** The first photo of the grid that has such a name, and what its name is. */
export async function photoInGrid(
  page: Page,
  pattern: RegExp,
): Promise<{ cell: Locator; name: string }> {
  const cell = page.getByRole('gridcell', { name: pattern }).first();
  await cell.waitFor({ timeout: patience });
  return { cell, name: (await cell.getByRole('link').getAttribute('title')) ?? '' };
}

/** A lookalike as the page shows it. */
export interface Shown {
  rank: number;
  name: string;
  similarity: number;
}

/** The links of the five lookalikes that are shown large, in the order of the page. */
export function lookalikeLinks(page: Page): Locator {
  const region = page.getByRole('region', { name: 'Lookalikes' });
  return region.getByRole('link', { name: /^Lookalike \d/ });
}

/** The five lookalikes that are shown large; waits for them. */
export async function fiveLookalikes(page: Page): Promise<Shown[]> {
  const links = lookalikeLinks(page);
  await expect.poll(() => links.count(), { timeout: 20_000 }).toBe(5);
  const labels = await Promise.all(
    (await links.all()).map((link) => link.getAttribute('aria-label')),
  );
  return labels.map((label) => {
    const [, rank, name = '', similarity] =
      /^Lookalike (\d+): (.*), similarity (-?[\d.]+)$/.exec(label ?? '') ?? [];
    return { rank: Number(rank), name, similarity: Number(similarity) };
  });
}

/** Expects five lookalikes in order, all of the theme that the query is named after. */
export async function expectLookalikesOf(page: Page, query: string): Promise<Shown[]> {
  const five = await fiveLookalikes(page);
  expect(five.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
  const similarities = five.map(({ similarity }) => similarity);
  expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
  for (const { name } of five) {
    expect(themeOf(name), `${name} beside ${query}`).toBe(themeOf(query));
    expect(name).not.toBe(query);
  }
  return five;
}

/** The query that the page shows: its name. */
export function queryName(page: Page, name: string): Locator {
  return page.getByRole('region', { name: 'Query' }).getByText(name, { exact: true });
}

/** Sample photos are named after their theme: "tea-cup-03 copy.jpg" is one of "tea-cup". */
export function themeOf(name: string): string {
  const theme = /^(.+)-\d+\D*$/.exec(name)?.[1];
  if (theme === undefined) throw new Error(`${name} is not the name of a sample photo`);
  return theme;
}

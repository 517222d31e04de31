/**
 * What the browser tests share: the real program with a library and photos in a temporary folder,
 * and how a person finds their way in the page. The same scenarios run on the web app and on the
 * desktop app; what a person does differently there is here.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { beforeEach, expect, inject } from 'vitest';
import { bundleWhenStale } from '../electron/bundled.ts';
import { DesktopProgram } from '../electron/desktop-program.ts';
import { ElectronProgram, missingElectron } from '../electron/electron-program.ts';
import {
  expectTrouble,
  launchChromium,
  missingChromium,
  openPage,
  type WatchedPage,
} from '../support/browser.ts';
import { samplePhotos } from '../support/sample-photos.ts';
import { startWebProgram, type WebProgram } from '../support/web-program.ts';

/** Milliseconds for what may have to wait for indexing, on a machine that is busy. */
export const patience = 60_000;

declare module 'vitest' {
  interface ProvidedContext {
    /** Which app the scenarios are run on; see vitest.config.ts. */
    host: 'web' | 'desktop' | 'electron';
  }
}
export const host = inject('host');

export type StartedProgram = WebProgram | DesktopProgram | ElectronProgram;

/** Whether it is the desktop app, whose dialogs are those of the system. */
export function hasWindow(program: StartedProgram): program is DesktopProgram | ElectronProgram {
  return 'dialog' in program;
}

/** Skips every test of the file where there is no browser for it, saying so; whether there is one. */
export function needChromium(): boolean {
  const missing = host === 'electron' ? missingElectron() : missingChromium();
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
  readonly #browser: Browser | null;
  readonly #programs: StartedProgram[] = [];

  private constructor(folder: string, browser: Browser | null) {
    this.folder = folder;
    this.photos = join(folder, 'My photos');
    this.#browser = browser;
  }

  /** May have to draw the sample photos and to bundle the program first: give it 5 minutes. */
  static async make(): Promise<Setting> {
    if (host !== 'web') await bundleWhenStale();
    const samples = await samplePhotos();
    const folder = await mkdtemp(join(tmpdir(), 'lookalike-browser-'));
    const setting = new Setting(folder, host === 'web' ? await launchChromium() : null);
    await mkdir(setting.photos);
    await cp(samples, setting.photos, { recursive: true });
    return setting;
  }

  /** The browser of the web app. */
  get browser(): Browser {
    if (this.#browser === null) throw new Error('the desktop app brings a Chromium of its own');
    return this.#browser;
  }

  /** Starts the program with the library of that name, a new one unless it was used before. */
  start(library: string, ...args: string[]): StartedProgram {
    const given = ['--library', join(this.folder, library), ...args];
    // Each has a system of its own: on one, a second start goes to the first program.
    const system = join(this.folder, `system of ${library}`);
    const program = {
      web: () => startWebProgram(...given),
      desktop: () => new DesktopProgram(system, given),
      electron: () => new ElectronProgram(system, given),
    }[host]();
    this.#programs.push(program);
    return program;
  }

  /** The page as on a first visit: in a new browser profile, or in the window of the program. */
  async visit(program: StartedProgram, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    if (hasWindow(program)) return program.visit();
    const watched = await openPage(this.browser, options);
    await watched.page.goto((await program.address).href);
    return watched;
  }

  /** The end of a visit; the window of the desktop app stays open for the next. */
  async leave({ page }: WatchedPage): Promise<void> {
    if (host === 'web') await page.context().close();
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    for (const program of this.#programs) {
      program.process.kill('SIGTERM');
      await program.ended;
    }
    await rm(this.folder, { recursive: true, maxRetries: 3 });
  }
}

/** Presses "Choose a folder" and chooses this one, in the dialog that the app has for it. */
export async function chooseFolder(
  program: StartedProgram,
  page: Page,
  path: string,
): Promise<void> {
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  if (hasWindow(program)) {
    await (await program.dialog()).choose(path);
    return;
  }
  const dialog = page.getByRole('dialog', { name: 'Choose a folder with photos' });
  const folders = dialog.getByRole('list', { name: 'Folders' });
  await dialog.getByLabel('Path of the folder').fill(dirname(path));
  await dialog.getByLabel('Path of the folder').press('Enter');
  await folders.getByText(basename(path)).click();
  // Its subfolders are listed.
  await folders.getByText(basename(path)).waitFor({ state: 'hidden' });
  await dialog.getByRole('button', { name: 'Choose this folder' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Names the file that is exported to, in the dialog for exports. */
export async function chooseFile(
  program: StartedProgram,
  dialog: Locator,
  path: string,
): Promise<void> {
  await dialog.getByLabel('To a file of your choice').check();
  if (hasWindow(program)) {
    await dialog.getByRole('button', { name: 'Choose …' }).click();
    await (await program.dialog()).choose(path);
  } else await dialog.getByLabel('Path of the file').fill(path);
}

/**
 * Expects that the program refused something the page asked for. Chromium notes it as a failed
 * request of the web app; in the desktop app it notes only pictures that are not there.
 */
export function expectRefusal(watched: WatchedPage, pattern: RegExp): void {
  const noted = expectTrouble(watched, pattern);
  if (host === 'web') expect(noted).toBe(true);
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

/** A picture that is in no folder: a part of a lighthouse, in another format. */
export async function pictureOutside({ photos }: Setting): Promise<Buffer> {
  const path = join(photos, 'lighthouse', 'lighthouse-01.jpg');
  const { width, height } = await sharp(path).metadata();
  const [left, top] = [Math.round(width * 0.05), Math.round(height * 0.05)];
  return sharp(path)
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .png()
    .toBuffer();
}

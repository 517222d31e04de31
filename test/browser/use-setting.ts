/** What files of browser tests begin with: a setting for all their tests, and a visit for each. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import type { WatchedPage } from '../support/browser.ts';
import { chooseFile, needChromium, Setting, type StartedProgram } from './setting.ts';

/** Filled before the first test runs; without a browser all tests are skipped, and it stays empty. */
export interface InSetting {
  setting: Setting;
}

/** Makes a setting before the tests of a file, and ends it after them. */
export function useSetting(): InSetting {
  const here = {} as InSetting;
  const hasChromium = needChromium();
  beforeAll(async () => {
    if (hasChromium) here.setting = await Setting.make();
  }, 300_000);
  afterAll(async () => {
    if (hasChromium) await here.setting.end();
  });
  return here;
}

/** The program that all tests of a file visit, and the page as this test finds it. */
export interface Visit extends InSetting {
  program: StartedProgram;
  watched: WatchedPage;
  page: Page;
}

/**
 * Starts one program before the tests of a file. Each test finds its page as on a first visit, and
 * fails when the page was in trouble that the test did not expect.
 */
export function useVisits(start: (setting: Setting) => Promise<StartedProgram>): Visit {
  const here = useSetting() as Visit;
  beforeAll(async () => {
    // It is not there when all tests will be skipped.
    if ('setting' in here) here.program = await start(here.setting);
  }, 400_000);
  beforeEach(async () => {
    const { setting, program } = here;
    const watched = await setting.visit(program);
    here.watched = watched;
    here.page = watched.page;
    onTestFinished(async () => {
      await setting.leave(watched);
      expect(watched.trouble).toEqual([]);
    });
  });
  return here;
}

/** Exports what the page shows to a file of the person's choice, and reads it; `fill` does what else is asked for. */
export async function exportTo(
  { setting, program, page }: Visit,
  name: string,
  fill: (dialog: Locator) => Promise<void> = () => Promise.resolve(),
): Promise<unknown> {
  const path = join(setting.folder, name);
  await page.getByRole('main').getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export as JSON' });
  await fill(dialog);
  await chooseFile(program, dialog, path);
  await dialog.getByRole('button', { name: 'Export' }).click();
  const written = page.getByRole('dialog', { name: 'Written' });
  await written.getByText(path).waitFor();
  await written.getByRole('button', { name: 'Done' }).click();
  return JSON.parse(await readFile(path, 'utf8'));
}

/** The desktop app's starts and ends: who is first, what cannot be opened, and leaving in the middle of things. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Result } from '../../engine/contract.ts';
import { needChromium, patience, waitUntilReady } from '../browser/setting.ts';
import { ask, Desk } from './desk.ts';

let desk: Desk;
const hasChromium = needChromium();
beforeAll(async () => {
  if (hasChromium) desk = await Desk.make();
}, 300_000);
afterAll(async () => {
  if (hasChromium) await desk.end();
});

async function library(page: Page): Promise<Result<'library.get'>> {
  const reply = await ask(page, 'library.get');
  if ('error' in reply) throw new Error(reply.error.message);
  return reply.result as Result<'library.get'>;
}

const folders = async (page: Page) => (await library(page)).folders.map(({ name }) => name);

it('a second start hands its folder to the first and ends', async () => {
  const first = desk.start('one system', '--library', 'library', join(desk.photos, 'clock'));
  const page = await first.page();
  await first.do('minimize');
  const second = desk.start('one system', '--library', 'library', join(desk.photos, 'tea-cup'));
  expect(await second.ended).toBe(0);
  await expect.poll(() => folders(page), { timeout: patience }).toEqual(['clock', 'tea-cup']);
  expect(await first.do('windows')).toMatchObject([{ visible: true, minimized: false }]);
  expect(await first.records('BrowserWindow.focus')).not.toEqual([]);

  // What is opened with the program, as on macOS, comes the same way.
  await first.do('openFile', join(desk.photos, 'desert'));
  await expect.poll(() => folders(page)).toContain('desert');
  await first.do('openFile', join(desk.photos, 'nowhere'));
  await expect
    .poll(() => first.records('dialog.showErrorBox'))
    .toMatchObject([['The folder could not be added', expect.stringContaining('nowhere')]]);

  // Folders for another library are not mixed into this one.
  const other = desk.start('one system', '--library', 'other', join(desk.photos, 'tea-cup'));
  expect(await other.ended).toBe(0);
  await expect
    .poll(() => first.records('dialog.showErrorBox'))
    .toContainEqual(['Lookalike has another library open', expect.stringContaining('other')]);
  await first.quit();
});

it('a start while the first is leaving finds the program open, with its folder', async () => {
  const first = desk.start('leaving', '--library', 'library', desk.photos);
  await first.page();
  await mkdir(join(desk.folder, 'More'));
  // It stands still, so that it hears of both at once, in this order.
  first.process.kill('SIGSTOP');
  first.do('quit').catch(() => undefined);
  const second = desk.start('leaving', join(desk.folder, 'More'));
  expect(await second.ended).toBe(0);
  first.process.kill('SIGCONT');
  const again = desk.follow(await first.relaunched());
  const page = await again.page();
  await expect.poll(() => folders(page)).toEqual(['More', 'My photos']);
  await again.quit();
});

it('what was indexed before quitting is kept, and the next start goes on', async () => {
  const first = desk.start('quitting', '--library', 'library', desk.photos);
  const page = await first.page();
  const indexed = async () => (await library(page)).indexing.indexed;
  await expect.poll(indexed, { timeout: patience }).toBeGreaterThan(10);
  await first.do('closeWindow');
  expect(await first.ended).toBe(0);

  const second = desk.start('quitting', '--library', 'library');
  const next = await second.page();
  await waitUntilReady(next);
  const { indexing, photos, problems } = await library(next);
  expect(problems).toBe(0);
  expect(indexing.unchanged).toBeGreaterThanOrEqual(10);
  expect(indexing.indexed).toBeGreaterThan(0);
  expect(photos).toBe(indexing.found);
  // The folder is still among the recent ones.
  const [file] = await second.do('seeMenu', 'application');
  expect(file?.submenu[1]?.submenu[0]?.label).toBe('My photos');
  await second.quit();
});

it('a library that is open elsewhere is told, with ways out', async () => {
  const elsewhere = join(desk.folder, 'elsewhere', 'library');
  const other = desk.start('elsewhere', '--library', elsewhere);
  await other.page();
  const program = desk.start('in use', '--library', elsewhere);
  const first = await program.dialog();
  expect(first.shown.options).toMatchObject({
    message: 'This library is already open',
    buttons: ['Try again', 'Choose another library…', 'Quit'],
  });
  await first.press('Try again');
  const still = await program.dialog();
  await still.press('Choose another library…');
  await (await program.dialog()).choose(join(desk.folder, 'another library'));
  expect(await folders(await program.page())).toEqual([]);
  expect(existsSync(join(desk.folder, 'another library'))).toBe(true);
  await program.quit();

  const leaving = desk.start('in use', '--library', elsewhere);
  await (await leaving.dialog()).press('Quit');
  expect(await leaving.ended).toBe(0);
  await other.quit();
});

it('a library of a newer program is told, and can be kept aside', async () => {
  const folder = join(desk.folder, 'newer');
  const first = desk.start('newer system', '--library', folder);
  await first.page();
  await first.quit();
  const database = new Database(join(folder, 'library.db'));
  database.pragma('user_version = 999');
  database.close();

  const program = desk.start('newer system', '--library', folder);
  const dialog = await program.dialog();
  expect(dialog.shown.options).toMatchObject({
    message: 'This library was written by a newer Lookalike',
  });
  await dialog.press('Keep it aside and begin a new one');
  const told = await program.dialog();
  expect(told.shown.options).toMatchObject({
    message: 'The library is kept, and a new one begins',
  });
  await told.press('OK');
  expect(await folders(await program.page())).toEqual([]);
  expect((await readdir(folder)).some((file) => file.includes('newer'))).toBe(true);
  await program.quit();
});

it('a damaged library is told, and when it is kept aside the page says where', async () => {
  const folder = join(desk.folder, 'damaged');
  await mkdir(folder);
  await writeFile(join(folder, 'library.db'), 'This is no database, whatever it is. '.repeat(500));
  const program = desk.start('damaged system', '--library', folder);
  const dialog = await program.dialog();
  expect(dialog.shown.options).toMatchObject({
    message: 'This library is damaged',
    buttons: ['Choose another library…', 'Keep it aside and begin a new one', 'Quit'],
  });
  expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('damaged'));
  await dialog.press('Keep it aside and begin a new one');
  const page = await program.page();
  await expect
    .poll(async () => (await library(page)).notices.map(({ code }) => code))
    .toContain('library-damaged');
  await page
    .getByText(/is damaged/)
    .first()
    .waitFor();
  await program.quit();
});

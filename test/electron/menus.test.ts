/** The desktop app beside its page: menus, dialogs, folders that are dropped, photos that are dragged out. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needChromium, photoInGrid, waitUntilReady } from '../browser/setting.ts';
import { Desk } from './desk.ts';
import type { DesktopProgram } from './desktop-program.ts';
import type { SeenItem } from './stand-in/menu.ts';

let desk: Desk;
let program: DesktopProgram;
let page: Page;
const hasChromium = needChromium();
beforeAll(async () => {
  if (!hasChromium) return;
  desk = await Desk.make('tea-cup', 'clock', 'lighthouse');
  program = desk.start('system', '--library', 'library', join(desk.photos, 'tea-cup'));
  page = await program.page();
  await waitUntilReady(page);
}, 300_000);
afterAll(async () => {
  if (hasChromium) await desk.end();
});

const folderNamed = (name: string) =>
  page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name}`) });

it('commands of the menu reach the page', async () => {
  await program.do('clickItem', 'application', ['View', 'Clusters']);
  await page.getByRole('heading', { name: /^(\d+ clusters?|No clusters)/ }).waitFor();
  await program.do('clickItem', 'application', ['View', 'Back']);
  await photoInGrid(page, /^tea-cup/);
  for (const [item, address] of [
    ['Describe', /#\/describe/],
    ['Marks', /#\/marks/],
  ] as const) {
    await program.do('clickItem', 'application', ['View', item]);
    await page.waitForURL(address);
  }
  await program.do('clickItem', 'application', ['View', 'Photos']);
  await photoInGrid(page, /^tea-cup/);
  const view = (await program.do('seeMenu', 'application')).find(({ label }) => label === 'View');
  expect(view?.submenu.slice(0, 8).map(({ accelerator }) => accelerator)).toEqual(
    Array.from({ length: 8 }, (_, page) => `CmdOrCtrl+${page + 1}`),
  );
  await program.do('clickItem', 'application', ['File', 'Find lookalikes of a picture…']);
  await page.getByRole('dialog', { name: 'Find lookalikes of a picture' }).waitFor();
  await page.keyboard.press('Escape');
  await program.do('clickItem', 'application', ['File', 'Export…']);
  await page.getByRole('dialog', { name: 'Export as JSON' }).waitFor();
  // One dialog takes the place of another, and stays.
  await program.do('clickItem', 'application', ['help', 'Keys']);
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.waitForTimeout(300);
  expect(await page.getByRole('dialog', { name: 'Keys' }).isVisible()).toBe(true);
  await page.keyboard.press('Escape');
});

/** What stands under "Open recent". */
async function recent(): Promise<SeenItem[]> {
  const menu = await program.do('seeMenu', 'application');
  const file = menu.find(({ label }) => label === 'File');
  return file?.submenu.find(({ label }) => label === 'Open recent')?.submenu ?? [];
}

it('a folder is opened from the menu, and found among the recent ones', async () => {
  const labels = async () => (await recent()).map(({ label }) => label);
  expect(await labels()).toEqual(['tea-cup', 'Clear this list']);

  await program.do('clickItem', 'application', ['File', 'Open folder…']);
  await (await program.dialog()).choose(join(desk.photos, 'clock'));
  await folderNamed('clock').waitFor();
  await expect.poll(labels).toEqual(['clock', 'tea-cup', 'Clear this list']);
  expect(await program.records('app.addRecentDocument')).toContainEqual([
    join(desk.photos, 'clock'),
  ]);

  await program.do('clickItem', 'application', ['File', 'Open recent', 'tea-cup']);
  await expect.poll(labels).toEqual(['tea-cup', 'clock', 'Clear this list']);
  await program.do('clickItem', 'application', ['File', 'Open recent', 'Clear this list']);
  expect(await recent()).toMatchObject([{ label: 'No folder yet', enabled: false }]);
});

it('no folder is added when the dialog is left without one', async () => {
  await program.do('clickItem', 'application', ['File', 'Open folder…']);
  await (await program.dialog()).choose(null);
  expect(await program.records('dialog.showErrorBox')).toEqual([]);
});

it('a folder that is dropped on the window is added and indexed', async () => {
  await program.drop(join(desk.photos, 'lighthouse'));
  await folderNamed('lighthouse').waitFor();
  await photoInGrid(page, /^lighthouse-\d\d\.jpg$/);
  await waitUntilReady(page);
  expect((await recent())[0]?.label).toBe('lighthouse');
});

it('a dropped file that is neither a folder nor a picture is told', async () => {
  const letter = join(desk.folder, 'letter.txt');
  await writeFile(letter, 'Dear diary');
  await program.drop(letter);
  await page
    .getByRole('status')
    .getByText(/letter\.txt/)
    .waitFor();
});

it('what is dropped as a folder and is none is told', async () => {
  await program.do('setPath', 'letter.txt', join(desk.folder, 'letter.txt'));
  const drop = `lookalike.dropFolder(new File(['x'], 'letter.txt'))`;
  expect(await page.evaluate(drop)).toMatchObject({ error: { code: 'folder-is-file' } });
  // A file that was made in the page has no place on the disk.
  const made = `lookalike.dropFolder(new File(['x'], 'made.txt'))`;
  expect(await page.evaluate(made)).toMatchObject({ error: { code: 'folder-missing' } });
});

it('the menu of a photo shows it in its folder, opens it and copies its path', async () => {
  const { cell, name } = await photoInGrid(page, /^tea-cup-\d\d\.jpg$/);
  const path = join(desk.photos, 'tea-cup', name);
  await cell.click({ button: 'right' });
  const labels = async () => (await program.do('seeMenu', 'popup')).map(({ label }) => label);
  await expect.poll(() => labels().catch(() => [])).toHaveLength(3);
  for (const label of await labels()) await program.do('clickItem', 'popup', [label]);
  expect(await program.records('shell.showItemInFolder')).toEqual([[path]]);
  expect(await program.records('shell.openPath')).toEqual([[path]]);
  expect(await program.records('clipboard.writeText')).toEqual([[path]]);
});

it('a photo is dragged out as its file', async () => {
  const { cell, name } = await photoInGrid(page, /^tea-cup-\d\d\.jpg$/);
  const { x, y, width, height } = (await cell.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 40, y + height / 2 + 40, { steps: 4 });
  // Let go over a photo, it would open it.
  await page.mouse.move(2, 2);
  await page.mouse.up();
  const path = join(desk.photos, 'tea-cup', name);
  await expect
    .poll(() => program.records('webContents.startDrag'))
    .toEqual([[{ file: path, files: [path] }]]);
});

it('an export goes to the file that was chosen, and is shown in its folder', async () => {
  const path = join(desk.folder, 'all.json');
  await program.do('clickItem', 'application', ['View', 'Photos']);
  await page.getByRole('grid', { name: /^Photos/ }).waitFor();
  await program.do('clickItem', 'application', ['File', 'Export…']);
  const dialog = page.getByRole('dialog', { name: 'Export as JSON' });
  await dialog.getByLabel('To a file of your choice').check();
  await dialog.getByRole('button', { name: 'Choose …' }).click();
  await (await program.dialog()).choose(path);
  await dialog.getByRole('button', { name: 'Export' }).click();
  const written = page.getByRole('dialog', { name: 'Written' });
  await written.getByRole('button', { name: 'Show in folder' }).click();
  await expect.poll(() => program.records('shell.showItemInFolder')).toContainEqual([path]);
  await written.getByRole('button', { name: 'Done' }).click();
  expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('photos');
});

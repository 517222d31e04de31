/** The whole way without a mouse. */
import { expect, it } from 'vitest';
import {
  expectLookalikesOf,
  hasWindow,
  patience,
  photoInGrid,
  queryName,
  waitUntilReady,
} from './setting.ts';
import { useSetting } from './use-setting.ts';

const here = useSetting();

it('by keyboard from the welcome page to clusters', { timeout: 2 * patience }, async () => {
  const program = here.setting.start('library');
  const { page, trouble } = await here.setting.visit(program);
  const { keyboard } = page;
  const focused = page.locator(':focus');
  const focusOn = async (name: string | RegExp, key = 'Tab') => {
    for (let presses = 0; presses < 40; presses++) {
      const text = (await focused.count()) === 1 ? await focused.ariaSnapshot() : '';
      if (new RegExp(name).test(text)) return;
      await keyboard.press(key);
    }
    throw new Error(`${String(name)} cannot be reached with ${key}`);
  };

  await page.getByRole('button', { name: 'Choose a folder' }).waitFor();
  await focusOn('Choose a folder');
  await keyboard.press('Enter');

  if (hasWindow(program)) await (await program.dialog()).choose(here.setting.photos);
  else await chooseByKeyboard();
  await waitUntilReady(page);

  // The arrow keys reach the photos from anywhere; Enter opens, a number follows, Escape returns.
  const { name } = await photoInGrid(page, /-\d\d/);
  await keyboard.press('Home');
  await keyboard.press('Enter');
  await queryName(page, name).waitFor();
  const [first] = await expectLookalikesOf(page, name);
  await keyboard.press('1');
  await queryName(page, first?.name ?? '').waitFor();
  await keyboard.press('Escape');
  await queryName(page, name).waitFor();

  await keyboard.press('Space');
  const compare = page.getByRole('dialog', { name: 'Compare' });
  await compare.waitFor();
  await keyboard.press('Escape');
  await compare.waitFor({ state: 'hidden' });
  await queryName(page, name).waitFor();

  await focusOn('Clusters');
  await keyboard.press('Enter');
  await focusOn(/link "Cluster 1,/);
  await keyboard.press('Enter');
  await page.getByRole('grid', { name: /^Cluster 1/ }).waitFor();
  await keyboard.press('Escape');
  await page.getByRole('heading', { name: /^\d+ clusters$/ }).waitFor();
  expect(trouble).toEqual([]);

  /** In the web app's own dialog for folders. */
  async function chooseByKeyboard(): Promise<void> {
    // The list of folders has the focus; the path is before it.
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('list', { name: 'Folders' }).getByRole('button').first().waitFor();
    await focusOn('Path of the folder', 'Shift+Tab');
    await keyboard.press('Control+a');
    await keyboard.type(here.setting.folder);
    await keyboard.press('Enter');
    await dialog.getByText('My photos').waitFor();
    await focusOn('My photos', 'ArrowDown');
    await keyboard.press('ArrowRight');
    await dialog.getByText('tea-cup').waitFor();
    await focusOn('Choose this folder');
    await keyboard.press('Enter');
  }
});

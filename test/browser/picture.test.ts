/**
 * A picture from outside the library: chosen, dropped, pasted, named, or at an address of this machine.
 * Addresses elsewhere are in address.test.ts.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import type { WatchedPage } from '../support/browser.ts';
import {
  expectLookalikesOf,
  expectRefusal,
  host,
  patience,
  pictureOutside,
  queryName,
  waitUntilReady,
} from './setting.ts';
import { useVisits } from './use-setting.ts';

let outside: Buffer;
const here = useVisits(async (setting) => {
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

const name = 'lighthouse-99.png';

/** Expects the query itself to be seen, large, and not only its name. */
async function expectPicture(): Promise<void> {
  const picture = page.getByRole('region', { name: 'Query' }).getByRole('img', { name });
  const width = () =>
    picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
  await expect.poll(width).toBeGreaterThan(400);
}

it('chosen from a file', async () => {
  await page.getByRole('button', { name: 'Search by picture' }).click();
  await page
    .getByLabel('Choose a picture')
    .setInputFiles({ name, mimeType: 'image/png', buffer: outside });
  await queryName(page, name).waitFor({ timeout: patience });
  await page.getByText('Not in the library').waitFor();
  await expectLookalikesOf(page, name);
  await expectPicture();

  await page.reload();
  await expectLookalikesOf(page, name);
  await expectPicture();
});

it('dropped anywhere', async () => {
  const dataTransfer = await page.evaluateHandle(`(() => {
    const data = new DataTransfer();
    data.items.add(new File([${bytesInPage(outside)}], '${name}', { type: 'image/png' }));
    return data;
  })()`);
  for (const type of ['dragenter', 'dragover'])
    await page.dispatchEvent('main', type, { dataTransfer });
  await page.getByText('Drop the picture to find its lookalikes').waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer });
  await expectLookalikesOf(page, name);
});

it('pasted from the clipboard', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(`(() => {
    const picture = new Blob([${bytesInPage(outside)}], { type: 'image/png' });
    return navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
  })()`);
  await page.keyboard.press('Control+v');
  await expectLookalikesOf(page, name);
});

const field = () => page.getByRole('dialog').getByRole('textbox', { name: /^Name,? .*address$/ });

it('by its path on this machine, where a window may name paths', async () => {
  const path = join(here.setting.folder, name);
  await writeFile(path, outside);
  await page.getByRole('button', { name: 'Search by picture' }).click();
  await field().fill(path);
  await page.keyboard.press('Enter');
  if (host !== 'web') {
    await page.getByText(/^No photo of the library is called /).waitFor();
    await page.keyboard.press('Escape');
    return;
  }
  await expectLookalikesOf(page, name);
  await expectPicture();
});

it('or one of the library, by its name', async () => {
  await page.getByRole('button', { name: 'Search by picture' }).click();
  await field().fill('lighthouse-01.jpg');
  await page.keyboard.press('Enter');
  await queryName(page, 'lighthouse-01.jpg').waitFor();
  await expectLookalikesOf(page, 'lighthouse-01.jpg');
});

it('at an address of this machine is not fetched, and says why', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end(outside);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await page.getByRole('button', { name: 'Search by picture' }).click();
  const field = page.getByRole('textbox', { name: /address$/ });
  await field.fill(`http://localhost:${port}/${name}`);
  await field.press('Enter');
  await page.getByText(/^localhost:\d+ is on this machine or in the local network/).waitFor();
  await page.keyboard.press('Escape');
  expectRefusal(watched, /400.*lookalikes\.find/);
  server.close();
  expect(asked).toEqual([]);
});

it('that is no picture gets a sentence', async () => {
  await page.getByRole('button', { name: 'Search by picture' }).click();
  const file = { name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('Dear diary') };
  await page.getByLabel('Choose a picture').setInputFiles(file);
  await page
    .getByRole('status')
    .getByText(/letter\.jpg cannot be used as a query/)
    .waitFor();
  expectRefusal(watched, /422.*queries\.add/);
});

/** An expression that is these bytes, for code that runs in the page (as text, see browser.ts). */
function bytesInPage(bytes: Buffer): string {
  return `Uint8Array.from(atob('${bytes.toString('base64')}'), (c) => c.charCodeAt(0))`;
}

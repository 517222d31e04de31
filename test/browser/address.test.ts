/**
 * A picture at an address, in the browser: the library is opened in here, so that a server of this
 * machine may stand for one elsewhere. How the address of this machine is refused is in
 * everyday.test.ts, on every host.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { expectTrouble, launchChromium, openPage, type WatchedPage } from '../support/browser.ts';
import {
  index,
  kinds,
  numbered,
  patternPhoto,
  place,
  writePhotos,
  type Place,
} from '../support/library.ts';
import { startServer, type WebServer } from '../../web/server.ts';
import { lookalikeLinks, needChromium, queryName } from './setting.ts';

const asked: string[] = [];
const pictures = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url === '/page.html')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>A page</p>');
  else
    void patternPhoto(13).then((photo) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo);
    });
});

const hasChromium = needChromium();
let here: Place;
let server: WebServer;
let browser: Browser;
let origin: string;
beforeAll(async () => {
  if (!hasChromium) return;
  pictures.listen(0, '127.0.0.1');
  await once(pictures, 'listening');
  const port = String((pictures.address() as AddressInfo).port);
  origin = `http://127.0.0.1:${port}`;
  here = await place();
  await writePhotos(here.photos, numbered(4 * kinds));
  const library = await here.open({ fetching: { exempt: (url) => url.port === port } });
  await library.request('folders.add', { path: here.photos });
  await index(library);
  const rendererFolder = fileURLToPath(new URL('../../dist/renderer/', import.meta.url));
  server = await startServer({ library, port: 0, rendererFolder, onLog: console.error });
  browser = await launchChromium();
});
afterAll(async () => {
  if (!hasChromium) return;
  await browser.close();
  await server.close();
  await here[Symbol.asyncDispose]();
  pictures.close();
});

let watched: WatchedPage;
let page: Page;
beforeEach(async () => {
  if (!hasChromium) return;
  asked.length = 0;
  watched = await openPage(browser);
  page = watched.page;
  await page.goto(server.addressForOneUse());
  onTestFinished(async () => {
    await page.context().close();
    expect(watched.trouble).toEqual([]);
  });
});

async function paste(text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Search by picture' }).waitFor();
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.keyboard.press('Control+v');
}

it('is pasted, fetched once, and found again after a reload without fetching', async () => {
  await paste(`${origin}/13.jpg`);
  await queryName(page, '13.jpg').waitFor();
  await page.getByText('Not in the library').waitFor();
  await lookalikeLinks(page).first().waitFor();
  expect(page.url()).toContain('#/picture/');
  await page.reload();
  await queryName(page, '13.jpg').waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.goForward();
  await queryName(page, '13.jpg').waitFor();
  expect(asked).toEqual(['/13.jpg']);
});

it('is typed; what is a page instead gets a sentence, and another can be tried', async () => {
  await page.getByRole('button', { name: 'Search by picture' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find lookalikes of a picture' });
  const field = dialog.getByLabel('Name, path or address');
  await field.fill(`${origin}/page.html`);
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').getByText('shows a page at this address').waitFor();
  expect(expectTrouble(watched, /422.*lookalikes\.find/)).toBe(true);
  await field.fill(`${origin}/13.jpg`);
  await page.keyboard.press('Enter');
  await queryName(page, '13.jpg').waitFor();
  await dialog.waitFor({ state: 'hidden' });
});

it('is dropped', async () => {
  await page.getByRole('button', { name: 'Search by picture' }).waitFor();
  const dataTransfer = await page.evaluateHandle(`(() => {
    const data = new DataTransfer();
    data.setData('text/uri-list', '${origin}/13.jpg');
    return data;
  })()`);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('main', type, { dataTransfer });
  await queryName(page, '13.jpg').waitFor();
});

it('a link to the page never makes it fetch', async () => {
  await page.evaluate(`location.hash = '#/address/' + encodeURIComponent('${origin}/13.jpg')`);
  await page.getByRole('grid', { name: /^Photos/ }).waitFor();
  expect(asked).toEqual([]);
});

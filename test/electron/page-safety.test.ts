/** What a page may not do, whatever is in it: the promises of electron/SECURITY.md, tried in Chromium. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needChromium, waitUntilReady } from '../browser/setting.ts';
import { ask, Desk } from './desk.ts';
import type { DesktopProgram } from './desktop-program.ts';

let desk: Desk;
let program: DesktopProgram;
let page: Page;
const hasChromium = needChromium();
beforeAll(async () => {
  if (!hasChromium) return;
  desk = await Desk.make('tea-cup');
  program = desk.start('system', '--library', 'library', desk.photos);
  page = await program.page();
  await waitUntilReady(page);
}, 300_000);
afterAll(async () => {
  if (hasChromium) await desk.end();
});

describe('calls to the main process', () => {
  it('of another form are refused', async () => {
    for (const [name, params] of [
      ['5', '{}'],
      ["'nonsense'", '{}'],
      ["'constructor'", '{}'],
      ["'photos.get'", "{ id: 'one' }"],
      ["'photos.get'", '{ id: 1, more: 2 }'],
      ["'photos.get'", '[1]'],
      ["'host.showPhoto'", '{ id: 0 }'],
      ["'host.dragPhotos'", '{ ids: [] }'],
    ] as const) {
      const reply = await page.evaluate(`lookalike.request(${name}, ${params})`);
      expect(reply, `${name} ${params}`).toMatchObject({ error: { code: 'request-invalid' } });
    }
    expect(await ask(page, 'photos.get', '{ id: 1 }')).toHaveProperty('result.name');
  });

  it('cannot carry functions', async () => {
    await expect(ask(page, 'photos.get', '{ id: () => 1 }')).rejects.toThrow(/cloned/);
  });

  it('that name a place nobody chose are refused', async () => {
    const outside = JSON.stringify(join(desk.folder, 'letter.json'));
    for (const [name, params] of [
      ['folders.add', `{ path: ${outside} }`],
      ['folders.add', `{ path: ${JSON.stringify(join(desk.photos, '..'))} }`],
      ['folders.browse', '{ path: null }'],
      ['lookalikes.find', `{ query: { path: ${outside} }, k: 5 }`],
      ['documents.lookalikes', `{ query: { path: '/etc/passwd' }, k: 5 }`],
      ['export.write', `{ document: { kind: 'library' }, path: ${outside} }`],
      ['export.write', `{ document: { kind: 'library' }, path: [${outside}] }`],
    ] as const)
      expect(await ask(page, name, params), `${name} ${params}`).toMatchObject({
        error: { code: 'request-invalid' },
      });
    // The folder of the command line was the person's choice.
    const chosen = `{ path: ${JSON.stringify(desk.photos)} }`;
    expect(await ask(page, 'folders.add', chosen)).toHaveProperty('result.id');
  });

  it('from a frame within the page are refused, and it has no bridge', async () => {
    const inFrame = await page.evaluate(`(() => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      return typeof frame.contentWindow.lookalike;
    })()`);
    expect(inFrame).toBe('undefined');
    for (const name of ['library.get', 'host.get'])
      expect(await program.do('callFromWithin', 'lookalike:request', name, {})).toMatchObject({
        error: {
          code: 'request-invalid',
          message: expect.stringContaining('Only the window') as string,
        },
      });
    expect(program.output.text).toMatch(/a request from about:blank was refused/);
    await page.evaluate(`document.querySelector('iframe').remove()`);
  });
});

describe('the page', () => {
  it('is opened with these preferences and no others', async () => {
    const [[options] = []] = await program.records('BrowserWindow');
    expect((options as { webPreferences: unknown }).webPreferences).toEqual({
      preload: expect.stringMatching(/preload\.cjs$/) as string,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      backgroundThrottling: true,
    });
  });

  it('has the bridge, frozen, and nothing of Node or Electron', async () => {
    const names = [
      ...['require', 'process', 'module', 'exports', 'global', 'Buffer', 'electron'],
      ...['ipcRenderer', 'preloadWorld', 'sendToMain'],
    ];
    for (const name of names)
      expect(await page.evaluate(`typeof globalThis[${JSON.stringify(name)}]`), name).toBe(
        'undefined',
      );
    expect(await page.evaluate('Object.keys(lookalike).sort()')).toEqual([
      ...['dropFolder', 'onEvent', 'request'],
    ]);
    const change = `(() => { 'use strict'; lookalike.request = () => 1; })()`;
    await expect(page.evaluate(change)).rejects.toThrow(/read only/);
  });

  it('runs nothing that is written into it, and loads nothing from elsewhere', async () => {
    const written = `(() => {
      const script = document.createElement('script');
      script.textContent = 'window.written = 1';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.written = 1">');
    })()`;
    await page.evaluate(written);
    await expect(page.evaluate(`fetch('https://example.com/')`)).rejects.toThrow(/fetch/i);
    // Timers of text are eval under another name; evaluate() itself is not under the policy.
    await page.evaluate(`setTimeout('window.written = 1')`);
    const policy = await page.evaluate(
      `fetch('/index.html').then((answer) => answer.headers.get('content-security-policy'))`,
    );
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).not.toMatch(/unsafe/);
    await page.waitForTimeout(200);
    expect(await page.evaluate('window.written')).toBeUndefined();
  });

  it('cannot be led elsewhere', async () => {
    const before = page.url();
    await page.evaluate(`void (location.href = 'https://example.com/elsewhere')`);
    await expect
      .poll(() => program.output.text)
      .toContain('a page was kept from going to https://example.com/elsewhere');
    expect(page.url()).toBe(before);
    expect(await ask(page, 'host.get')).toHaveProperty('result.kind', 'desktop');
  });

  it('opens no window; https is opened outside, once the person says so', async () => {
    expect(await page.evaluate(`window.open('http://example.com/')`)).toBe(null);
    await expect.poll(() => program.output.text).toContain('kept from opening http://example.com/');
    for (const button of ['Cancel', 'Open']) {
      await page.evaluate(`void window.open('https://example.com/help')`);
      const dialog = await program.dialog();
      expect(dialog.shown.options).toMatchObject({ detail: 'https://example.com/help' });
      await dialog.press(button);
    }
    await expect
      .poll(() => program.records('shell.openExternal'))
      .toEqual([['https://example.com/help']]);
    await expect.poll(() => page.context().pages().length).toBe(1);
  });

  it('has no permission but to put text into the clipboard', async () => {
    const state = (name: string) =>
      page.evaluate<string>(
        `navigator.permissions.query({ name: '${name}' }).then((p) => p.state)`,
      );
    for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'])
      expect(await state(name), name).toBe('denied');
    expect(await state('clipboard-write')).toBe('granted');
    expect(await page.evaluate('Notification.requestPermission()')).toBe('denied');
    const camera = `navigator.mediaDevices.getUserMedia({ video: true })`;
    await expect(page.evaluate(camera)).rejects.toThrow();
  });
});

it('addresses of the protocol lead to the interface and to photos, and nowhere else', async () => {
  const library = await ask(page, 'library.get');
  const id = 'result' in library ? (library.result as { id: string }).id : '';
  const status = (address: string) =>
    page.evaluate<number>(`fetch(${JSON.stringify(address)}).then((answer) => answer.status)`);
  expect(await status('/index.html')).toBe(200);
  expect(await status(`/pictures/${id}/1/thumbnail`)).toBe(200);
  expect(await status(`/pictures/${id}/1/photo?side=512`)).toBe(200);
  for (const address of [
    '/',
    '/nothing.html',
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
    '/..%5c..%5cpackage.json',
    '/%2fetc%2fpasswd',
    '/assets%00/index.html',
    `/pictures/${id}/99999/thumbnail`,
    `/pictures/${id}/0/thumbnail`,
    `/pictures/${id}/-1/thumbnail`,
    `/pictures/${id}/1e0/thumbnail`,
    `/pictures/another/1/thumbnail`,
    `/pictures/${id}/..%2f1/thumbnail`,
    `/pictures/${id}/1/photo?side=999999999`,
    `/pictures/${id}/1/photo?side=0`,
    `/pictures/${id}/1/photo?side=5.5`,
    `/pictures/${id}/1/photo`,
    `/pictures/${id}/queries/none?side=512`,
  ])
    expect(await status(address), address).toBe(404);

  // A picture is small: of however huge a range of it, all is sent.
  const ranged = `fetch('/pictures/${id}/1/thumbnail', {
    headers: { range: 'bytes=0-99999999999999999999' },
  }).then(async (answer) => [answer.status, (await answer.blob()).size > 100])`;
  expect(await page.evaluate(ranged)).toEqual([200, true]);
});

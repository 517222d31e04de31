/**
 * The desktop program in a real Electron, though an old one (9.4.1, of 2021): the project's own main
 * process, preload script, menu, window and interface, under a screen in memory. What is newer than
 * that Electron is put there by the files in `old-electron/`, and the engine runs in a Node of today.
 * It shows that what is written for Electron holds in Electron; what is new in it, the stand-in shows.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { lookalikesDocument } from '../../engine/documents.ts';
import { samplePhotos } from '../support/sample-photos.ts';
import { bundleForOldElectron } from './old-electron/bundle.ts';
import { findOldElectron } from './old-electron/fetch.ts';
import { OldElectronProgram, Screen } from './old-electron/program.ts';

let missing: string | null = null;
let folder: string;
let photos: string;
let screen: Screen;
let program: OldElectronProgram;

beforeAll(async () => {
  const electron = await findOldElectron();
  if ('missing' in electron) {
    missing = electron.missing;
    console.warn(`Not tested in a real Electron: ${missing}`);
    return;
  }
  folder = await mkdtemp(join(tmpdir(), 'lookalike-old-electron-'));
  photos = join(folder, 'My photos');
  await mkdir(photos);
  // Six themes of seven photos, and some copies.
  const samples = await samplePhotos();
  for (const theme of (await readdir(samples)).sort().slice(0, 6))
    await cp(join(samples, theme), join(photos, theme), { recursive: true });
  await bundleForOldElectron(join(folder, 'app'));
  screen = await Screen.open();
  program = new OldElectronProgram(electron.program, screen, join(folder, 'app'), folder, [
    ...['--library', join(folder, 'library')],
  ]);
}, 600_000);
beforeEach(({ skip }) => {
  skip(missing !== null, String(missing));
});
afterAll(async () => {
  if (missing !== null) return;
  await program.quit();
  await screen.close();
  await rm(folder, { recursive: true, maxRetries: 3 });
});

/** What the tests below provoke. */
const refusal = /^Refused to/;
const noPolicy = /Insecure Content-Security-Policy/;

const lookalikes = `[...document.querySelectorAll('[aria-label="Lookalikes"] a')].filter(
  (link) => /^Lookalike \\d: /.test(link.ariaLabel))`;

it('a folder is chosen and indexed, a photo shows five lookalikes, and they are exported', async () => {
  // The page asked that, too, to know that there are dialogs.
  await program.until(`document.querySelector('h1') && lookalike.request('host.get', {})`);
  await program.click('button', 'Choose a folder');
  expect(await program.answer([photos])).toMatchObject({
    of: 'showOpenDialog',
    options: { properties: ['openDirectory'] },
  });
  await program.until(`document.body.innerText.includes('Up to date')`);
  const count = (await readdir(photos, { recursive: true })).filter((name) => /\.\w+$/.test(name));
  await program.until(`document.body.innerText.includes('\\n${count.length} photos')`);

  const tile = `document.querySelector('[role="gridcell"] a[title]')`;
  const name = (await program.until(`${tile} && ${tile}.title`)) as string;
  await program.click('[role="gridcell"] a', name);
  const labels = (await program.until(
    `${lookalikes}.length === 5 && ${lookalikes}.map((link) => link.ariaLabel)`,
  )) as string[];
  const theme = name.replace(/-\d.*/, '');
  for (const label of labels) expect(label).toMatch(new RegExp(`^Lookalike \\d: ${theme}-\\d`));
  // The pictures come through the program's own protocol, from another process.
  await program.until(
    `${lookalikes}.every((link) => link.querySelector('img').naturalWidth > 100)`,
  );

  // A window without pictures has an entropy of less than one bit.
  const screenshot = join(folder, 'window.png');
  const entropy = async () => {
    await program.do('capture', screenshot);
    return (await sharp(screenshot).stats()).entropy;
  };
  await expect.poll(entropy, { timeout: 20_000 }).toBeGreaterThan(2);

  const file = join(folder, 'lookalikes.json');
  await program.click('main button', 'Export');
  await program.click('dialog label', 'To a file of your choice');
  await program.click('dialog button', 'Choose …');
  expect(await program.answer([file])).toMatchObject({ of: 'showSaveDialog' });
  await program.click('dialog button', 'Export');
  await program.click('dialog button', 'Done');
  const document = lookalikesDocument.parse(JSON.parse(await readFile(file, 'utf8')));
  expect(document.query.path.endsWith(`/${name}`)).toBe(true);
  expect(document.lookalikes.map(({ path }) => path.split('/').at(-1))).toEqual(
    labels.map((label) => /^Lookalike \d: (.*), similarity/.exec(label)?.[1]),
  );
  expect(await program.do('trouble')).toEqual([]);
});

it('the page has the functions of the bridge, and nothing of Node or Electron', async () => {
  expect(await program.do('evaluate', 'Object.keys(lookalike).sort()')).toEqual([
    'dropFolder',
    'onEvent',
    'request',
  ]);
  for (const name of [
    'require',
    'process',
    'module',
    'Buffer',
    'global',
    'ipcRenderer',
    'electron',
  ])
    expect(await program.do('evaluate', `typeof ${name}`), name).toBe('undefined');
  expect(await program.do('evaluate', `lookalike.request('host.get', {})`)).toMatchObject({
    result: { kind: 'desktop' },
  });
});

it.each([
  [`'photos.get', { id: 'one' }`],
  [`'photos.steal', {}`],
  [`7`],
  [`'folders.browse', { path: null }`],
  [`'folders.add', { path: '/etc' }`],
])('a request that the page may not make is refused: %s', async (request) => {
  expect(await program.do('evaluate', `lookalike.request(${request})`)).toMatchObject({
    error: { code: 'request-invalid' },
  });
});

it('a page from elsewhere gets no answer, even with the same preload script', async () => {
  expect(
    await program.do('evaluateInStranger', `lookalike.request('library.get', {})`),
  ).toMatchObject({
    error: { code: 'request-invalid', message: 'Only the window of Lookalike may ask this.' },
  });
  // Electron says of that page, and of none of ours, that it has no policy.
  await expect.poll(() => program.do('trouble')).toEqual([expect.stringMatching(noPolicy)]);
});

it('the page cannot leave the interface, nor open windows', async () => {
  for (const address of ['https://elsewhere.invalid/', 'lookalike://elsewhere/']) {
    await program.do('evaluate', `location.href = '${address}'; 0`);
    await expect.poll(() => program.output).toContain(`kept from going to ${address}`);
  }
  await program.do('evaluate', `window.open('lookalike://app/index.html'); 0`);
  await expect.poll(() => program.output).toContain('kept from opening lookalike://app/index.html');
  await program.do('evaluate', `window.open('https://elsewhere.invalid/'); 0`);
  expect(await program.answer(1)).toMatchObject({
    options: { message: 'Open elsewhere.invalid in your browser?' },
  });
  expect(await program.do('windows')).toBe(1);
  expect(await program.do('evaluate', 'location.origin + location.pathname')).toBe(
    'lookalike://app/index.html',
  );
});

it('the policy of the page holds: no inline script, nothing loaded from elsewhere', async () => {
  await program.do(
    'evaluate',
    `const script = document.createElement('script');
    script.textContent = 'document.title = "inline"';
    document.head.append(script);`,
  );
  expect(await program.do('evaluate', 'document.title')).not.toBe('inline');
  expect(
    await program.do('evaluate', `fetch('https://elsewhere.invalid/').catch(() => 'refused')`),
  ).toBe('refused');
  const refused = async () => (await program.do('trouble')).filter((line) => refusal.test(line));
  await expect
    .poll(refused)
    .toEqual([
      expect.stringContaining('to execute inline script'),
      ...Array<unknown>(2).fill(expect.stringContaining('to connect to')),
    ]);
});

it('the menu is one that Electron takes, and leads to the pages', async () => {
  const menu = await program.do('menu');
  for (const ours of [
    ...['File > Open folder… CmdOrCtrl+O', 'File > Open recent > My photos'],
    ...['File > Find lookalikes of a picture… CmdOrCtrl+F', 'File > Export… CmdOrCtrl+E'],
    ...['View > Photos CmdOrCtrl+1', 'View > Clusters CmdOrCtrl+2', 'View > Map CmdOrCtrl+3'],
    ...['View > Back Alt+Left', 'View > Forward Alt+Right', 'Help > Keys'],
  ])
    expect(menu).toContain(ours);
  // What Electron makes of roles.
  for (const role of [
    'File > Quit',
    'Edit > Copy',
    'View > Zoom In',
    'Window > Minimize',
    'Help > About',
  ])
    expect(menu).toContain(role);
  await program.do('choose', 'View > Clusters');
  await program.until(`location.hash.startsWith('#/clusters')`);
  await program.do('choose', 'View > Photos');
  await program.until(`location.hash.startsWith('#/photos')`);
});

it('quitting closes the library and ends everything, and nothing else went wrong in the page', async () => {
  const trouble = await program.do('trouble');
  expect(trouble.filter((line) => !refusal.test(line) && !noPolicy.test(line))).toEqual([]);
  expect(await program.quit()).toBe(0);
});

/**
 * The packed desktop program: all that it needs is there and can be loaded, and nothing else is.
 * What makes AppImage, deb, dmg and the installer for Windows is downloaded, so those are made and
 * tried where a network is, see `.github/workflows/desktop.yml`.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRawHeader, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packDesktop } from '../../../build/desktop/package.ts';
import { tryProgram } from '../../../build/desktop/try-packed.ts';
import { folderVariable } from '../../electron/stand-in/place.ts';
import { missingChromium } from '../../support/browser.ts';
import { makeElectronDistribution } from '../../support/electron-distribution.ts';
import { packProgram, type PackedProgram } from '../../support/packed-program.ts';
import { runIn, startWorker } from '../../support/run-packed.ts';

const onLinux = process.platform === 'linux' && process.arch === 'x64';
const why = onLinux ? '' : ' (SKIPPED: the stand-in for Electron is for Linux with x64 processors)';
const noChromium = missingChromium();

describe('a folder that is no Electron for this program is refused, and nothing is made', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lookalike-electron-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const pack = (electronDist: string): Promise<unknown> =>
    packDesktop({
      folder: join(folder, 'made'),
      onlyFolder: true,
      electronDist,
      tensorFlow: 'wasm',
    });

  test('an empty one', async () => {
    await expect(pack(folder)).rejects.toThrow(`There is no Electron in ${folder}.`);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('one with another Electron', async () => {
    const electron = join(folder, 'electron');
    makeElectronDistribution(electron, '9.4.1');
    await expect(pack(electron)).rejects.toThrow(
      `In ${electron} is Electron 9.4.1, and Lookalike is made for`,
    );
    expect(readdirSync(folder)).toEqual(['electron']);
  });
});

describe.skipIf(!onLinux)(`the packed program${why}`, () => {
  let folder: string;
  let packed: PackedProgram;
  /** All files in the archive, and beside it, with '/' and without one in front. */
  let files: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lookalike-packed-'));
    packed = await packProgram(folder);
    files = listPackage(packed.archive, { isPack: false })
      .map((path) => path.slice(1).replaceAll('\\', '/'))
      .filter((path) => statSync(join(packed.app, path)).isFile());
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const text = (path: string): string => readFileSync(join(packed.app, path), 'utf8');

  test('begins with the main process, and has its helpers, the preload script, the interface and the weights', () => {
    const { main, name, productName, version } = JSON.parse(text('package.json')) as Record<
      string,
      string
    >;
    expect({ main, name, productName }).toEqual({
      main: 'code/main.js',
      name: 'lookalike',
      productName: 'Lookalike',
    });
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(text('package.json'), 'no address is made up').not.toContain('.invalid');
    for (const file of [
      'code/main.js',
      'code/preload.cjs',
      'code/search-process.js',
      'code/photos-decoder-process.js',
      'code/photos-samples-process.js',
      'code/tensorflow-worker.js',
      'renderer/index.html',
      'native-models/efficientnet-lite0/architecture.json',
      'native-models/efficientnet-lite0/weights.bin',
      'native-models/efficientnet-lite0/classifier.bin',
      'native-models/efficientnet-lite0/classes.json',
      'native-models/efficientnet-lite2/architecture.json',
      'native-models/efficientnet-lite2/weights.bin',
      'resources/icon.png',
    ])
      expect(files, file).toContain(file);
    // What the page names is there, too.
    for (const [, path] of text('renderer/index.html').matchAll(/(?:src|href)="\.\/([^"]+)"/g))
      expect(files).toContain(`renderer/${path ?? ''}`);
  });

  test('has what the system loads as files, and all else in the archive', () => {
    const natives = files.filter((file) => /\.(node|so[.\d]*)$/.test(file));
    expect(natives.map((file) => file.split('/').at(-1)).sort()).toEqual([
      expect.stringMatching(/^libvips-cpp\.so/),
      'linux-x64.node',
      expect.stringMatching(/^sharp-linux-x64-.*\.node$/),
      'watcher.node',
    ]);
    const unpacked = join(packed.resources, 'app.asar.unpacked');
    const found = readdirSync(unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
    expect(found.sort()).toEqual(natives.sort());
    expect(getRawHeader(packed.archive).headerString).toContain('"integrity"');
  });

  test('has nothing that is only for development, and nothing for other systems', () => {
    const notNeeded = files.filter(
      (file) =>
        /\.(ts|cts|mts|map|flow|gyp|gypi|cc|cpp|h|hh|hpp|c|py|sh|svelte)$/.test(file) ||
        /(^|\/)(tests?|__tests__|docs?|examples?|src\/(?!build\/Release))\//.test(file) ||
        /(^|[^a-z])(darwin|win32|linuxmusl|arm64|musl)([^a-z]|$)/.test(file),
    );
    expect(notNeeded).toEqual([]);
    // Of texts only those that come with the weights, and tell where they are from.
    expect(files.filter((file) => file.endsWith('.md')).sort()).toEqual([
      'native-models/efficientnet-lite0/README.md',
      'native-models/efficientnet-lite2/README.md',
      'native-models/faces/README.md',
    ]);
    // In Electron on Linux another sharp is used, and TensorFlow was to be WebAssembly only.
    const packages = files.map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
    for (const name of ['sharp', 'sharp-upstream', '@img/sharp-linux-x64', '@tensorflow/tfjs-node'])
      expect(packages).not.toContain(name);
    // Words of Chromium in one language, and not the program that Electron comes with.
    expect(readdirSync(join(packed.program, 'locales'))).toEqual(['en-US.pak']);
    expect(existsSync(join(packed.resources, 'default_app.asar'))).toBe(false);
  });

  test('has its fuses turned', async () => {
    const wire = await getCurrentFuseWire(join(packed.program, 'lookalike'));
    const { DISABLE, ENABLE } = FuseState;
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: DISABLE,
      [FuseV1Options.EnableCookieEncryption]: ENABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: DISABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: ENABLE,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: DISABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: DISABLE,
    });
  });

  test('brings the licences of all packages in it, bundled or not, of libvips, the weights, Electron and Chromium', () => {
    const licenceFolder = join(packed.resources, 'licences');
    expect(readdirSync(licenceFolder).sort()).toEqual([
      'EfficientNet-Lite.txt',
      'GPL-3.0.txt',
      'ImageNet-classes.txt',
      'LGPL-3.0.txt',
      'Lookalike.txt',
      'faces.txt',
      'libvips.txt',
      'packages.txt',
    ]);
    for (const file of ['LICENSE.electron.txt', 'LICENSES.chromium.html'])
      expect(readdirSync(packed.program)).toContain(file);

    const licences = readFileSync(join(licenceFolder, 'packages.txt'), 'utf8');
    const asPackages = files
      .filter((file) => /node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(file))
      .map((file) => JSON.parse(text(file)) as { name: string; version: string });
    expect(asPackages.length).toBeGreaterThan(10);
    for (const { name, version } of asPackages)
      expect(licences).toContain(`\n${name} ${version} (`);
    for (const bundled of ['zod', 'electron-store', 'exif-reader', 'svelte', 'virtua'])
      expect(licences).toMatch(new RegExp(`^${bundled} \\d`, 'm'));
    expect(licences).toContain('Apache License');
    expect(readFileSync(join(licenceFolder, 'libvips.txt'), 'utf8')).toMatch(/libheif\s*\|\s*LGPL/);
  });

  test('tells the size of each part, and knows what they are', () => {
    const sizes = new Map(packed.sizes.map(({ title, bytes }) => [title, bytes]));
    for (const [title, bytes] of sizes) expect(bytes, title).toBeGreaterThan(0);
    // The biggest first: two networks, and then what decodes.
    expect(packed.sizes[0]?.title).toBe('Models');
    expect(packed.sizes[1]?.title).toBe('Decoding (sharp, libvips)');
    expect(sizes.get('Models')).toBeGreaterThan(20e6);
    // The stand-in for Electron weighs nothing: what remains is the list of the archive, and icons.
    expect(sizes.get('Electron, and the rest')).toBeLessThan(0.3e6);
  });

  test('opens a database', async () => {
    const rows = await runIn(
      packed.app,
      `const Database = require('better-sqlite3');
       const database = new Database(':memory:');
       database.exec('create table photos (id integer); insert into photos values (7)');
       process.stdout.write(JSON.stringify(database.prepare('select * from photos').all()));`,
    );
    expect(rows).toEqual([{ id: 7 }]);
  });

  test.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'])('decodes %s', async (format) => {
    const pixels = await runIn(
      packed.app,
      `import sharp from '@janhapke/sharp-electron';
       const create = { width: 32, height: 32, channels: 3, background: '#f2b35a' };
       const file = await sharp({ create }).toFormat('${format}').toBuffer();
       const raw = await sharp(file).resize(2, 2).removeAlpha().raw().toBuffer();
       process.stdout.write(JSON.stringify([...raw]));`,
    );
    const expected = Array.from({ length: 4 }, () => [0xf2, 0xb3, 0x5a]).flat();
    expect(pixels).toHaveLength(expected.length);
    for (const [at, value] of (pixels as number[]).entries())
      expect(Math.abs(value - (expected[at] ?? 0))).toBeLessThan(6);
  });

  test('notices changes', async () => {
    const watched = join(folder, 'watched');
    mkdirSync(watched);
    const events = await runIn(
      packed.app,
      `import { realpathSync, writeFileSync } from 'node:fs';
       import watcher from '@parcel/watcher';
       const folder = realpathSync(${JSON.stringify(watched)});
       const subscription = await watcher.subscribe(folder, async (error, events) => {
         process.stdout.write(JSON.stringify(events.map(({ type }) => type)));
         await subscription.unsubscribe();
       });
       writeFileSync(folder + '/photo.jpg', '');`,
    );
    expect(events).toContain('create');
  });

  test('loads its model, with WebAssembly', async () => {
    expect(await runIn(packed.app, startWorker('wasm', folder))).toMatchObject({
      kind: 'ready',
      facts: { backend: 'wasm', dimensions: 256 },
    });
  });

  test.skipIf(noChromium !== false)(
    `starts, and brings photos in${noChromium === false ? '' : ` (SKIPPED: ${noChromium})`}`,
    async () => {
      const standIn = new URL('../../electron/stand-in/register.ts', import.meta.url).href;
      const main = join(packed.app, 'code/main.js');
      const system = { [folderVariable]: join(folder, 'system'), HOME: folder };
      const count = await tryProgram([process.execPath, '--import', standIn, main], system);
      expect(count).toBe(5);
    },
  );
});

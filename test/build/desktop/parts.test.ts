/** What is chosen for each system, as far as that can be told without it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installers } from '../../../build/desktop/installers.ts';
import {
  filesOf,
  packageOf,
  partsFor,
  stockSharp,
  type Target,
} from '../../../build/desktop/parts.ts';
import { runIn } from '../../support/run-packed.ts';

const others: Target[] = [
  { platform: 'darwin', arch: 'arm64' },
  { platform: 'darwin', arch: 'x64' },
  { platform: 'win32', arch: 'x64' },
];

test.each(others)('stock sharp and the binaries of $platform-$arch alone ship there', (target) => {
  const parts = partsFor(target, 'wasm');
  const imported = parts.flatMap(({ imports = [] }) => imports);
  expect(imported).toContain('sharp');
  expect(imported).not.toContain('@janhapke/sharp-electron');
  const binaries = parts.flatMap((part) => part.binaries).filter((path) => !/\.wasm$/.test(path));
  expect(binaries.length).toBeGreaterThan(2);
  for (const path of binaries) expect(path).toContain(`${target.platform}-${target.arch}`);
});

test('stock sharp is complete: it decodes where nothing else is', async () => {
  const { platform, arch } = process;
  const folder = mkdtempSync(join(tmpdir(), 'lookalike-sharp-'));
  try {
    const modules = join(import.meta.dirname, '../../../node_modules');
    for (const file of await filesOf(stockSharp({ platform, arch })))
      cpSync(join(modules, file), join(folder, 'node_modules', file));
    mkdirSync(join(folder, 'code'));
    const told = await runIn(
      folder,
      `import sharp from 'sharp';
       const create = { width: 8, height: 8, channels: 3, background: '#f2b35a' };
       const file = await sharp({ create }).avif().toBuffer();
       process.stdout.write(JSON.stringify(await sharp(file).metadata()));`,
    );
    expect(told).toMatchObject({ format: 'heif', width: 8 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a binary that is not installed stops packing, with its name', async () => {
  const [sqlite] = partsFor({ platform: 'linux', arch: 'nowhere' }, 'wasm');
  if (sqlite === undefined) throw new Error('There are no parts.');
  await expect(filesOf(sqlite)).rejects.toThrow(
    'better-sqlite3/prebuilds/linux-nowhere.node is not in node_modules. Run “npm run setup”',
  );
});

test('a file belongs to the innermost package around it', () => {
  expect(packageOf('semver/functions/parse.js')).toBe('semver');
  expect(packageOf('@img/colour/index.cjs')).toBe('@img/colour');
  expect(packageOf('@a/b/lib/node_modules/@c/d/e/f.js')).toBe('@a/b/lib/node_modules/@c/d');
  expect(packageOf('a/node_modules/b/c.js')).toBe('a/node_modules/b');
});

test('icons are there in the form that each system reads, so that none has to be made', () => {
  const config = installers({
    ...{ staged: 'staged', output: 'output', electronDist: null, deb: true },
  });
  const resources = config.directories?.buildResources ?? '';
  const read = (icon: string | null | undefined): Buffer =>
    readFileSync(join(import.meta.dirname, '../../..', resources, icon ?? ''));
  expect(read(config.mac?.icon).toString('latin1', 0, 4)).toBe('icns');
  expect(read(config.mac?.icon).readUInt32BE(4)).toBe(read(config.mac?.icon).length);
  expect([...read(config.win?.icon).subarray(0, 4)]).toEqual([0, 0, 1, 0]);
  const png = read(`${config.linux?.icon ?? ''}/256x256.png`);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256]);
});

/** The commands on a library whose disk is full or read-only: real small disks, real processes. */
import { readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import type { IndexDocument } from '../../engine/contract.ts';
import { numbered, writePhotos } from '../support/library.ts';
import { mountDisk, type Mount } from '../support/mount.ts';
import { temporaryFolder } from '../support/photos.ts';
import { run, type Ended } from './run.ts';

/** Photos that are indexed before anything happens to the disk. */
const FIRST = 20;
/** So many that their thumbnails and vectors need more room than `ROOM_FOR_SOME`. */
const MORE = 200;
const ROOM_FOR_SOME = 400_000;

/** A library with `FIRST` photos on a disk of its own. */
async function libraryOnDisk(context: TestContext) {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const disk = mountDisk(context, join(folder.path, 'disk'), '8m');
  onTestFinished(() => {
    disk.unmount();
  });
  const [photos, library] = [join(folder.path, 'photos'), join(disk.path, 'library')];
  await writePhotos(photos, numbered(FIRST));
  const lookalike = (...args: string[]): Promise<Ended> =>
    run([...args, '--json', '--library', library]);
  expect(await lookalike('index', photos)).toMatchObject({ code: 0 });
  return { folder: folder.path, disk, photos, library, lookalike };
}

/** Fills a disk up to so many bytes (in whole pages of 4 KB). */
function fill(disk: Mount, left: number): void {
  const { bavail, bsize } = statfsSync(disk.path);
  writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(bavail * bsize - left));
}

const empty = (disk: Mount): Promise<void> => rm(join(disk.path, 'ballast'));

/** One line on stderr that says `sentence`, nothing on stdout, exit code 1. */
function expectFailure({ code, stdout, stderr }: Ended, sentence: RegExp): void {
  expect(stderr).toMatch(/^error: [^\n]+\.\n$/);
  expect(stderr).toMatch(sentence);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

/** Every command, as words. */
const commands = (photos: string, out: string): string[][] => [
  ['index'],
  ['similar', join(photos, '0.jpg')],
  ['clusters', '--epsilon', '0.3'],
  ['export', '--out', out],
  ['problems'],
  ['info'],
];

it('on a full disk every command says so; with room again the library goes on', async (context) => {
  const { folder, disk, photos, lookalike } = await libraryOnDisk(context);
  fill(disk, 0);
  for (const command of commands(photos, join(folder, 'out.json')))
    expectFailure(await lookalike(...command), /no room left on the disk of .*free some space/);
  expect(readdirSync(folder).sort()).toEqual(['disk', 'photos']);
  await empty(disk);
  const { code, stdout } = await lookalike('index');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ found: FIRST, indexed: 0, unchanged: FIRST });
});

it('a disk with so little room that a library opens only in part is called full as well', async (context) => {
  const { disk, lookalike } = await libraryOnDisk(context);
  for (const left of [4096, 16_384, 36_864]) {
    fill(disk, left);
    expectFailure(await lookalike('index'), /no room left on the disk of .*free some space/);
    await empty(disk);
  }
  expect(await lookalike('index')).toMatchObject({ code: 0 });
});

it('a disk that fills while indexing ends it; what is done stays, and the rest follows', async (context) => {
  const { disk, photos, lookalike } = await libraryOnDisk(context);
  await writePhotos(photos, numbered(FIRST + MORE));
  fill(disk, ROOM_FOR_SOME);
  expectFailure(await lookalike('index'), /no room left on the disk of .*free some space/);
  await empty(disk);
  const { code, stdout } = await lookalike('index');
  expect(code).toBe(0);
  const { found, indexed, unchanged, failed } = JSON.parse(stdout) as IndexDocument;
  expect({ found, failed, all: indexed + unchanged }).toEqual({
    found: FIRST + MORE,
    failed: 0,
    all: FIRST + MORE,
  });
  expect(indexed, 'some were left to do').toBeGreaterThan(0);
});

it('an export to a full disk says so, and leaves nothing half there', async (context) => {
  const { folder, lookalike } = await libraryOnDisk(context);
  const target = mountDisk(context, join(folder, 'target'), '4k');
  onTestFinished(() => {
    target.unmount();
  });
  const out = join(target.path, 'out.json');
  expectFailure(await lookalike('export', '--out', out), /No room is left on the disk for .*out\./);
  expect(readdirSync(target.path)).toEqual([]);
});

it('on a read-only disk every command says so; writable again the library goes on', async (context) => {
  const { folder, disk, photos, library, lookalike } = await libraryOnDisk(context);
  const before = readFileSync(join(library, 'library.db'));
  disk.remount('ro');
  for (const command of commands(photos, join(folder, 'out.json')))
    expectFailure(await lookalike(...command), /its disk is read-only\. Make it writable/);
  expectFailure(
    await run(['info', '--json', '--library', join(disk.path, 'new library')]),
    /new library cannot be made .*read-only.*another place/,
  );
  expect(readFileSync(join(library, 'library.db')).equals(before)).toBe(true);
  disk.remount('rw');
  const { code, stdout } = await lookalike('index');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ found: FIRST, indexed: 0, unchanged: FIRST });
});

it('an export to a read-only disk says so', async (context) => {
  const { folder, lookalike } = await libraryOnDisk(context);
  const target = mountDisk(context, join(folder, 'target'), '1m');
  onTestFinished(() => {
    target.unmount();
  });
  target.remount('ro');
  const out = join(target.path, 'out.json');
  expectFailure(
    await lookalike('export', '--out', out),
    /out\.json cannot be written: its disk is read-only\. Export to another/,
  );
});

import { execFile } from 'node:child_process';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchFolder, type Watch } from '../../../engine/photos/watch.ts';
import { temporaryFolder } from '../../support/photos.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let root: string;
let watch: Watch | undefined;
let told: number;
let lines: string[];

beforeEach(async () => {
  temporary = await temporaryFolder();
  root = join(temporary.path, 'photos');
  await mkdir(join(root, 'sub'), { recursive: true });
  await writeFile(join(root, 'sub/there.jpg'), '');
  await writeFile(join(root, 'notes.txt'), '');
  told = 0;
  lines = [];
});
afterEach(async () => {
  await watch?.close();
  watch = undefined;
  await temporary[Symbol.asyncDispose]();
});

async function start(path = root): Promise<void> {
  watch = await watchFolder(
    path,
    () => (told += 1),
    (line) => lines.push(line),
  );
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Longer than changes are gathered, so that what would be told has been told. */
const untilQuiet = (): Promise<void> => pause(2000);
const isTold = (): Promise<void> =>
  vi.waitFor(
    () => {
      expect(told).toBeGreaterThan(0);
    },
    { timeout: 10_000, interval: 50 },
  );

it.each<[string, () => Promise<unknown>]>([
  ['a new photo', () => writeFile(join(root, 'new.jpg'), 'x')],
  ['a new photo in a subfolder', () => writeFile(join(root, 'sub/new.jpg'), 'x')],
  ['a changed photo', () => writeFile(join(root, 'sub/there.jpg'), 'changed')],
  ['a deleted photo', () => rm(join(root, 'sub/there.jpg'))],
  ['a renamed photo', () => rename(join(root, 'sub/there.jpg'), join(root, 'sub/moved.jpg'))],
  ['a deleted subfolder', () => rm(join(root, 'sub'), { recursive: true })],
  [
    'a folder of photos that is moved in',
    () => rename(join(temporary.path, 'from'), join(root, 'from')),
  ],
  ['a folder that is moved away', () => rename(join(root, 'sub'), join(temporary.path, 'away'))],
])('tells of %s', async (_, change) => {
  await mkdir(join(temporary.path, 'from'));
  await writeFile(join(temporary.path, 'from/photo.jpg'), '');
  await start();
  await change();
  await isTold();
  expect(lines).toEqual([]);
});

it('goes on telling, also of folders that came later', async () => {
  await start();
  await mkdir(join(root, 'later/deep'), { recursive: true });
  await isTold();
  await untilQuiet();
  told = 0;
  await writeFile(join(root, 'later/deep/photo.jpg'), 'x');
  await isTold();
});

it('goes on telling of folders inside one that was moved in', async () => {
  await mkdir(join(temporary.path, 'from/deep/deeper'), { recursive: true });
  await start();
  await rename(join(temporary.path, 'from'), join(root, 'from'));
  await isTold();
  await untilQuiet();
  told = 0;
  await writeFile(join(root, 'from/deep/deeper/photo.jpg'), 'x');
  await isTold();
});

it('gathers changes that come close together', async () => {
  await start();
  for (let i = 0; i < 100; i++) {
    await writeFile(join(root, `${i}.jpg`), 'x');
    await pause(30);
  }
  await isTold();
  await untilQuiet();
  // Once, unless the machine is so busy that the changes are not close together.
  expect(told).toBeLessThan(4);
});

it('tells while changes do not end', async () => {
  await start();
  const end = new AbortController();
  const changing = (async () => {
    for (let i = 0; !end.signal.aborted; i++) {
      await writeFile(join(root, `${i}.jpg`), 'x');
      await pause(200);
    }
  })();
  await isTold();
  end.abort();
  await changing;
});

it('tells nothing of other files that change, nor of hidden ones', async () => {
  await start();
  await writeFile(join(root, 'notes.txt'), 'more');
  await utimes(join(root, 'notes.txt'), 1, 1);
  await writeFile(join(root, '.hidden.jpg'), 'x');
  await mkdir(join(root, '.cache'));
  await writeFile(join(root, '.cache/thumbnail.jpg'), 'x');
  await untilQuiet();
  expect(told).toBe(0);
  // That is, of these alone: the watch itself works.
  await writeFile(join(root, 'new.jpg'), 'x');
  await isTold();
});

it('watches a folder that itself lies in a hidden one', async () => {
  const inside = join(temporary.path, '.local/share/samples');
  await mkdir(inside, { recursive: true });
  await start(inside);
  await writeFile(join(inside, 'new.jpg'), 'x');
  await isTold();
});

it('stops when it is closed, also with a change waiting to be told', async () => {
  await start();
  await writeFile(join(root, 'a.jpg'), 'x');
  // Long enough to be noticed, too short to be told.
  await pause(300);
  await watch?.close();
  const before = told;
  await writeFile(join(root, 'b.jpg'), 'x');
  await untilQuiet();
  expect(told).toBe(before);
});

it('that is closed keeps no process from ending', async () => {
  const module = new URL('../../../engine/photos/watch.ts', import.meta.url).href;
  const source = `import { watchFolder } from ${JSON.stringify(module)};
    const watch = await watchFolder(${JSON.stringify(root)}, () => undefined, console.log);
    await watch.close();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
    timeout: 20_000,
  });
});

it('that is impossible writes a line and throws nothing', async () => {
  await start(join(root, 'gone'));
  expect(lines).toEqual([
    expect.stringMatching(/gone cannot be watched and are found at the next start: .+/),
  ]);
  await watch?.close();
});

it('survives that its folder is deleted', async () => {
  await start();
  await rm(root, { recursive: true });
  await isTold();
  await watch?.close();
});

import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RowsFile, writeRows } from '../../../engine/training/rows-file.ts';
import { temporaryFolder } from '../../support/photos.ts';

const rows = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
].map((row) => Uint8Array.from(row));

function readAll(file: RowsFile): number[][] {
  return Array.from({ length: file.count }, (_, row) => {
    const into = new Uint8Array(file.bytesPerRow);
    file.read(row, into);
    return [...into];
  });
}

it('gives each row back, also where one array is filled again for every row', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'data');
  async function* oneArray(): AsyncGenerator<Uint8Array> {
    const shared = new Uint8Array(3);
    for (const row of rows) {
      await Promise.resolve();
      shared.set(row);
      yield shared;
    }
  }
  const { count, version } = await writeRows(path, 3, oneArray());
  expect(count).toBe(3);
  const file = new RowsFile(path, 3, 3);
  expect(readAll(file)).toEqual(rows.map((row) => [...row]));
  file.close();
  expect((await writeRows(path, 3, rows)).version).toBe(version);
});

it('has another version for other rows and for another order', async () => {
  await using folder = await temporaryFolder();
  const versionOf = async (some: Uint8Array[]) =>
    (await writeRows(join(folder.path, 'data'), 3, some)).version;
  const versions = new Set<string>();
  for (const some of [rows, rows.toReversed(), rows.slice(1)]) versions.add(await versionOf(some));
  expect(versions.size).toBe(3);
});

it('leaves no file under its name when the rows end with an error', async () => {
  await using folder = await temporaryFolder();
  function* failing(): Generator<Uint8Array> {
    yield Uint8Array.of(1, 2, 3);
    throw new Error('the thumbnails are gone');
  }
  const path = join(folder.path, 'data');
  await expect(writeRows(path, 3, failing())).rejects.toThrow('the thumbnails are gone');
  await expect(writeRows(path, 3, [Uint8Array.of(1, 2)])).rejects.toThrow(/row 1 has 2 bytes/);
  expect(await readdir(folder.path)).not.toContain('data');
});

it('refuses a file that is missing or does not hold the rows it should', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'data');
  const code = { code: 'training-data-damaged' };
  expect(() => new RowsFile(path, 3, 3)).toThrow(expect.objectContaining(code) as Error);
  await writeFile(path, Buffer.alloc(9));
  new RowsFile(path, 3, 3).close();
  await truncate(path, 8);
  expect(() => new RowsFile(path, 3, 3)).toThrow(expect.objectContaining(code) as Error);
});

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ErrorData } from '../../../engine/errors.ts';
import { Thumbnails } from '../../../engine/store/thumbnails.ts';
import { temporaryFolder } from '../../support/photos.ts';

const contents = Array.from({ length: 400 }, (_, i) => i.toString(16).padStart(64, '0'));
const picture = (sha256: string): Uint8Array => Buffer.from(`picture of ${sha256} `.repeat(9));

function fill(thumbnails: Thumbnails): void {
  thumbnails.add(contents.map((sha256) => ({ sha256, thumbnail: picture(sha256) })));
}

test('a thumbnail is found by the content of its photo, and gone when it is removed', async () => {
  await using folder = await temporaryFolder();
  const thumbnails = new Thumbnails(join(folder.path, 't.db'), () => undefined);
  fill(thumbnails);
  const [first = '', second = ''] = contents;
  thumbnails.remove([first]);
  expect(thumbnails.get(first)).toBeUndefined();
  expect(thumbnails.get(second)).toEqual(Buffer.from(picture(second)));
  thumbnails.close();
});

test('all contents are listed page by page, each once', async () => {
  await using folder = await temporaryFolder();
  const thumbnails = new Thumbnails(join(folder.path, 't.db'), () => undefined);
  fill(thumbnails);
  const listed: string[] = [];
  for (let page = thumbnails.contentsAfter('', 150); page.length > 0;) {
    expect(page.length).toBeLessThanOrEqual(150);
    listed.push(...page);
    page = thumbnails.contentsAfter(page.at(-1) ?? '', 150);
  }
  expect(listed).toEqual(contents);
  thumbnails.close();
});

test.each([
  ['at its beginning', (bytes: Buffer) => bytes.fill('garbage!', 0, 100)],
  ['everywhere but at its beginning', (bytes: Buffer) => bytes.fill(0xa5, 4096)],
])('a file damaged %s is kept aside, told, and begun anew', async (_, spoil) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 't.db');
  const before = new Thumbnails(path, () => undefined);
  fill(before);
  before.close();
  const spoilt = spoil(readFileSync(path));
  writeFileSync(path, spoilt);

  const notices: ErrorData[] = [];
  const thumbnails = new Thumbnails(path, (notice) => notices.push(notice));
  const [first = ''] = contents;
  expect(thumbnails.get(first)).toBeUndefined();
  fill(thumbnails);
  expect(thumbnails.get(first)).toEqual(Buffer.from(picture(first)));
  thumbnails.close();

  const kept = readdirSync(folder.path).find((name) => name.includes('damaged')) ?? '';
  expect(readFileSync(join(folder.path, kept)).equals(spoilt)).toBe(true);
  expect(notices).toEqual([
    { code: 'library-damaged', message: expect.stringContaining(kept) as string },
  ]);
});

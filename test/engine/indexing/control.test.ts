import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Indexing } from '../../../engine/contract.ts';
import type { Library } from '../../../engine/library.ts';
import { heard, idsByPath, index, numbered, place, writePhotos } from '../../support/library.ts';
import { mountDisk } from '../../support/mount.ts';

/** Enough that some are still waiting when the first are stored: more are never under way at once. */
const many = 150;

async function begun(library: Library): Promise<void> {
  const stored = heard(library, (name) => name === 'photos');
  await library.request('indexing.start', {});
  await stored;
}

/** The progress when nothing has changed for a moment. */
async function settled(library: Library): Promise<Indexing> {
  for (let before = -1; ;) {
    const { indexing } = await library.request('library.get', {});
    if (indexing.indexed === before) return indexing;
    before = indexing.indexed;
    await sleep(700);
  }
}

test('a paused run stands still, is found again so, and goes on when resumed', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(many));
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await begun(library);
  await library.request('indexing.pause', {});
  const paused = await settled(library);
  expect(paused).toMatchObject({ state: 'paused', found: many, perSecond: null });
  expect(paused.indexed).toBeLessThan(many);
  await sleep(500);
  expect((await library.request('library.get', {})).indexing).toEqual(paused);
  await library.request('indexing.resume', {});
  expect(await library.request('indexing.wait', {})).toMatchObject({ indexed: many });
  expect((await library.request('library.get', {})).indexing.state).toBe('idle');
});

test('a cancelled run keeps what was stored, and the next one does the rest', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(many));
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await begun(library);
  const waiting = library.request('indexing.wait', {});
  await library.request('indexing.cancel', {});
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  const { photos, indexing, folders } = await library.request('library.get', {});
  expect(indexing).toMatchObject({ state: 'idle', error: null });
  expect(photos).toBeGreaterThan(0);
  expect(photos).toBeLessThan(many);
  expect(folders[0]?.photos).toBe(photos);
  expect(await index(library)).toMatchObject({ indexed: many - photos, unchanged: photos });
});

test('a paused run can be cancelled, and pausing or resuming when nothing runs does nothing', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(many));
  const library = await here.open();
  for (const name of ['indexing.pause', 'indexing.resume', 'indexing.cancel'] as const)
    await library.request(name, {});
  await library.request('folders.add', { path: here.photos });
  await begun(library);
  await library.request('indexing.pause', {});
  await library.request('indexing.cancel', {});
  expect(await index(library)).toMatchObject({ found: many, failed: 0 });
});

test('removing a folder leaves a paused run paused', async () => {
  await using here = await place();
  await writePhotos(join(here.photos, 'a'), numbered(many));
  await writePhotos(join(here.photos, 'b'), { 'x.jpg': 1000 });
  const library = await here.open({ live: true });
  await library.request('folders.add', { path: join(here.photos, 'a') });
  const { id } = await library.request('folders.add', { path: join(here.photos, 'b') });
  await begun(library);
  await library.request('indexing.pause', {});
  await library.request('folders.remove', { id });
  expect(await settled(library)).toMatchObject({ state: 'paused' });
  await library.request('indexing.resume', {});
  await library.request('indexing.wait', {});
  expect((await library.request('library.get', {})).photos).toBe(many);
});

test('a start during a run is answered by another run after it', async () => {
  await using here = await place();
  await writePhotos(here.photos, numbered(many));
  const library = await here.open();
  await library.request('folders.add', { path: here.photos });
  await begun(library);
  await writePhotos(here.photos, { 'late.jpg': 1000 });
  await library.request('indexing.start', {});
  expect(await library.request('indexing.wait', {})).toMatchObject({ found: many + 1, indexed: 1 });
  expect(Object.keys(await idsByPath(library, here.photos))).toContain('late.jpg');
});

test('a full disk ends the run with its reason; with room again, the next one does the rest', async (context) => {
  await using here = await place();
  using disk = mountDisk(context, here.directory, '24m');
  const ballast = join(disk.path, 'ballast');
  await writePhotos(here.photos, numbered(many));
  const library = await here.open();
  await writeFile(ballast, Buffer.alloc(24 * 1024 * 1024 - 700_000));
  await library.request('folders.add', { path: here.photos });
  await library.request('indexing.start', {});
  await expect(library.request('indexing.wait', {})).rejects.toMatchObject({ code: 'disk-full' });
  const { photos, indexing } = await library.request('library.get', {});
  expect(indexing).toMatchObject({ state: 'idle', error: { code: 'disk-full' } });
  expect(photos).toBeLessThan(many);
  expect(await library.request('problems.list', {})).toEqual([]);
  await writeFile(ballast, '');
  expect(await index(library)).toEqual({
    found: many,
    indexed: many - photos,
    unchanged: photos,
    failed: 0,
    offline: 0,
  });
  await library.close();
});

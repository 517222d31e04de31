/**
 * A program that indexes is killed at random moments, while the folder changes between its lives.
 * After every kill the library must be whole, and in the end it must hold exactly what the folder does.
 */
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { float32Of } from '../../../engine/store/blobs.ts';
import { numbered, place, writePhotos } from '../../support/library.ts';
import { libraryProcess } from '../../support/programs.ts';
import { seededRandom } from '../../support/vectors.ts';

const seed = 20_261;
const kills = 12;
const photosAtFirst = 60;
/** A life lasts at most this long after the library is open: about as long as the first run takes. */
const longestLifeMs = 2500;

interface Held {
  path: string;
  sha256: string;
}

/** What a library holds, after a check that every row of it is whole. */
function held(directory: string): Held[] {
  const database = new Database(join(directory, 'library.db'), { readonly: true });
  const thumbnails = new Database(join(directory, 'thumbnails.db'), { readonly: true });
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(thumbnails.pragma('integrity_check', { simple: true })).toBe('ok');
    const rows = database
      .prepare<[], Held & { vectors: number; vector: Buffer }>(
        `SELECT relative_path AS path, hex(sha256) AS sha256, vector,
           (SELECT count(*) FROM vectors WHERE photo_id = photos.id) AS vectors
         FROM photos LEFT JOIN vectors ON photo_id = photos.id`,
      )
      .all();
    const thumbnail = thumbnails.prepare('SELECT 1 FROM thumbnails WHERE hex(sha256) = ?').pluck();
    for (const { path, sha256, vectors, vector } of rows) {
      expect(vectors, path).toBe(1);
      expect(Math.hypot(...float32Of(vector)), path).toBeCloseTo(1, 5);
      expect(thumbnail.get(sha256), path).toBe(1);
    }
    expect(database.prepare('SELECT count(*) FROM vectors').pluck().get()).toBe(rows.length);
    expect(database.prepare('SELECT count(*) FROM problems').pluck().get()).toBe(0);
    return rows.map(({ path, sha256 }) => ({ path, sha256: sha256.toLowerCase() }));
  } finally {
    database.close();
    thumbnails.close();
  }
}

function sorted(photos: Held[]): Held[] {
  return photos.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

test('killed at any moment, it starts again where it was: nothing is lost, doubled or half', async () => {
  await using here = await place();
  const random = seededRandom(seed);
  const pick = (): string => {
    const names = readdirSync(here.photos).sort();
    return join(here.photos, names[Math.floor(random() * names.length)] ?? '');
  };
  await writePhotos(here.photos, numbered(photosAtFirst));
  let next = photosAtFirst;
  let killed = 0;
  while (killed < kills) {
    const moment = Math.round(random() * longestLifeMs);
    await using program = libraryProcess(here.directory, here.photos);
    // Now and then it is not even given the time to open.
    if (killed % 4 !== 3) expect(await program.line()).toBe('open');
    await Promise.race([sleep(moment), program.ended]);
    await program.kill();
    killed += 1;
    if (existsSync(join(here.directory, 'thumbnails.db')))
      try {
        held(here.directory);
      } catch (error) {
        throw new Error(`after kill ${killed} of seed ${seed}, at ${moment} ms`, { cause: error });
      }
    // What came before is moved, changed, deleted and added to.
    await rename(pick(), join(here.photos, `moved ${killed}.jpg`));
    await writePhotos(here.photos, {
      [`new ${killed}.jpg`]: next,
      [`new ${killed}b.jpg`]: next + 1,
    });
    await rename(join(here.photos, `new ${killed}.jpg`), pick());
    await unlink(pick());
    next += 2;
  }
  await using last = libraryProcess(here.directory, here.photos);
  expect([await last.line(), await last.line()]).toEqual(['open', 'done']);
  expect(await last.ended).toBe(0);
  const there = readdirSync(here.photos).map((path) => ({
    path,
    sha256: createHash('sha256')
      .update(readFileSync(join(here.photos, path)))
      .digest('hex'),
  }));
  expect(sorted(held(here.directory))).toEqual(sorted(there));
}, 300_000);
